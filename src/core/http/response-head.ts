import type { ResponseHead } from "#core/host/traffic";
import { type FieldNames, isFieldValue } from "./field-names.ts";
import { joined, withoutNominated } from "./nominated.ts";

/** A head that can be sent as it is. */
export interface SendableHead {
  readonly status: number;
  readonly fields: readonly string[];
  /** Whether bytes may follow: HEAD, 204, 205 and 304 have none. */
  readonly hasBody: boolean;
  /** How many; `undefined`: that shows only at the end. */
  readonly bodyBytes: number | undefined;
}

const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

/** Whether an answer with this status to this method has a body, whatever a program gives. */
export function allowsBody(method: string, status: number): boolean {
  return method !== "HEAD" && !bodiless.has(status);
}

/**
 * What of a program's head is sent: nothing that speaks about the connection, and a content-length
 * that is true. `bodyBytes` of a body that is there already; `undefined` of one that is to come,
 * for which the program's own content-length counts. Answers with what is wrong, if something is.
 */
export function sendableHead(
  head: ResponseHead,
  options: {
    readonly names: FieldNames;
    readonly method: string;
    readonly bodyBytes: number | undefined;
    /** The request's, which a client is told unless the program tells it another. */
    readonly id: string;
  },
): SendableHead | string {
  const { status } = head;
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    return `the status ${status} is none from 200 to 599`;
  }
  const fields: string[] = [];
  let claimed: string | undefined;
  let isNamed = false;
  let connection: string | undefined;
  for (let at = 0; at < head.fields.length; at += 2) {
    const name = options.names.find(head.fields[at] as string);
    const value = head.fields[at + 1];
    if (name === undefined) return "a field has no name that HTTP knows";
    if (value === undefined || !isFieldValue(value)) return `"${name.lower}" has an invalid value`;
    if (name.role === "connection") connection = joined(connection, value);
    if (isOfConnection(name.role)) continue;
    if (name.role === "content-length") {
      if (!/^\d{1,15}$/.test(value)) return "its content-length is no number of bytes";
      if (claimed !== undefined && claimed !== value) return "it has two content-lengths";
      claimed = value;
    } else {
      fields.push(name.lower, value);
      if (name.role === "request-id") isNamed = true;
    }
  }
  const kept = withoutNominated(fields, connection);
  if (!isNamed) kept.push("x-request-id", options.id);
  return withLength({ status, fields: kept, claimed }, options);
}

/** The connection is ours: a program can neither end it nor frame what goes over it. */
function isOfConnection(role: string): boolean {
  return notOfAnswers.has(role);
}

const notOfAnswers: ReadonlySet<string> = new Set([
  "hop",
  "own",
  "connection",
  "transfer-encoding",
  "upgrade",
]);

function withLength(
  head: {
    readonly status: number;
    readonly fields: string[];
    readonly claimed: string | undefined;
  },
  { method, bodyBytes }: { readonly method: string; readonly bodyBytes: number | undefined },
): SendableHead {
  const { status, fields, claimed } = head;
  const hasBody = allowsBody(method, status);
  if (hasBody) {
    const bytes = bodyBytes ?? (claimed === undefined ? undefined : Number(claimed));
    if (bytes !== undefined) fields.push("content-length", String(bytes));
    return { status, fields, hasBody, bodyBytes: bytes };
  }
  // To HEAD and in 304 it says how long the body would be; 204 must not have it at all.
  const told = claimed ?? (bodyBytes === undefined || bodyBytes === 0 ? undefined : `${bodyBytes}`);
  if (status === 205) fields.push("content-length", "0");
  else if (status !== 204 && told !== undefined) fields.push("content-length", told);
  return { status, fields, hasBody, bodyBytes: 0 };
}
