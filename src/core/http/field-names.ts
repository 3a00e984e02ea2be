/** What becomes of a field on its way through. */
export type FieldRole =
  | "passes"
  /** Of one connection, which ends here. */
  | "hop"
  /** Said by us of a caller: `noos-caller`, `noos-message`. From nobody else is it taken. */
  | "own"
  | "connection"
  | "host"
  | "content-length"
  | "transfer-encoding"
  | "expect"
  | "upgrade"
  | "request-id"
  | "traceparent"
  | "tracestate"
  | "forwarded"
  | "x-forwarded-for"
  | "x-forwarded-proto"
  | "x-forwarded-host";

/** A field's name in lower case, and its role. */
export interface FieldName {
  readonly lower: string;
  readonly role: FieldRole;
}

const roles: ReadonlyMap<string, FieldRole> = new Map(
  Object.entries<FieldRole>({
    connection: "connection",
    "keep-alive": "hop",
    "proxy-connection": "hop",
    te: "hop",
    trailer: "hop",
    "http2-settings": "hop",
    "transfer-encoding": "transfer-encoding",
    upgrade: "upgrade",
    host: "host",
    "content-length": "content-length",
    expect: "expect",
    "x-request-id": "request-id",
    traceparent: "traceparent",
    tracestate: "tracestate",
    forwarded: "forwarded",
    "x-forwarded-for": "x-forwarded-for",
    "x-forwarded-proto": "x-forwarded-proto",
    "x-forwarded-host": "x-forwarded-host",
  }),
);

/** Spellings that are remembered; whoever invents more of them only makes us look each up anew. */
const spellingsMax = 1024;
const spellingCharactersMax = 64;

const tokenForm = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// A field's value must not hold what could end its line, and Latin-1 is all that can be sent.
const notOfValues = /[^\t\x20-\x7e\x80-\xff]/;

/** Whether `text` is a token of HTTP, as methods and the names of fields are. */
export function isToken(text: string): boolean {
  return tokenForm.test(text);
}

/** Whether `text` can be the value of a field: one line, each character one byte. */
export function isFieldValue(text: string): boolean {
  return !notOfValues.test(text);
}

/**
 * Whether a field's name is one that only we may send, or one that could be taken for it: as
 * variables of CGI, and in servers that have them, `noos_caller` and `noos-caller` are the same.
 */
export function isOwnName(lower: string): boolean {
  return /^noos[^a-z0-9]/.test(lower);
}

/** Names as they come, looked up. The same few hundred spellings come all the time. */
export class FieldNames {
  readonly #known = new Map<string, FieldName>();

  /** `undefined` for what is no name. */
  find(spelling: string): FieldName | undefined {
    return this.#known.get(spelling) ?? this.#look(spelling);
  }

  #look(spelling: string): FieldName | undefined {
    if (!isToken(spelling)) return undefined;
    const lower = spelling.toLowerCase();
    const found: FieldName = {
      lower,
      role: roles.get(lower) ?? (isOwnName(lower) ? "own" : "passes"),
    };
    if (this.#known.size < spellingsMax && spelling.length <= spellingCharactersMax) {
      this.#known.set(spelling, found);
    }
    return found;
  }
}
