import type { Seal } from "#pool/host";

const keyBytes = 32;

/** What the key of an executor is sealed under, and nothing else. */
const label = "crashes";

/** With what one executor seals its recordings. Plain data. */
export interface SealingKey {
  /** Stays in memory, and is another one for each executor. */
  readonly key: Uint8Array;
  /** The same as the daemon's seal has it: stands in each file, for whoever has that seal. */
  readonly sealedKey: string;
}

export function newSealingKey(seal: Seal): SealingKey {
  const key = process.getBuiltinModule("node:crypto").randomBytes(keyBytes);
  return { key, sealedKey: seal.seal(key.toString("base64"), label) };
}

/** The key again. Throws `SECRET_UNREADABLE`. */
export function openSealedKey(seal: Seal, sealedKey: string): Uint8Array {
  return Buffer.from(seal.open(sealedKey, label), "base64");
}
