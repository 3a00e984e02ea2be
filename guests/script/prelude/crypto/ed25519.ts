import { getPublicKeyAsync, signAsync, verifyAsync } from "@noble/ed25519";
import { broken } from "./der.ts";
import { jwkOf, textBytes, textOf } from "./jwk.ts";
import {
  bufferOf,
  type BufferSource,
  bytesOf,
  type CryptoKeyPair,
  type JsonWebKey,
  knownOf,
  ownKey,
  type Written,
} from "./keys.ts";
import { type Grant, usagesOf } from "./usages.ts";
import { fromPkcs8, fromSpki, type Kind, pkcs8Of, spkiOf } from "./wrap.ts";

const kind: Kind = { algorithm: "Ed25519" };
const algorithm = { name: "Ed25519" } as const;
const keyBytes = 32;

type Bytes = Uint8Array<ArrayBuffer>;

function publicKey(point: Bytes, extractable: boolean, usages: readonly string[]): CryptoKey {
  if (point.length !== keyBytes) throw broken();
  const kept = usagesOf("Ed25519", "public", usages);
  return ownKey({ type: "public", algorithm, extractable, usages: kept }, { own: point });
}

async function privateKey(
  seed: Bytes,
  extractable: boolean,
  usages: readonly string[],
): Promise<CryptoKey> {
  if (seed.length !== keyBytes) throw broken();
  const point = (await getPublicKeyAsync(seed)) as Bytes;
  const kept = usagesOf("Ed25519", "private", usages);
  return ownKey({ type: "private", algorithm, extractable, usages: kept }, { own: seed, point });
}

export async function generateEd25519(
  extractable: boolean,
  usages: readonly string[],
): Promise<CryptoKeyPair> {
  const seed = crypto.getRandomValues(new Uint8Array(keyBytes));
  const own = await privateKey(seed, extractable, usages);
  return { privateKey: own, publicKey: publicKey(knownOf(own).point as Bytes, true, usages) };
}

export async function importEd25519(
  { format, source }: Written,
  { extractable, usages }: Grant,
): Promise<CryptoKey> {
  if (format === "jwk") {
    const { x, d } = source as JsonWebKey;
    const point = textBytes(x);
    if (d === undefined) return publicKey(point, extractable, usages);
    const own = await privateKey(textBytes(d), extractable, usages);
    if (knownOf(own).point?.toHex() !== point.toHex()) throw broken();
    return own;
  }
  const bytes = bytesOf(source as BufferSource);
  if (format === "raw") return publicKey(bytes, extractable, usages);
  if (format === "spki") return publicKey(fromSpki(kind, bytes), extractable, usages);
  return privateKey(fromPkcs8(kind, bytes).key, extractable, usages);
}

export function exportEd25519(format: string, key: CryptoKey): ArrayBuffer | JsonWebKey {
  const { own, point } = knownOf(key);
  if (own === undefined) throw broken();
  if (format === "raw") return bufferOf(own);
  if (format === "spki") return bufferOf(spkiOf(kind, own));
  if (format === "pkcs8") return bufferOf(pkcs8Of(kind, own));
  if (point === undefined) return jwkOf(key, { x: textOf(own) });
  return jwkOf(key, { x: textOf(point), d: textOf(own) });
}

export async function signEd25519(key: CryptoKey, message: BufferSource): Promise<ArrayBuffer> {
  const { own } = knownOf(key);
  if (own === undefined || key.type !== "private") throw unfit();
  return bufferOf(await signAsync(bytesOf(message), own));
}

/** A point and a number of the curve. */
const signatureBytes = 64;

export async function verifyEd25519(
  key: CryptoKey,
  signature: BufferSource,
  message: BufferSource,
): Promise<boolean> {
  const { own } = knownOf(key);
  if (own === undefined || key.type !== "public") throw unfit();
  const bytes = bytesOf(signature);
  if (bytes.length !== signatureBytes) return false;
  try {
    return await verifyAsync(bytes, bytesOf(message), own);
  } catch {
    // What is no point of the curve is nobody's signature.
    return false;
  }
}

function unfit(): DOMException {
  return new DOMException("the key is not for this", "InvalidAccessError");
}
