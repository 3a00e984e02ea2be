import type { Algorithm } from "./algorithms.ts";
import type { Engine } from "./engine-keys.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Mac = (message: Bytes) => Promise<Bytes>;

const blocksMax = 255;

/** RFC 5869. The engine's own has no empty keys. */
export async function hkdf(
  engine: Engine,
  { hash, salt, info }: Algorithm,
  bytes: Bytes,
  length: number,
): Promise<ArrayBuffer> {
  const extract = await macOf(engine, hash, salt as Bytes);
  const key = await extract(bytes);
  const expand = await macOf(engine, hash, key);
  const count = Math.ceil(length / 8 / key.length);
  if (count > blocksMax) throw new DOMException("these are too many bits", "OperationError");
  const blocks: Bytes[] = [];
  for (let block: Bytes = new Uint8Array(0); blocks.length < count; blocks.push(block)) {
    block = await expand(joined([block, info as Bytes, new Uint8Array([blocks.length + 1])]));
  }
  return joined(blocks).slice(0, length / 8).buffer;
}

/** RFC 8018. */
export async function pbkdf2(
  engine: Engine,
  algorithm: Algorithm,
  bytes: Bytes,
  length: number,
): Promise<ArrayBuffer> {
  const { name, hash, salt } = algorithm;
  if ((salt as Bytes).length === 0) return unsalted(engine, algorithm, bytes, length);
  // The engine takes the hash of its key, and none of an algorithm: so each time it gets a key.
  const own = await engine.importKey("raw", some(bytes), { name, hash }, false, ["deriveBits"]);
  return engine.deriveBits(algorithm, own, length);
}

/** The engine has no empty salts: a round takes five times as long here. */
async function unsalted(
  engine: Engine,
  { hash, iterations }: Algorithm,
  bytes: Bytes,
  length: number,
): Promise<ArrayBuffer> {
  const mac = await macOf(engine, hash, bytes);
  const blocks: Bytes[] = [];
  for (let size = 0; size < length / 8; size += blocks[0]?.length ?? 0) {
    const number = new Uint8Array(4);
    new DataView(number.buffer).setUint32(0, blocks.length + 1);
    let last = await mac(number);
    const block = new Uint32Array(last.slice().buffer);
    for (let round = 1; round < (iterations as number); round++) {
      last = await mac(last);
      const words = new Uint32Array(last.buffer);
      for (let at = 0; at < block.length; at++) block[at] = (block[at] ?? 0) ^ (words[at] ?? 0);
    }
    blocks.push(new Uint8Array(block.buffer));
  }
  return joined(blocks).slice(0, length / 8).buffer;
}

async function macOf(engine: Engine, hash: unknown, bytes: Bytes): Promise<Mac> {
  const key = await engine.importKey("raw", some(bytes), { name: "HMAC", hash }, false, ["sign"]);
  return async (message) => new Uint8Array(await engine.sign("HMAC", key, message));
}

/** The engine has no keys without bytes. To HMAC, which adds zeros, this one is the same. */
function some(bytes: Bytes): Bytes {
  return bytes.length === 0 ? new Uint8Array(1) : bytes;
}

function joined(pieces: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
