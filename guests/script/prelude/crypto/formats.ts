import type { Algorithm } from "./algorithms.ts";
import { hmacBytes, keyBits } from "./derive.ts";
import { exportEd25519, generateEd25519, importEd25519 } from "./ed25519.ts";
import { exportElliptic, importElliptic, isElliptic } from "./elliptic.ts";
import type { Engine } from "./engine-keys.ts";
import { checkJwk, jwkOf, textBytes, textOf } from "./jwk.ts";
import {
  type BufferSource,
  bytesOf,
  type CryptoKeyPair,
  engineKeyOf,
  type JsonWebKey,
  type Known,
  ownKey,
  type Written,
} from "./keys.ts";
import { checkExponent, exportRsa, importRsa } from "./rsa.ts";
import { checkUsages, engineUsages, type Grant, isSecret, usagesOf } from "./usages.ts";

/** The engine has no AES-KW: the blocks are those of another cipher. */
const blocks = { name: "AES-CBC" } as const;
const formats: readonly string[] = ["jwk", "pkcs8", "raw", "spki"];

/** Expects an algorithm that is normalized, as all here. */
export async function generateKey(
  engine: Engine,
  algorithm: Algorithm,
  { extractable, usages }: Grant,
): Promise<CryptoKey | CryptoKeyPair> {
  const { name } = algorithm;
  checkUsages(name, usages);
  if (name === "Ed25519") return generateEd25519(extractable, usages);
  if (isSecret(name)) {
    const bits = keyBits(algorithm) as number;
    const source = crypto.getRandomValues(new Uint8Array(Math.ceil(bits / 8)));
    return importKey(engine, { format: "raw", source }, algorithm, { extractable, usages });
  }
  if (name.startsWith("RSA")) checkExponent(algorithm);
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

export async function importKey(
  engine: Engine,
  given: Written,
  algorithm: Algorithm,
  grant: Grant,
): Promise<CryptoKey> {
  const { name } = algorithm;
  const written = read(given);
  checkUsages(name, grant.usages, typeOf(name, written));
  if (isStretched(name) && grant.extractable) {
    throw new DOMException(`keys of ${name} are not extractable`, "SyntaxError");
  }
  checkFormat(name, written.format);
  const { format, source } = written;
  if (format === "jwk") checkJwk(source as JsonWebKey, algorithm, grant);
  if (isSecret(name)) {
    const isJwk = format === "jwk";
    const bytes = isJwk ? textBytes((source as JsonWebKey).k) : bytesOf(source as BufferSource);
    return importSecret(engine, bytes, algorithm, grant);
  }
  if (name === "Ed25519") return importEd25519(written, grant);
  if (isElliptic(name)) {
    const { made, point } = await importElliptic(engine, written, algorithm);
    return handedOut(algorithm, made, grant, { point });
  }
  const found = await importRsa(engine, written, algorithm);
  return handedOut(found.algorithm, found.made, grant, {});
}

export async function exportKey(
  engine: Engine,
  format: string,
  key: CryptoKey,
): Promise<ArrayBuffer | JsonWebKey> {
  const { name } = key.algorithm;
  checkKnown(format);
  checkFormat(name, format);
  if (!key.extractable) throw unfit("the key is not extractable");
  if (isSecret(name)) return exportSecret(engine, format, key);
  if (format !== "jwk" && (key.type === "private") !== (format === "pkcs8")) {
    throw unfit(`a ${key.type} key is not written as ${format}`);
  }
  if (name === "Ed25519") return exportEd25519(format, key);
  if (isElliptic(name)) return exportElliptic(engine, format, key);
  return exportRsa(engine, format, key);
}

function checkKnown(format: string): void {
  if (!formats.includes(format)) throw new TypeError(`there is no format "${format}" of keys`);
}

function checkFormat(name: string, format: string): void {
  const isThere = isSecret(name)
    ? format === "raw" || (format === "jwk" && !isStretched(name))
    : format !== "raw" || !name.startsWith("RSA");
  if (!isThere) {
    throw new DOMException(`keys of ${name} are not written as ${format}`, "NotSupportedError");
  }
}

/** As it is now, and of the type that the format has. */
function read({ format, source }: Written): Written {
  checkKnown(format);
  if (format === "jwk" && typeof source === "object") {
    return { format, source: { ...(source as JsonWebKey) } };
  }
  const isBytes = ArrayBuffer.isView(source) || (source as unknown) instanceof ArrayBuffer;
  if (format === "jwk" || !isBytes) throw new TypeError(`the key is not of the format ${format}`);
  return { format, source: bytesOf(source as BufferSource).slice() };
}

function typeOf(name: string, { format, source }: Written): CryptoKey["type"] {
  if (isSecret(name)) return "secret";
  const isPrivate = format === "jwk" ? (source as JsonWebKey).d !== undefined : format === "pkcs8";
  return isPrivate ? "private" : "public";
}

/** Whether bits are made of such keys, and nothing else. */
function isStretched(name: string): boolean {
  return name === "HKDF" || name === "PBKDF2";
}

type Bytes = Uint8Array<ArrayBuffer>;

async function importSecret(
  engine: Engine,
  bytes: Bytes,
  algorithm: Algorithm,
  grant: Grant,
): Promise<CryptoKey> {
  const { name } = algorithm;
  if (isStretched(name)) {
    const usages = usagesOf(name, "secret", grant.usages);
    return ownKey({ type: "secret", algorithm, extractable: false, usages }, { own: bytes });
  }
  if (name === "HMAC") return importHmac(engine, bytes, algorithm, grant);
  const own = name === "AES-KW" ? blocks : algorithm;
  const made = await engine.importKey("raw", bytes, own, true, engineUsages(own.name));
  return handedOut({ ...made.algorithm, name }, made, grant, {});
}

/** The engine counts in bytes. */
async function importHmac(
  engine: Engine,
  bytes: Bytes,
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

async function exportSecret(
  engine: Engine,
  format: string,
  key: CryptoKey,
): Promise<ArrayBuffer | JsonWebKey> {
  const bytes = await engine.exportKey("raw", engineKeyOf(key));
  return format === "raw" ? bytes : jwkOf(key, { k: textOf(new Uint8Array(bytes)) });
}

function unfit(why: string): DOMException {
  return new DOMException(why, "InvalidAccessError");
}
