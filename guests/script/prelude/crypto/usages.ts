// table: one row per algorithm of crypto.subtle
import type { Algorithm } from "./algorithms.ts";

export type Usages = readonly string[];

/** What a program may do with a key. */
export interface Grant {
  readonly extractable: boolean;
  readonly usages: Usages;
}

type KeyType = CryptoKey["type"];

const cipher: Usages = ["encrypt", "decrypt", "wrapKey", "unwrapKey"];
const derivation: Usages = ["deriveKey", "deriveBits"];
const signature = { private: ["sign"], public: ["verify"] } as const;
const agreement = { private: derivation, public: [] } as const;

/** What the standard lets keys of each algorithm be used for, by what kind of key it is. */
const allowed: Readonly<Record<string, Partial<Readonly<Record<KeyType, Usages>>>>> = {
  "AES-CBC": { secret: cipher },
  "AES-CTR": { secret: cipher },
  "AES-GCM": { secret: cipher },
  "AES-KW": { secret: ["wrapKey", "unwrapKey"] },
  ECDH: agreement,
  ECDSA: signature,
  Ed25519: signature,
  HKDF: { secret: derivation },
  HMAC: { secret: ["sign", "verify"] },
  PBKDF2: { secret: derivation },
  "RSA-OAEP": { private: ["decrypt", "unwrapKey"], public: ["encrypt", "wrapKey"] },
  "RSA-PSS": signature,
  "RSASSA-PKCS1-v1_5": signature,
  X25519: agreement,
};

function allowedOf(name: string): Partial<Readonly<Record<KeyType, Usages>>> {
  const found = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
  if (found !== undefined) return found;
  throw new DOMException(`there is no algorithm "${name}"`, "NotSupportedError");
}

/** What is made of other deeds: the engine need not know of it. */
const ofKeys: Usages = ["wrapKey", "unwrapKey"];

/** All that the engine is to allow: what a key is for is looked at before it is asked. */
export function engineUsages(name: string): Usages {
  const all = Object.values(allowedOf(name)).flat();
  return all.filter((usage) => !ofKeys.includes(usage));
}

/** Whether a key of this algorithm is one, and not a half of two. */
export function isSecret(name: string): boolean {
  return allowedOf(name).secret !== undefined;
}

const known: Usages = [...cipher, ...derivation, "sign", "verify"];

/** Throws a SyntaxError for usages that no such key has, a TypeError for those there are not. */
export function checkUsages(name: string, usages: Usages, type?: KeyType): void {
  const rows = allowedOf(name);
  const all = type === undefined ? Object.values(rows).flat() : (rows[type] ?? []);
  const word = [...usages].find((usage) => !known.includes(usage));
  if (word !== undefined) throw new TypeError(`there is no usage "${word}"`);
  const wrong = [...usages].find((usage) => !all.includes(usage));
  if (wrong !== undefined) throw wrongUsage(`such keys of ${name} are not for "${wrong}"`);
}

/** What of the usages a key gets. Throws a SyntaxError where it would be good for nothing. */
export function usagesOf(name: string, type: KeyType, usages: Usages): Usages {
  const kept = (allowedOf(name)[type] ?? []).filter((usage) => usages.includes(usage));
  if (type !== "public" && kept.length === 0) {
    throw wrongUsage(`a ${type} key of ${name} has to be for something`);
  }
  return kept;
}

/** Expects a key of the algorithm that may be used so: anything else is an InvalidAccessError. */
export function demand(key: CryptoKey, { name }: Algorithm, usage: string): void {
  if (key.algorithm.name !== name) {
    throw new DOMException(`the key is of ${key.algorithm.name}`, "InvalidAccessError");
  }
  if (!(key.usages as Usages).includes(usage)) {
    throw new DOMException(`the key is not for "${usage}"`, "InvalidAccessError");
  }
}

function wrongUsage(why: string): DOMException {
  return new DOMException(why, "SyntaxError");
}
