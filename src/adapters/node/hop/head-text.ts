import type { Fields, IncomingRequest, RequestHead } from "#core/host/traffic";

/**
 * Texts of a head as one: how many, then each on a line of its own. In a head that is as ports have
 * it no text has a line's end; one that had would be found out by the number.
 */
function joinLines(lines: readonly string[], fields: Fields): string {
  const count = lines.length + fields.length;
  if (count === 0) return "";
  return `${count}\n${[...lines, ...fields].join("\n")}`;
}

/** `undefined` of what is not as many texts as were promised. */
function splitLines(text: string): readonly string[] | undefined {
  if (text === "") return [];
  const [count, ...lines] = text.split("\n");
  return Number(count) === lines.length ? lines : undefined;
}

/** What a request says of itself before its body, on its way to another executor. */
export interface HandedRequest {
  /** Whom it is for, as the pool's routes have it. */
  readonly key: string;
  readonly head: RequestHead;
  readonly form: RequestForm;
}

/** What comes behind the head. */
type RequestForm = "bare" | "body" | "upgrade";

/** How many texts there are before the fields. */
const ownLines = 6;

export function requestText(request: IncomingRequest, key: string): string {
  const { head, body, isUpgrade } = request;
  const { method, scheme, authority, target, fields } = head;
  const form: RequestForm = isUpgrade ? "upgrade" : body === undefined ? "bare" : "body";
  return joinLines([key, form, method, scheme, authority, target], fields);
}

export function readRequestText(text: string): HandedRequest | undefined {
  const lines = splitLines(text);
  if (lines === undefined || lines.length < ownLines) return undefined;
  const [key = "", form, method = "", scheme, authority = "", target = ""] = lines;
  const fields = lines.slice(ownLines);
  if (fields.length % 2 !== 0 || (scheme !== "http" && scheme !== "https")) return undefined;
  if (form !== "bare" && form !== "body" && form !== "upgrade") return undefined;
  return { key, form, head: { method, scheme, authority, target, fields } };
}

export function fieldsText(fields: Fields): string {
  return joinLines([], fields);
}

export function readFieldsText(text: string): Fields | undefined {
  const lines = splitLines(text);
  return lines === undefined || lines.length % 2 !== 0 ? undefined : lines;
}
