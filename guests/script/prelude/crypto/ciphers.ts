import type { Algorithm } from "./algorithms.ts";
import type { Engine } from "./engine-keys.ts";
import { type BufferSource, bytesOf, engineKeyOf } from "./keys.ts";
import { checkPadding } from "./rsa.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Deed = "encrypt" | "decrypt";

const blockBytes = 16;
const tagBytesMax = 16;
const tagLengths: readonly number[] = [32, 64, 96, 104, 112, 120, 128];

/** What the engine's ciphers leave out of the standard, in front of them. */
export async function crypt(
  engine: Engine,
  deed: Deed,
  algorithm: Algorithm,
  key: CryptoKey,
  source: BufferSource,
): Promise<ArrayBuffer> {
  const own = engineKeyOf(key);
  const bytes = bytesOf(source);
  switch (algorithm.name) {
    case "AES-GCM":
      return gcm(engine, deed, algorithm as GcmAlgorithm, own, bytes);
    case "AES-CTR":
      return ctr(engine, algorithm as unknown as CtrAlgorithm, own, bytes);
    case "AES-CBC":
      return cbc(engine, deed, algorithm, own, bytes);
    default:
      checkPadding(algorithm, key);
      return engine[deed](algorithm, own, bytes);
  }
}

interface GcmAlgorithm {
  readonly tagLength?: number;
}

/** The engine knows whole tags only: of a shorter one, the rest is made anew and held against. */
async function gcm(
  engine: Engine,
  deed: Deed,
  algorithm: GcmAlgorithm,
  key: CryptoKey,
  bytes: Bytes,
): Promise<ArrayBuffer> {
  const { tagLength = 128 } = algorithm;
  if (!tagLengths.includes(tagLength)) throw failed(`${tagLength} bits are no tag of AES-GCM`);
  if (tagLength === 128) return engine[deed](algorithm, key, bytes);
  const cut = tagBytesMax - tagLength / 8;
  if (deed === "encrypt") {
    const whole = await engine.encrypt(algorithm, key, bytes);
    return whole.slice(0, whole.byteLength - cut);
  }
  const length = bytes.length - tagLength / 8;
  if (length < 0) throw failed("it is too short to have a tag");
  // The cipher is a stream of bytes that are added: doing it twice undoes it.
  const plain = (await engine.encrypt(algorithm, key, bytes.subarray(0, length))).slice(0, length);
  const again = new Uint8Array(await engine.encrypt(algorithm, key, new Uint8Array(plain)));
  let difference = 0;
  for (let at = length; at < bytes.length; at++) {
    difference |= (bytes[at] as number) ^ (again[at] as number);
  }
  if (difference !== 0) throw failed("the tag does not fit");
  return plain;
}

interface CtrAlgorithm {
  readonly counter: BufferSource;
  readonly length: number;
}

/** The engine counts with all 128 bits: where fewer count, it is begun anew at their end. */
async function ctr(
  engine: Engine,
  algorithm: CtrAlgorithm,
  key: CryptoKey,
  bytes: Bytes,
): Promise<ArrayBuffer> {
  const { length } = algorithm;
  const counter = bytesOf(algorithm.counter).slice();
  if (counter.length !== blockBytes || !(length >= 1 && length <= 128)) {
    throw failed("the counter has 16 bytes, of which 1 to 128 bits count");
  }
  const range = 1n << BigInt(length);
  const start = BigInt(`0x${counter.toHex()}`);
  const left = range - (start % range);
  if (BigInt(Math.ceil(bytes.length / blockBytes)) > range)
    throw failed("the counter is too short");
  const first = Number(left * BigInt(blockBytes));
  const run = (from: Bytes, part: Bytes): Promise<ArrayBuffer> =>
    engine.encrypt({ ...algorithm, counter: from }, key, part);
  if (bytes.length <= first) return run(counter, bytes);
  const begun = Uint8Array.fromHex((start - (start % range)).toString(16).padStart(32, "0"));
  const out = new Uint8Array(bytes.length);
  out.set(new Uint8Array(await run(counter, bytes.subarray(0, first))));
  out.set(new Uint8Array(await run(begun, bytes.subarray(first))), first);
  return out.buffer;
}

