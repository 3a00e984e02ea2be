import type { Algorithm } from "./algorithms.ts";
import type { Engine } from "./engine-keys.ts";
import { engineKeyOf, knownOf, nameOf } from "./keys.ts";
import { hkdf, pbkdf2 } from "./stretch.ts";

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
  algorithm: Algorithm,
  key: CryptoKey,
  length: number | null,
): Promise<ArrayBuffer> {
  const { name } = algorithm;
  if (name === "ECDH" || name === "X25519") {
    const agreed = await agree(engine, key, algorithm["public"] as CryptoKey);
    return cut(agreed, length ?? agreed.byteLength * 8);
  }
  if (length === null || length % 8 !== 0) throw failed("the length is no multiple of 8 bits");
  if (algorithm["iterations"] === 0) throw failed("that are no iterations");
  if (length === 0) return new ArrayBuffer(0);
  const stretch = name === "HKDF" ? hkdf : pbkdf2;
  return stretch(engine, algorithm, knownOf(key).own as Bytes, length);
}

type Bytes = Uint8Array<ArrayBuffer>;

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
  if (length > bits.byteLength * 8) throw failed("the keys do not agree on so many bits");
  const bytes = new Uint8Array(bits.slice(0, Math.ceil(length / 8)));
  const spare = bytes.length * 8 - length;
  if (spare > 0) bytes[bytes.length - 1] = (bytes.at(-1) as number) & (0xff << spare);
  return bytes.buffer;
}

/** The bytes of a key of HMAC, of which the last may not count as a whole. */
export function hmacBytes(bytes: Bytes, length: number): Bytes {
  if (length === 0 || Math.ceil(length / 8) !== bytes.length) {
    throw new DOMException(`${bytes.length} bytes are no ${length} bits`, "DataError");
  }
  return new Uint8Array(cut(bytes.slice().buffer, length));
}

/** How many bits of HMAC's key its hash takes at once. */
const hashBlockBits: Readonly<Record<string, number>> = {
  "SHA-1": 512,
  "SHA-256": 512,
  "SHA-384": 1024,
  "SHA-512": 1024,
};

/** As the standard has it when no length is given; the engine takes that of the hash. */
function hmacBits({ hash, length }: Algorithm): number {
  const found = length ?? hashBlockBits[nameOf(hash)];
  if (found === 0) throw failed("a key of HMAC has a length");
  return found as number;
}

/** How many bits a key of an algorithm is made of; `null` of what takes any. */
export function keyBits(algorithm: Algorithm): number | null {
  const { name, length } = algorithm;
  if (name === "HMAC") return hmacBits(algorithm);
  if (!name.startsWith("AES-")) return null;
  if (length === 128 || length === 192 || length === 256) return length;
  throw failed("a key of AES has 128, 192 or 256 bits");
}

function failed(why: string): DOMException {
  return new DOMException(why, "OperationError");
}
