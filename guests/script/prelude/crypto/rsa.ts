import type { Algorithm } from "./algorithms.ts";
import { broken, der, derInteger, readSequence, Tag } from "./der.ts";
import type { Engine } from "./engine-keys.ts";
import { jwkOf, textBytes, textOf } from "./jwk.ts";
import {
  bufferOf,
  type BufferSource,
  bytesOf,
  engineKeyOf,
  type JsonWebKey,
  type Written,
} from "./keys.ts";
import { engineUsages } from "./usages.ts";
import { fromPkcs8, fromSpki, pkcs8Of, spkiOf } from "./wrap.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const rsa = { algorithm: "RSA" } as const;
/** What the engine makes all its keys with. */
const exponent = "010001";
/** The numbers that a key is, in the order of RFC 8017; of a public one the first two. */
const numbers = ["n", "e", "d", "p", "q", "dp", "dq", "qi"] as const;
const publicCount = 2;

const hashBytes: Readonly<Record<string, number>> = {
  "SHA-1": 20,
  "SHA-256": 32,
  "SHA-384": 48,
  "SHA-512": 64,
};

/** What RSA keys say of themselves. */
interface RsaAlgorithm {
  readonly modulusLength: number;
  readonly hash: { readonly name: string };
}

/** Expects that a pair with these members is asked for: refuses what the engine does otherwise. */
export function checkExponent({ publicExponent }: Algorithm): void {
  if (bare(publicExponent as Bytes).toHex() === exponent) return;
  throw notSupported("keys are made with the public exponent 65537 only");
}

/** The engine salts as much as the hash is long, where there is room, and knows no labels. */
export function checkPadding({ name, saltLength, label }: Algorithm, key: CryptoKey): void {
  if (name === "RSA-OAEP" && label !== undefined && (label as Bytes).length > 0) {
    throw notSupported("RSA-OAEP has no label here");
  }
  if (name !== "RSA-PSS") return;
  const { modulusLength, hash } = key.algorithm as unknown as RsaAlgorithm;
  const hashed = hashBytes[hash.name] as number;
  const room = Math.ceil((modulusLength - 1) / 8) - hashed - 2;
  if ((saltLength as number) > room) {
    throw new DOMException("the key is too short for such a salt", "OperationError");
  }
  const salted = Math.min(hashed, room);
  if (saltLength !== salted) throw notSupported(`the salt has ${salted} bytes with this key`);
}

/** The engine's key, and what it says of itself. */
export async function importRsa(
  engine: Engine,
  { format, source }: Written,
  algorithm: Algorithm,
): Promise<{ readonly made: CryptoKey; readonly algorithm: Algorithm }> {
  const values =
    format === "jwk"
      ? valuesOfJwk(source as JsonWebKey)
      : valuesOf(format, bytesOf(source as BufferSource));
  const isPrivate = values.length > publicCount;
  const version = isPrivate ? [derInteger(new Uint8Array(1))] : [];
  const bytes = der(Tag.sequence, ...version, ...values.map((value) => derInteger(value)));
  const { name } = algorithm;
  const how = isPrivate ? "pkcs8" : "spki";
  const made = await engine.importKey(how, bytes, algorithm, true, engineUsages(name));
  return { made, algorithm: { ...made.algorithm, name, publicExponent: values[1] } };
}

export async function exportRsa(
  engine: Engine,
  format: string,
  key: CryptoKey,
): Promise<ArrayBuffer | JsonWebKey> {
  const how = key.type === "private" ? "pkcs8" : "spki";
  const bytes = new Uint8Array(await engine.exportKey(how, engineKeyOf(key)));
  if (format !== "jwk") return bufferOf((how === "spki" ? spkiOf : pkcs8Of)(rsa, bytes));
  const values = valuesWithin(how, bytes).map((value, at) => [numbers[at], textOf(value)]);
  return jwkOf(key, Object.fromEntries(values) as JsonWebKey);
}

function valuesOf(format: string, bytes: Bytes): readonly Bytes[] {
  return valuesWithin(format, format === "spki" ? fromSpki(rsa, bytes) : fromPkcs8(rsa, bytes).key);
}

/** The numbers of a key, without zeros in front; what else a private one has is its version. */
function valuesWithin(format: string, bytes: Bytes): readonly Bytes[] {
  const all = readSequence(bytes);
  const values = format === "spki" ? all : all.slice(1);
  const isWhole = values.length === (format === "spki" ? publicCount : numbers.length);
  if (!isWhole || values.some(({ tag }) => tag !== Tag.integer)) throw broken();
  return values.map(({ content }) => bare(content));
}

function valuesOfJwk(jwk: JsonWebKey): readonly Bytes[] {
  if (jwk.oth !== undefined) throw notSupported("keys of more than two primes cannot be read");
  const wanted = jwk.d === undefined ? numbers.slice(0, publicCount) : numbers;
  return wanted.map((number) => bare(textBytes(jwk[number])));
}

function bare(value: Bytes): Bytes {
  const first = value.findIndex((byte) => byte !== 0);
  return value.slice(first === -1 ? value.length : first);
}

function notSupported(why: string): DOMException {
  return new DOMException(why, "NotSupportedError");
}
