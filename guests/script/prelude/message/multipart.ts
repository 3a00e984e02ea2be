import { concatenate } from "#prelude/stream";
import { bytesOf, File } from "./blob.ts";
import { FormData } from "./form-data.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const lineEnd = encoder.encode("\r\n");
const headEnd = encoder.encode("\r\n\r\n");

/** As RFC 7578, and as browsers write names. */
export function encodeForm(form: FormData, boundary: string): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  for (const [name, value] of form) {
    const isFile = value instanceof File;
    let head = `--${boundary}\r\ncontent-disposition: form-data; name="${escaped(name)}"`;
    if (isFile) {
      head += `; filename="${escaped(value.name)}"\r\n`;
      head += `content-type: ${value.type === "" ? "application/octet-stream" : value.type}`;
    }
    pieces.push(encoder.encode(`${head}\r\n\r\n`));
    pieces.push(isFile ? bytesOf(value) : encoder.encode(value.replace(/\r?\n|\r/g, "\r\n")));
    pieces.push(lineEnd);
  }
  pieces.push(encoder.encode(`--${boundary}--\r\n`));
  return concatenate(pieces);
}

/** Throws a TypeError for bytes that are no form with this boundary. */
export function decodeForm(bytes: Uint8Array, boundary: string): FormData {
  const form = new FormData();
  const delimiter = encoder.encode(`\r\n--${boundary}`);
  let at = indexOf(bytes, delimiter.subarray(2), 0);
  if (at !== 0) throw new TypeError("the body does not begin with its boundary");
  at += delimiter.length - 2;
  while (!(bytes[at] === 0x2d && bytes[at + 1] === 0x2d)) {
    const head = indexOf(bytes, headEnd, at);
    const end = head < 0 ? -1 : indexOf(bytes, delimiter, head + lineEnd.length);
    if (end < 0) throw new TypeError("the body ends inside a part");
    addPart(form, decoder.decode(bytes.subarray(at, head)), bytes.slice(head + 4, end));
    at = end + delimiter.length;
  }
  return form;
}

function addPart(form: FormData, head: string, content: Uint8Array<ArrayBuffer>): void {
  const disposition = /^content-disposition:\s*form-data;(.*)$/im.exec(head)?.[1];
  const name = disposition && parameter(disposition, "name");
  if (disposition === undefined || name === undefined) {
    throw new TypeError("a part of the body has no name");
  }
  const fileName = parameter(disposition, "filename");
  if (fileName === undefined) {
    form.append(name, decoder.decode(content));
    return;
  }
  const type = /^content-type:\s*(.*?)\s*$/im.exec(head)?.[1] ?? "text/plain";
  form.append(name, new File([content], fileName, { type }));
}

function parameter(disposition: string, name: string): string | undefined {
  const found = new RegExp(`[;\\s]${name}="([^"]*)"`, "i").exec(` ${disposition}`);
  return found?.[1]?.replace(/%0A/gi, "\n").replace(/%0D/gi, "\r").replace(/%22/g, '"');
}

function escaped(name: string): string {
  return name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const first = wanted[0] as number;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same += 1;
    if (same === wanted.length) return at;
  }
  return -1;
}
