import type { BufferSource } from "./keys.ts";
import type { Usages } from "./usages.ts";

/** The engine's methods, bound; in imports and exports it takes bare points and scalars. */
export interface Engine {
  generateKey(algorithm: unknown, extractable: boolean, usages: Usages): Promise<unknown>;
  importKey(
    format: string,
    bytes: BufferSource,
    algorithm: unknown,
    extractable: boolean,
    usages: Usages,
  ): Promise<CryptoKey>;
  exportKey(format: string, key: CryptoKey): Promise<ArrayBuffer>;
  sign(algorithm: unknown, key: CryptoKey, message: BufferSource): Promise<ArrayBuffer>;
  verify(
    algorithm: unknown,
    key: CryptoKey,
    signature: BufferSource,
    message: BufferSource,
  ): Promise<boolean>;
  encrypt(algorithm: unknown, key: CryptoKey, bytes: BufferSource): Promise<ArrayBuffer>;
  decrypt(algorithm: unknown, key: CryptoKey, bytes: BufferSource): Promise<ArrayBuffer>;
  deriveBits(algorithm: unknown, key: CryptoKey, length: number): Promise<ArrayBuffer>;
}

const names = [
  "generateKey",
  "importKey",
  "exportKey",
  "sign",
  "verify",
  "encrypt",
  "decrypt",
  "deriveBits",
] as const;

/** The methods as they were, for whatever a program does to them later. */
export function engineOf(prototype: SubtleCrypto, subtle: SubtleCrypto): Engine {
  const bound = names.map((name) => [name, prototype[name].bind(subtle)]);
  return Object.fromEntries(bound) as Engine;
}
