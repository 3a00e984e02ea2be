import type { Fields, RequestHead, ResponseHead } from "#core/host/traffic";
import type { GuestMemory } from "#core/machine";
import { errno, Errno } from "#core/sys";
import { bounds } from "./records.ts";

/*
 * A head in a guest's memory: texts one after the other, each with a NUL behind it. C can use them
 * where they stand, and a script splits them at once. One character is one byte.
 *
 *     GET\0 https\0 shop.example\0 /cart?id=7\0  accept\0 *\0  cookie\0 a=b\0
 *     200\0  content-type\0 text/plain\0
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const methodToken = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What texts of a head have: no controls but the tab, and a NUL between them. */
const printableAscii = /^[\0\t -~]*$/;
const printableLatin1 = /^[\0\t -~\u0080-\u00ff]*$/;
const finalStatus = /^[2-5][0-9][0-9]$/;
const authority = /^[\w.~:[\]%!$&'()*+,;=-]+$/;
const target = /^(?:\/[!"$-~]*|\*)$/;

/** The head of a request as one text. `isUpgrade` shows in the scheme: `ws` or `wss`. */
export function requestText(head: RequestHead, isUpgrade: boolean): string {
  const scheme = isUpgrade ? head.scheme.replace("http", "ws") : head.scheme;
  return `${head.method}\0${scheme}\0${head.authority}\0${head.target}\0` + fieldsText(head.fields);
}

/** The head of a response as one text. */
export function responseText({ status, fields }: ResponseHead): string {
  return `${status}\0${fieldsText(fields)}`;
}

function fieldsText(fields: Fields): string {
  return fields.length === 0 ? "" : `${fields.join("\0")}\0`;
}

/** Where a call puts a head, and how long that is. */
export interface Place {
  readonly address: number;
  readonly lengthBytes: number;
  readonly result: number;
}

/** Writes a head and its length; ERANGE, with the length all the same, when it does not fit. */
export function writeText(memory: GuestMemory, text: string, place: Place): Errno | undefined {
  const bytes = memory.bytes(place.address, place.lengthBytes);
  memory.setU32(place.result, text.length);
  if (text.length > bytes.length) return errno.ERANGE;
  const { read, written } = encoder.encodeInto(text, bytes);
  if (read !== text.length || written !== text.length) writeLatin1(text, bytes);
  return undefined;
}

function writeLatin1(text: string, bytes: Uint8Array): void {
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
}

/** The head of a response, or EINVAL for one that is not well formed, E2BIG for a long one. */
export function readResponse(
  memory: GuestMemory,
  address: number,
  lengthBytes: number,
): ResponseHead | Errno {
  const text = readText(memory, address, lengthBytes);
  if (text instanceof Errno) return text;
  // Programs answer with the same head over and over.
  if (text === last.text) return last.head;
  const [status = "", ...rest] = text.split("\0");
  const fields = fieldsOf(rest);
  if (!finalStatus.test(status) || fields === undefined) return errno.EINVAL;
  last = { text, head: Object.freeze({ status: Number(status), fields: Object.freeze(fields) }) };
  return last.head;
}

let last: { readonly text: string; readonly head: ResponseHead } = {
  text: "200\0",
  head: { status: 200, fields: [] },
};

/** Header fields alone, as `accept` takes them. */
export function readFields(
  memory: GuestMemory,
  address: number,
  lengthBytes: number,
): Fields | Errno {
  const text = readText(memory, address, lengthBytes);
  if (text instanceof Errno) return text;
  return fieldsOf(text.split("\0")) ?? errno.EINVAL;
}

/** The head of a request a program makes; as `readResponse`. */
export function readRequest(
  memory: GuestMemory,
  address: number,
  lengthBytes: number,
): RequestHead | Errno {
  const text = readText(memory, address, lengthBytes);
  if (text instanceof Errno) return text;
  const [method = "", scheme = "", host = "", path = "", ...rest] = text.split("\0");
  const fields = fieldsOf(rest);
  const isGood =
    methodToken.test(method) &&
    (scheme === "http" || scheme === "https") &&
    authority.test(host) &&
    target.test(path) &&
    fields !== undefined;
  return isGood ? { method, scheme, authority: host, target: path, fields } : errno.EINVAL;
}

/** Names and values by turns, and the nothing behind the last NUL. Names become lower case. */
function fieldsOf(texts: readonly string[]): Fields | undefined {
  if (texts.length % 2 === 0 || texts.at(-1) !== "") return undefined;
  const fields = texts.slice(0, -1);
  for (let index = 0; index < fields.length; index += 2) {
    const name = fields[index] ?? "";
    if (token.test(name)) continue;
    const lower = name.toLowerCase();
    if (!token.test(lower)) return undefined;
    fields[index] = lower;
  }
  return fields;
}

/** Bytes as a text of as many characters; EINVAL for controls. */
function readText(memory: GuestMemory, address: number, lengthBytes: number): string | Errno {
  if (lengthBytes >>> 0 > bounds.headBytesMax) return errno.E2BIG;
  const bytes = memory.bytes(address, lengthBytes);
  const text = decoder.decode(bytes);
  if (printableAscii.test(text)) return text;
  const latin1 = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return printableLatin1.test(latin1) ? latin1 : errno.EINVAL;
}
