// table: one row per kind of entry whose size depends on what it holds
import type { Closing, Fields, Message, RequestHead } from "#core/host/traffic";
import type { AnsweredQuestion, Entry, EntryKind, EntryOf } from "#core/journal/format";
import { Errno } from "#core/sys";

/** Of any entry: its kind, numbers, times, the name of an error, and what a writer keeps free. */
const fixedBytes = 56;
const textByteMax = 3;

type SizeOf<K extends EntryKind> = (entry: EntryOf<K>) => number;

const contents: { readonly [K in EntryKind]?: SizeOf<K> } = {
  call: ({ parameters }) => 8 * parameters.length,
  entropy: ({ bytes }) => bytes.length,
  offered: ({ taken }) => taken.length,
  output: ({ bytes }) => bytes.length,
  pulled: inputBytes,
  handed: inputBytes,
  asked: ({ question }) => questionBytesMax(question),
  requested: ({ head }) => headBytesMax(head),
  calling: ({ head }) => headBytesMax(head),
  responded: ({ head, body }) => fieldsBytesMax(head.fields) + (body?.length ?? 0),
  upgraded: ({ fields }) => fieldsBytesMax(fields),
  received: ({ result }) => (result instanceof Errno ? 0 : messageBytesMax(result)),
  sent: ({ message }) => messageBytesMax(message),
  replied: ({ result }) => (result instanceof Errno ? 0 : fieldsBytesMax(result.fields)),
};

function inputBytes({ result }: EntryOf<"pulled" | "handed">): number {
  return result instanceof Uint8Array ? result.length : 0;
}

function headBytesMax({ method, authority, target, fields }: RequestHead): number {
  const texts = method.length + authority.length + target.length;
  return 24 + textByteMax * texts + fieldsBytesMax(fields);
}

function fieldsBytesMax(fields: Fields): number {
  let sizeBytes = 8;
  for (let index = 0; index < fields.length; index++) {
    sizeBytes += 8 + textByteMax * (fields[index]?.length ?? 0);
  }
  return sizeBytes;
}

function messageBytesMax(message: Message | Closing): number {
  return message.kind === "closed" ? textByteMax * message.reason.length : message.bytes.length;
}

/** The most bytes that an entry takes in a journal; of one that ends it, without the reason. */
export function entryBytesMax(entry: Entry): number {
  return fixedBytes + (contents[entry.kind]?.(entry as never) ?? 0);
}

function questionBytesMax({ subject, answer }: AnsweredQuestion): number {
  let sizeBytes = valueBytesMax(answer);
  for (const part of subject) sizeBytes += valueBytesMax(part);
  return sizeBytes;
}

function valueBytesMax(value: unknown): number {
  if (typeof value === "string") return 8 + textByteMax * value.length;
  if (value instanceof Uint8Array) return 8 + value.length;
  if (Array.isArray(value)) {
    return value.reduce((sum: number, { name }) => sum + 24 + textByteMax * name.length, 16);
  }
  // A number, a time, or all that is known of a file.
  return typeof value === "object" && !(value instanceof Errno) ? 72 : 16;
}
