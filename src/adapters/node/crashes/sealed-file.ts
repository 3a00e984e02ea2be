import { assert } from "#core/base";
import type { SealingKey } from "./sealing-key.ts";

/*
 * A sealed file:
 *
 *   magic 8 │ version 1 │ n 2 │ the executor's key, sealed: n │ salt 32 │ chunks
 *
 * A chunk is up to 64 KiB of the content, encrypted, and 16 bytes that prove it. Only the last may
 * be shorter. Each file has a key of its own, made of the executor's, the salt, all of the header
 * and the name of the crash; so nonces can count chunks, and say which is the last: no chunk can be
 * left out, moved, or taken from another file, and no file can be given another name.
 */
const magic = Buffer.from("noosseal");
const version = 1;
const fixedBytes = magic.length + 3;
const saltBytes = 32;
const tagBytes = 16;
const algorithm = "aes-256-gcm";

/** The content of a chunk, and what it takes in the file. */
export const contentBytesMax: number = 64 * 1024;
export const chunkBytesMax: number = contentBytesMax + tagBytes;

/** What a file begins with. */
export interface SealedHead {
  readonly sealedKey: string;
  /** All of it, to be proven with the content. */
  readonly bytes: Uint8Array;
}

function newHead(sealedKey: string): SealedHead {
  const text = Buffer.from(sealedKey);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(text.length);
  const salt = process.getBuiltinModule("node:crypto").randomBytes(saltBytes);
  return { sealedKey, bytes: Buffer.concat([magic, Buffer.of(version), length, text, salt]) };
}

/** Enough of a file for `readHead`, whatever key is in it. */
export const headBytesMax: number = fixedBytes + 0xffff + saltBytes;

/** Reads the head from a file's first bytes; `undefined` where they are none that is known. */
export function readHead(bytes: Uint8Array): SealedHead | undefined {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (all.length < fixedBytes || !all.subarray(0, magic.length).equals(magic)) return undefined;
  if (all[magic.length] !== version) return undefined;
  const keyEnd = fixedBytes + all.readUInt16LE(magic.length + 1);
  if (all.length < keyEnd + saltBytes) return undefined;
  const sealedKey = all.subarray(fixedBytes, keyEnd).toString("latin1");
  return { sealedKey, bytes: all.subarray(0, keyEnd + saltBytes) };
}

/** The key of one file, and how it seals and opens chunks by their place. */
export class ChunkSeal {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array, head: SealedHead, name: string) {
    const { hkdfSync } = process.getBuiltinModule("node:crypto");
    const salt = head.bytes.subarray(-saltBytes);
    // What goes into a key beside the salt may be 1 KiB: of a head and a name, their digest.
    const purpose = Buffer.concat([digestOf(head.bytes), Buffer.from(name)]);
    this.#key = Buffer.from(hkdfSync("sha256", key, salt, purpose, key.length));
  }

  seal(content: Uint8Array, index: number, isLast: boolean): Uint8Array {
    assert(content.length <= contentBytesMax, "a chunk has its bound");
    const { createCipheriv } = process.getBuiltinModule("node:crypto");
    const options = { authTagLength: tagBytes };
    const cipher = createCipheriv(algorithm, this.#key, nonceOf(index, isLast), options);
    return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  }

  /** `undefined` of what is not the chunk that was sealed for this place. */
  open(chunk: Uint8Array, index: number, isLast: boolean): Uint8Array | undefined {
    if (chunk.length < tagBytes) return undefined;
    const { createDecipheriv } = process.getBuiltinModule("node:crypto");
    const options = { authTagLength: tagBytes };
    const decipher = createDecipheriv(algorithm, this.#key, nonceOf(index, isLast), options);
    decipher.setAuthTag(chunk.subarray(-tagBytes));
    const content = decipher.update(chunk.subarray(0, -tagBytes));
    try {
      return Buffer.concat([content, decipher.final()]);
    } catch {
      // Node says no more than that it is not what was sealed.
      return undefined;
    }
  }
}

function digestOf(bytes: Uint8Array): Uint8Array {
  return process.getBuiltinModule("node:crypto").hash("sha256", bytes, "buffer");
}

function nonceOf(index: number, isLast: boolean): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** What is written of pieces under a name, chunk by chunk as they come. */
export function* sealPieces(
  pieces: Iterable<Uint8Array>,
  { key, sealedKey }: SealingKey,
  name: string,
): Generator<Uint8Array, void> {
  const head = newHead(sealedKey);
  yield head.bytes;
  const chunks = new ChunkSeal(key, head, name);
  const content = Buffer.alloc(contentBytesMax);
  let [index, filled] = [0, 0];
  for (const piece of pieces) {
    for (let taken = 0; taken < piece.length;) {
      if (filled === contentBytesMax) {
        // Only here is it known that more comes after it.
        yield chunks.seal(content, index, false);
        [index, filled] = [index + 1, 0];
      }
      const part = piece.subarray(taken, taken + contentBytesMax - filled);
      content.set(part, filled);
      [taken, filled] = [taken + part.length, filled + part.length];
    }
  }
  yield chunks.seal(content.subarray(0, filled), index, true);
}
