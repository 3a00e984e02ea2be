import { ByteReader, ByteWriter, MalformedBytes } from "#core/base";

/** What a message says: header fields, names and values by turns, and a body. */
export interface Letter {
  readonly fields: readonly string[];
  readonly body: Uint8Array;
}

/** The first byte of each; another one is of a newer build. */
const letterFormat = 1;

/** A letter as the content of a message. */
export function sealLetter({ fields, body }: Letter): Uint8Array {
  const writer = new ByteWriter(body.length + 128);
  writer.u8(letterFormat);
  writer.unsigned(fields.length);
  for (const text of fields) writer.text(text);
  writer.raw(body);
  return writer.toBytes();
}

/** Throws `MalformedBytes` for what `sealLetter` did not write. */
export function openLetter(content: Uint8Array): Letter {
  const reader = new ByteReader(content);
  if (reader.u8() !== letterFormat) throw new MalformedBytes("letter of another format", 0);
  const count = reader.unsigned();
  // Each takes a byte at least, so that a wrong count takes no memory.
  if (count > reader.remainingBytes) throw new MalformedBytes("wrong count", reader.offset);
  const fields = Array.from({ length: count }, () => reader.text());
  return { fields, body: reader.raw(reader.remainingBytes) };
}
