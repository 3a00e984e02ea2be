import type { Engine } from "./engine-keys.ts";
import { engineKeyOf, nameOf } from "./keys.ts";

/** How many bits two keys agree on. */
const agreedBits: Readonly<Record<string, number>> = {
  "P-256": 256,
  "P-384": 384,
  "P-521": 528,
  X25519: 256,
};

/** The bits that a key and an algorithm make; `null` for as many as they agree on. */
export async function deriveBits(
  engine: Engine,
  algorithm: unknown,
  key: CryptoKey,
  length: number | null,
): Promise<ArrayBuffer> {
  const name = nameOf(algorithm);
  if (name === "ECDH" || name === "X25519") {
    const { public: other } = algorithm as { readonly public: CryptoKey };
    const agreed = await agree(engine, key, other);
    return cut(agreed, length ?? agreed.byteLength * 8);
  }
  if (length === null || length % 8 !== 0) {
    throw new DOMException("the length has to be a multiple of 8 bits", "OperationError");
  }
  if (length === 0) return new ArrayBuffer(0);
  return engine.deriveBits(algorithm, engineKeyOf(key), length);
}

async function agree(engine: Engine, key: CryptoKey, other: CryptoKey): Promise<ArrayBuffer> {
  const isFit =
    other instanceof CryptoKey &&
    other.type === "public" &&
    key.type === "private" &&
    nameOf(other.algorithm) === nameOf(key.algorithm) &&
    curveOf(other) === curveOf(key);
  if (!isFit) throw new DOMException("the keys do not fit", "InvalidAccessError");
  const algorithm = { name: key.algorithm.name, public: engineKeyOf(other) };
  return engine.deriveBits(algorithm, engineKeyOf(key), agreedBits[curveOf(key)] as number);
}

function curveOf({ algorithm }: CryptoKey): string {
  return (algorithm as { readonly namedCurve?: string }).namedCurve ?? algorithm.name;
}

/** The first bits: those of the last byte that are too many are zero. */
function cut(bits: ArrayBuffer, length: number): ArrayBuffer {
  if (length > bits.byteLength * 8) {
    throw new DOMException("the keys do not agree on so many bits", "OperationError");
  }
  const bytes = new Uint8Array(bits.slice(0, Math.ceil(length / 8)));
  const spare = bytes.length * 8 - length;
  if (spare > 0) bytes[bytes.length - 1] = (bytes.at(-1) as number) & (0xff << spare);
  return bytes.buffer;
}

/** How many bits of HMAC's key its hash takes at once. */
const hashBlockBits: Readonly<Record<string, number>> = {
  "SHA-1": 512,
  "SHA-256": 512,
  "SHA-384": 1024,
  "SHA-512": 1024,
};

/** As the standard has it when no length is given; the engine takes that of the hash. */
export function hmacBits(algorithm: unknown): number {
  const { hash, length } = algorithm as { readonly hash: unknown; readonly length?: number };
  const found = length ?? hashBlockBits[nameOf(hash)];
  if (found === undefined) throw new DOMException("there is no such hash", "NotSupportedError");
  if (found === 0) throw new TypeError("a key of HMAC has a length");
  return found;
}

/** How many bits a key of an algorithm is made of; `null` of what takes any. */
export function keyBits(algorithm: unknown): number | null {
  const name = nameOf(algorithm);
  if (name === "HMAC") return hmacBits(algorithm);
  if (!name.startsWith("AES-")) return null;
  const { length } = algorithm as { readonly length?: number };
  if (length === 128 || length === 192 || length === 256) return length;
  throw new DOMException("a key of AES has 128, 192 or 256 bits", "OperationError");
}
