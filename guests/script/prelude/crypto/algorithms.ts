// table: one row per algorithm of each operation of crypto.subtle
import { type BufferSource, bytesOf, nameOf } from "./keys.ts";

/** An algorithm as the standard normalizes it: its name as it is spelt, its members converted. */
export interface Algorithm {
  readonly name: string;
  readonly [member: string]: unknown;
}

type Convert = (value: unknown) => unknown;
interface Members {
  readonly [member: string]: Convert;
}

type Operation = "crypt" | "wrap" | "sign" | "derive" | "generate" | "import" | "size";

const none: Members = {};
const aesKey: Members = { length: integer };
const curve: Members = { namedCurve: asCurve };
const hashed: Members = { hash: asHash };
const hmacKey: Members = { hash: asHash, length: optional(integer) };
const rsaKey: Members = { modulusLength: integer, publicExponent: asBytes, hash: asHash };
const agreement: Members = { public: asKey };

const ciphers: Readonly<Record<string, Members>> = {
  "AES-CBC": { iv: asBytes },
  "AES-CTR": { counter: asBytes, length: integer },
  "AES-GCM": {
    iv: asBytes,
    additionalData: optional(asBytes),
    tagLength: optional(integer),
  },
  "RSA-OAEP": { label: optional(asBytes) },
};

/** What each algorithm is told, by what is to be done; what does not stand here cannot be done. */
const registered: Readonly<Record<Operation, Readonly<Record<string, Members>>>> = {
  crypt: ciphers,
  wrap: { ...ciphers, "AES-KW": none },
  sign: {
    ECDSA: hashed,
    Ed25519: none,
    HMAC: none,
    "RSA-PSS": { saltLength: integer },
    "RSASSA-PKCS1-v1_5": none,
  },
  derive: {
    ECDH: agreement,
    HKDF: { hash: asHash, salt: asBytes, info: asBytes },
    PBKDF2: { hash: asHash, salt: asBytes, iterations: integer },
    X25519: agreement,
  },
  generate: {
    "AES-CBC": aesKey,
    "AES-CTR": aesKey,
    "AES-GCM": aesKey,
    "AES-KW": aesKey,
    ECDH: curve,
    ECDSA: curve,
    Ed25519: none,
    HMAC: hmacKey,
    "RSA-OAEP": rsaKey,
    "RSA-PSS": rsaKey,
    "RSASSA-PKCS1-v1_5": rsaKey,
    X25519: none,
  },
  import: {
    "AES-CBC": none,
    "AES-CTR": none,
    "AES-GCM": none,
    "AES-KW": none,
    ECDH: curve,
    ECDSA: curve,
    Ed25519: none,
    HKDF: none,
    HMAC: hmacKey,
    PBKDF2: none,
    "RSA-OAEP": hashed,
    "RSA-PSS": hashed,
    "RSASSA-PKCS1-v1_5": hashed,
    X25519: none,
  },
  /** Whatever keys can be made from bits. */
  size: {
    "AES-CBC": aesKey,
    "AES-CTR": aesKey,
    "AES-GCM": aesKey,
    "AES-KW": aesKey,
    HKDF: none,
    HMAC: hmacKey,
    PBKDF2: none,
  },
};

/**
 * An algorithm as a program gives it, for an operation. Throws a NotSupportedError where there is
 * none of that name, a TypeError for what it lacks or is of another type.
 */
export function normalize(operation: Operation, given: unknown): Algorithm {
  const members = membersOf(given);
  if (members["name"] === undefined) throw new TypeError("the algorithm has no name");
  const wanted = nameOf(given);
  const found = Object.entries(registered[operation]).find(
    ([name]) => name.toUpperCase() === wanted,
  );
  if (found === undefined) throw notSupported(`${wanted} is not known, or cannot do this`);
  const [name, row] = found;
  const normal: Record<string, unknown> = { name };
  for (const [member, convert] of Object.entries(row)) {
    const value = convert(members[member] ?? undefined);
    if (value !== undefined) normal[member] = value;
  }
  return normal as Record<string, unknown> & Algorithm;
}

function membersOf(given: unknown): Readonly<Record<string, unknown>> {
  if (typeof given === "object" && given !== null) return given as Record<string, unknown>;
  return { name: given };
}

function optional(convert: Convert): Convert {
  return (value) => (value === undefined ? undefined : convert(value));
}

function integer(value: unknown): number {
  const whole = Math.trunc(Number(value));
  if (whole >= 0 && whole <= 0xffff_ffff) return whole;
  throw new TypeError(`${String(value)} is no number from 0 to 4294967295`);
}

/** As they are now: what the program does with them later is another matter. */
function asBytes(value: unknown): Uint8Array {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return bytesOf(value as BufferSource).slice();
  }
  throw new TypeError("the algorithm lacks bytes");
}

const hashes: readonly string[] = ["SHA-1", "SHA-256", "SHA-384", "SHA-512"];

function asHash(value: unknown): { readonly name: string } {
  if (value === undefined) throw new TypeError("the algorithm has no hash");
  const name = nameOf(value);
  if (!hashes.includes(name)) throw notSupported(`there is no hash "${name}" for this`);
  return { name };
}

const curves: readonly unknown[] = ["P-256", "P-384", "P-521"];

function asCurve(value: unknown): string {
  if (value === undefined) throw new TypeError("the algorithm has no curve");
  if (!curves.includes(value)) throw notSupported("the curve is not known");
  return value as string;
}

function asKey(value: unknown): CryptoKey {
  if (value instanceof CryptoKey) return value;
  throw new TypeError("the algorithm lacks a key");
}

function notSupported(why: string): DOMException {
  return new DOMException(why, "NotSupportedError");
}