async function cbc(
  engine: Engine,
  deed: Deed,
  algorithm: unknown,
  key: CryptoKey,
  bytes: Bytes,
): Promise<ArrayBuffer> {
  const done = await engine[deed](algorithm, key, bytes);
  // Padding is at least a byte. The engine hands out what has none that is sound.
  if (deed === "decrypt" && done.byteLength >= bytes.length) throw failed("the padding is broken");
  return done;
}

const keyPartBytes = 8;
const rounds = 6;
/** What a wrapped key is known to be whole by. */
const integrity = 0xa6;

/** RFC 3394, over the one block that AES-CBC is made of. */
export async function wrapByKey(
  engine: Engine,
  key: CryptoKey,
  bytes: Bytes,
): Promise<ArrayBuffer> {
  const parts = bytes.length / keyPartBytes;
  if (!Number.isInteger(parts) || parts < 2) {
    throw failed("AES-KW wraps 16 bytes or more, in steps of 8");
  }
  const own = engineKeyOf(key);
  const out = new Uint8Array(keyPartBytes + bytes.length).fill(integrity, 0, keyPartBytes);
  out.set(bytes, keyPartBytes);
  for (let step = 1; step <= rounds * parts; step++) {
    const at = keyPartBytes * (1 + ((step - 1) % parts));
    const block = await encryptBlock(engine, own, blockOf(out, at));
    count(block, step);
    out.set(block.subarray(0, keyPartBytes));
    out.set(block.subarray(keyPartBytes), at);
  }
  return out.buffer;
}

export async function unwrapByKey(engine: Engine, key: CryptoKey, bytes: Bytes): Promise<Bytes> {
  const parts = bytes.length / keyPartBytes - 1;
  if (!Number.isInteger(parts) || parts < 2) throw failed("that is no key wrapped by AES-KW");
  const own = engineKeyOf(key);
  const out = bytes.slice();
  for (let step = rounds * parts; step > 0; step--) {
    const at = keyPartBytes * (1 + ((step - 1) % parts));
    const block = blockOf(out, at);
    count(block, step);
    const plain = await decryptBlock(engine, own, block);
    out.set(plain.subarray(0, keyPartBytes));
    out.set(plain.subarray(keyPartBytes), at);
  }
  if (!out.subarray(0, keyPartBytes).every((byte) => byte === integrity)) {
    throw failed("the wrapped key is broken");
  }
  return out.slice(keyPartBytes);
}

function blockOf(bytes: Bytes, at: number): Bytes {
  const block = new Uint8Array(blockBytes);
  block.set(bytes.subarray(0, keyPartBytes));
  block.set(bytes.subarray(at, at + keyPartBytes), keyPartBytes);
  return block;
}

/** Adds the number of a step to the first half of a block. */
function count(block: Bytes, step: number): void {
  const view = new DataView(block.buffer);
  view.setUint32(4, view.getUint32(4) ^ step);
}

async function encryptBlock(engine: Engine, key: CryptoKey, block: Bytes): Promise<Bytes> {
  const algorithm = { name: "AES-CBC", iv: new Uint8Array(blockBytes) };
  return new Uint8Array(await engine.encrypt(algorithm, key, block)).slice(0, blockBytes);
}

/** A second block is put behind it, so that the padding is sound. */
async function decryptBlock(engine: Engine, key: CryptoKey, block: Bytes): Promise<Bytes> {
  const padding = block.map((byte) => byte ^ blockBytes);
  const both = new Uint8Array(2 * blockBytes);
  both.set(block);
  both.set(await encryptBlock(engine, key, padding), blockBytes);
  const algorithm = { name: "AES-CBC", iv: new Uint8Array(blockBytes) };
  return new Uint8Array(await engine.decrypt(algorithm, key, both));
}

function failed(why: string): DOMException {
  return new DOMException(why, "OperationError");
}
