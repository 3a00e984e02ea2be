import type { Fields, RequestHead } from "#core/host/traffic";
import { type FieldNames, isFieldValue, isToken } from "./field-names.ts";
import { joined, withoutNominated } from "./nominated.ts";
import { isHost, readTarget } from "./target.ts";

/** A request's head that can be sent as it is. */
export interface OutgoingHead {
  readonly fields: readonly string[];
  /** What its content-length promises; `undefined`: it ends when it ends. */
  readonly bodyBytes: number | undefined;
}

/**
 * What of a program's head is sent over HTTP/1.1: nothing of its own about the connection, the host
 * it is for, and a body that is framed. Answers with what is wrong, if something is.
 */
export function outgoingHead(
  head: RequestHead,
  options: {
    readonly names: FieldNames;
    readonly hasBody: boolean;
    /** Whether it goes to a program of ours, which is told what we say of its caller. */
    readonly isInside: boolean;
  },
): OutgoingHead | string {
  const { names, hasBody, isInside } = options;
  if (!isToken(head.method)) return "its method is no word";
  if (!isHost(head.authority)) return "it names no host";
  const target = readTarget(head.method, head.target);
  if (typeof target === "string") return target;
  if (target.authority !== undefined) return "its target is no path";
  const fields = ["host", head.authority];
  let length: string | undefined;
  let connection: string | undefined;
  for (let at = 0; at < head.fields.length; at += 2) {
    const name = names.find(head.fields[at] as string);
    const value = head.fields[at + 1];
    if (name === undefined) return "a field has no name that HTTP knows";
    if (value === undefined || !isFieldValue(value)) return `"${name.lower}" has an invalid value`;
    if (name.role === "content-length") length = value;
    else if (name.role === "connection") connection = joined(connection, value);
    else if (name.role === "own" ? isInside : !notOfPrograms.has(name.role)) {
      fields.push(name.lower, value);
    }
  }
  return framed(withoutNominated(fields, connection), { method: head.method, length, hasBody });
}

const notOfPrograms: ReadonlySet<string> = new Set([
  "hop",
  "host",
  "transfer-encoding",
  "upgrade",
  "expect",
]);

/** Methods of which a server expects that they say so when there is no body. */
const usuallyWithBody: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

function framed(
  fields: string[],
  how: { readonly method: string; readonly length: string | undefined; readonly hasBody: boolean },
): OutgoingHead | string {
  if (!how.hasBody) {
    if (usuallyWithBody.has(how.method)) fields.push("content-length", "0");
    return { fields, bodyBytes: 0 };
  }
  if (how.length === undefined) {
    fields.push("transfer-encoding", "chunked");
    return { fields, bodyBytes: undefined };
  }
  if (!/^\d{1,15}$/.test(how.length)) return "its content-length is no number of bytes";
  fields.push("content-length", how.length);
  return { fields, bodyBytes: Number(how.length) };
}

/** Fields as they came, without those that were of the connection they came over. */
export function endToEnd(names: FieldNames, raw: Fields): Fields {
  const kept: string[] = [];
  let connection: string | undefined;
  for (let at = 0; at < raw.length; at += 2) {
    const name = names.find(raw[at] as string);
    const value = raw[at + 1] as string;
    if (name === undefined) continue;
    if (name.role === "connection") connection = joined(connection, value);
    else if (!ofOneHop.has(name.role)) kept.push(name.lower, value);
  }
  return withoutNominated(kept, connection);
}

const ofOneHop: ReadonlySet<string> = new Set(["hop", "own", "transfer-encoding", "upgrade"]);
