import { broken } from "./der.ts";
import { hmacBits, keyBits } from "./derive.ts";
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
  nameOf,
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
  algorithm: unknown,
  { extractable, usages }: Grant,
): Promise<CryptoKey | CryptoKeyPair> {
  const name = nameOf(algorithm);
  checkUsages(name, usages);
  if (name === "ED25519") return generateEd25519(extractable, usages);
  if (name === "AES-KW") {
    const source = crypto.getRandomValues(new Uint8Array((keyBits(algorithm) as number) / 8));
    return importKey(engine, { format: "raw", source }, algorithm, { extractable, usages });
  }
  const wanted =
    name === "HMAC" ? { ...(algorithm as object), length: hmacBits(algorithm) } : algorithm;
  const made = await engine.generateKey(wanted, true, engineUsages(name));
  if (made instanceof CryptoKey) return handedOut(name, made, { extractable, usages }, {});
  const { privateKey, publicKey } = made as CryptoKeyPair;
  const point = isElliptic(name)
    ? new Uint8Array(await engine.exportKey("raw", publicKey))
    : undefined;
  return {
    privateKey: handedOut(name, privateKey, { extractable, usages }, { point }),
    publicKey: handedOut(name, publicKey, { extractable: true, usages }, {}),
  };
}

export async function importKey(
  engine: Engine,
  written: Written,
  algorithm: unknown,
  grant: Grant,
): Promise<CryptoKey> {
  const name = nameOf(algorithm);
  checkUsages(name, grant.usages);
  const { format, source } = written;
  if (name === "ED25519") return importEd25519(format, source, grant.extractable, grant.usages);
  if (isElliptic(name)) {
    const made = await importElliptic(engine, format, source, algorithm);
    const point = made.type === "private" ? await pointOf(engine, made, written) : undefined;
    return handedOut(name, made, grant, { point });
  }
  const [plain, bytes] = plainOf(name, format, source);
  const made =
    name === "AES-KW"
      ? await engine.importKey(plain, bytes, blocks, true, engineUsages(blocks.name))
      : await engine.importKey(plain, bytes, algorithm, true, engineUsages(name));
  return handedOut(name, made, grant, {});
}

/**
 * A key for the program, in place of the engine's own, which may do all that its algorithm can:
 * some of that is done with others of its abilities than the program is granted.
 */
function handedOut(name: string, made: CryptoKey, grant: Grant, known: Known): CryptoKey {
  const { type } = made;
  const algorithm = name === "AES-KW" ? { ...made.algorithm, name } : made.algorithm;
  const usages = usagesOf(name, type, grant.usages);
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
  const name = nameOf(key.algorithm);
  if (!key.extractable) throw new DOMException("the key is not extractable", "InvalidAccessError");
  if (name === "ED25519") return exportEd25519(format, key);
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
