import type { Algorithm } from "./algorithms.ts";
import { broken } from "./der.ts";
import { hmacBytes, keyBits } from "./derive.ts";
import { exportEd25519, generateEd25519, importEd25519 } from "./ed25519.ts";
import { exportElliptic, importElliptic, isElliptic, pointOf } from "./elliptic.ts";
import type { Engine } from "./engine-keys.ts";
import {
  bufferOf,
  type BufferSource,
  bytesOf,
  type CryptoKeyPair,
  engineKeyOf,
  type JsonWebKey,
  type Known,
  ownKey,
} from "./keys.ts";
import { checkUsages, engineUsages, type Usages, usagesOf } from "./usages.ts";
import { fromPkcs8, fromSpki, pkcs8Of, spkiOf } from "./wrap.ts";

const secret: readonly string[] = ["HMAC", "AES-GCM", "AES-CBC", "AES-CTR", "AES-KW"];
const rsa = { algorithm: "RSA" } as const;
const base64url = { alphabet: "base64url", omitPadding: true } as const;
/** The engine has no AES-KW: the blocks are those of another cipher. */
const blocks = { name: "AES-CBC" } as const;

/** What a program may do with a key. */
interface Grant {
  readonly extractable: boolean;
  readonly usages: Usages;
}

/** A key as it is written somewhere. */
interface Written {
  readonly format: string;
  readonly source: BufferSource | JsonWebKey;
}

export async function generateKey(
  engine: Engine,
  algorithm: Algorithm,
  { extractable, usages }: Grant,
): Promise<CryptoKey | CryptoKeyPair> {
  const { name } = algorithm;
  checkUsages(name, usages);
  if (name === "Ed25519") return generateEd25519(extractable, usages);
  if (secret.includes(name)) {
    const bits = keyBits(algorithm) as number;
    const source = crypto.getRandomValues(new Uint8Array(Math.ceil(bits / 8)));
    return importKey(engine, { format: "raw", source }, algorithm, { extractable, usages });
  }
  const made = await engine.generateKey(algorithm, true, engineUsages(name));
  const { privateKey, publicKey } = made as CryptoKeyPair;
  const point = isElliptic(name)
    ? new Uint8Array(await engine.exportKey("raw", publicKey))
    : undefined;
  return {
    privateKey: handedOut(algorithm, privateKey, { extractable, usages }, { point }),
    publicKey: handedOut(algorithm, publicKey, { extractable: true, usages }, {}),
  };
}

/** Expects an algorithm that is normalized. */
export async function importKey(
  engine: Engine,
  written: Written,
  algorithm: Algorithm,
  grant: Grant,
): Promise<CryptoKey> {
  const { name } = algorithm;
  checkUsages(name, grant.usages);
  const { format, source } = written;
  if (name === "Ed25519") return importEd25519(format, source, grant.extractable, grant.usages);
  if (isElliptic(name)) {
    const made = await importElliptic(engine, format, source, algorithm);
    const point = made.type === "private" ? await pointOf(engine, made, written) : undefined;
    return handedOut(algorithm, made, grant, { point });
  }
  if (name === "HKDF" || name === "PBKDF2") {
    const kept = usagesOf(name, "secret", grant.usages);
    const own = bytesOf(source as BufferSource).slice();
    return ownKey({ type: "secret", algorithm, extractable: false, usages: kept }, { own });
  }
  const [plain, bytes] = plainOf(name, format, source);
  if (name === "HMAC") return importHmac(engine, bytesOf(bytes), algorithm, grant);
  const made =
    name === "AES-KW"
      ? await engine.importKey(plain, bytes, blocks, true, engineUsages(blocks.name))
      : await engine.importKey(plain, bytes, algorithm, true, engineUsages(name));
  return handedOut({ ...made.algorithm, name }, made, grant, {});
}

/** The engine counts in bytes. */
async function importHmac(
  engine: Engine,
  bytes: Uint8Array<ArrayBuffer>,
  algorithm: Algorithm,
  grant: Grant,
): Promise<CryptoKey> {
  const { name, hash, length = bytes.length * 8 } = algorithm;
  const counted = hmacBytes(bytes, length as number);
  const made = await engine.importKey("raw", counted, { name, hash }, true, engineUsages(name));
  return handedOut({ name, hash, length }, made, grant, {});
}

/**
 * A key for the program, in place of the engine's own, which may do all that its algorithm can:
 * some of that is done with others of its abilities than the program is granted.
 */
function handedOut(algorithm: Algorithm, made: CryptoKey, grant: Grant, known: Known): CryptoKey {
  const { type } = made;
  const usages = usagesOf(algorithm.name, type, grant.usages);
  return ownKey(
    { type, algorithm, extractable: grant.extractable, usages },
    { ...known, engine: made },
  );
}

export async function exportKey(
  engine: Engine,
  format: string,
  key: CryptoKey,
): Promise<ArrayBuffer | JsonWebKey> {
  const { name } = key.algorithm;
  if (!key.extractable) throw new DOMException("the key is not extractable", "InvalidAccessError");
  if (name === "Ed25519") return exportEd25519(format, key);
  if (isElliptic(name)) return exportElliptic(engine, format, key);
  return exportOther(engine, name, format, key);
}

/** Of keys that are just bytes, and of RSA, whose bytes are wrapped. */
function plainOf(
  name: string,
  format: string,
  source: BufferSource | JsonWebKey,
): [format: string, bytes: BufferSource] {
  if (format === "jwk") {
    const { kty, k } = source as JsonWebKey;
    if (kty !== "oct" || k === undefined || !secret.includes(name)) {
      throw new DOMException(`${name} keys cannot be read as JWK`, "NotSupportedError");
    }
    return ["raw", Uint8Array.fromBase64(k, base64url)];
  }
  if (!name.startsWith("RSA")) return [format, source as BufferSource];
  const bytes = bytesOf(source as BufferSource);
  return [format, format === "spki" ? fromSpki(rsa, bytes) : fromPkcs8(rsa, bytes).key];
}

/** The name of an algorithm in RFC 7518. */
function jwaOf(algorithm: CryptoKey["algorithm"]): string {
  const { name, length, hash } = algorithm as {
    readonly name: string;
    readonly length: number;
    readonly hash?: { readonly name: string };
  };
  return hash?.name.replace("SHA-", "HS") ?? `A${length}${name.slice(4)}`;
}

async function exportOther(
  engine: Engine,
  name: string,
  format: string,
  key: CryptoKey,
): Promise<ArrayBuffer | JsonWebKey> {
  const own = engineKeyOf(key);
  if (format === "jwk") {
    if (!secret.includes(name)) {
      throw new DOMException(`${name} keys cannot be written as JWK`, "NotSupportedError");
    }
    const bytes = new Uint8Array(await engine.exportKey("raw", own));
    const { algorithm, usages, extractable } = key;
    const rest = { key_ops: [...usages], ext: extractable };
    return { kty: "oct", k: bytes.toBase64(base64url), alg: jwaOf(algorithm), ...rest };
  }
  const exported = await engine.exportKey(format, own);
  if (!name.startsWith("RSA")) return exported;
  if (format !== "spki" && format !== "pkcs8") throw broken();
  const wrap = format === "spki" ? spkiOf : pkcs8Of;
  return bufferOf(wrap(rsa, new Uint8Array(exported)));
}
