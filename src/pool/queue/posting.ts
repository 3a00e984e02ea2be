import { ByteReader, ByteWriter, MalformedBytes } from "#core/base";
import type { MessageId, Outgoing } from "#pool/queue/ledger";
import { entryFormat } from "./move-codec.ts";

/** An entry of a queue's log of messages. */
export interface Posting {
  /**
   * It is the content of this message once more, which is still needed where what stands before
   * it is not: nothing was sent.
   */
  readonly of?: MessageId | undefined;
  /** It is sent again because somebody had this message replayed. */
  readonly origin?: MessageId | undefined;
  readonly key: string | undefined;
  readonly sentAtMs: number;
  readonly dueAtMs: number;
  readonly content: Uint8Array;
}

const flag = { of: 1, origin: 2, key: 4 } as const;

const encoder = new TextEncoder();

/** What of a message counts as its size. */
export function sizeOf({ key, content }: Pick<Outgoing, "key" | "content">): number {
  return content.length + (key === undefined ? 0 : encoder.encode(key).length);
}

export function encodePosting({ of, origin, key, ...posting }: Posting): Uint8Array {
  const writer = new ByteWriter(posting.content.length + 64);
  writer.u8(entryFormat);
  writer.u8(
    (of === undefined ? 0 : flag.of) |
      (origin === undefined ? 0 : flag.origin) |
      (key === undefined ? 0 : flag.key),
  );
  writer.unsigned(posting.sentAtMs);
  writer.unsigned(posting.dueAtMs);
  if (of !== undefined) writer.unsigned(of);
  if (origin !== undefined) writer.unsigned(origin);
  if (key !== undefined) writer.text(key);
  writer.raw(posting.content);
  return writer.toBytes();
}

/** Throws `MalformedBytes` for what `encodePosting` did not write. */
export function decodePosting(bytes: Uint8Array): Posting {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== entryFormat) throw new MalformedBytes("message of another format", 0);
  const flags = reader.u8();
  const sentAtMs = reader.unsigned();
  const dueAtMs = reader.unsigned();
  const of = (flags & flag.of) === 0 ? undefined : reader.unsigned();
  const origin = (flags & flag.origin) === 0 ? undefined : reader.unsigned();
  const key = (flags & flag.key) === 0 ? undefined : reader.text();
  const content = reader.raw(reader.remainingBytes);
  return { of, origin, key, sentAtMs, dueAtMs, content };
}
