import { broken } from "./der.ts";
import {
  exportEd25519,
  generateEd25519,
  importEd25519,
  signEd25519,
  verifyEd25519,
} from "./ed25519.ts";
import { type EngineKeys, exportElliptic, importElliptic } from "./elliptic.ts";
import {
  bufferOf,
  type BufferSource,
  bytesOf,
  type CryptoKeyPair,
  type JsonWebKey,
  know,
  nameOf,
} from "./keys.ts";
import { nameErrors } from "./errors.ts";
import { fromPkcs8, fromSpki, pkcs8Of, spkiOf } from "./wrap.ts";

const elliptic: readonly string[] = ["ECDSA", "ECDH"];
const secret: readonly string[] = ["HMAC", "AES-GCM", "AES-CBC", "AES-CTR", "AES-KW"];
const rsa = { algorithm: "RSA" } as const;
const base64url = { alphabet: "base64url", omitPadding: true } as const;

type Usages = readonly string[];

/** Puts what the engine's `crypto.subtle` lacks in front of it. */
export function completeCrypto(subtle: SubtleCrypto): void {
  const prototype = Object.getPrototypeOf(subtle) as SubtleCrypto;
  const engine = methodsOf(prototype, subtle);
  const methods = {
    async generateKey(algorithm: unknown, extractable: boolean, usages: Usages): Promise<unknown> {
      if (nameOf(algorithm) === "ED25519") return generateEd25519(extractable, usages);
      const made = await engine.generateKey(algorithm, extractable, usages);
      if (elliptic.includes(nameOf(algorithm))) await rememberPoint(engine, made as CryptoKeyPair);
      return made;
    },
    async importKey(
      format: string,
      source: BufferSource | JsonWebKey,
      algorithm: unknown,
      extractable: boolean,
      usages: Usages,
    ): Promise<CryptoKey> {
      const name = nameOf(algorithm);
      if (name === "ED25519") return importEd25519(format, source, extractable, usages);
      if (elliptic.includes(name)) {
        return importElliptic(engine, format, source, algorithm, extractable, usages);
      }
      const [plain, bytes] = plainOf(name, format, source);
      return engine.importKey(plain, bytes, algorithm, extractable, usages);
    },
    async exportKey(format: string, key: CryptoKey): Promise<ArrayBuffer | JsonWebKey> {
      const name = nameOf(key.algorithm);
      if (name === "ED25519") return exportEd25519(format, key);
      if (elliptic.includes(name)) return exportElliptic(engine, format, key);
      return exportOther(engine, name, format, key);
    },
    async sign(algorithm: unknown, key: CryptoKey, message: BufferSource): Promise<ArrayBuffer> {
      if (nameOf(algorithm) === "ED25519") return signEd25519(key, message);
      return engine.sign(algorithm, key, message);
    },
    async verify(
      algorithm: unknown,
      key: CryptoKey,
      signature: BufferSource,
      message: BufferSource,
    ): Promise<boolean> {
      if (nameOf(algorithm) === "ED25519") return verifyEd25519(key, signature, message);
      return engine.verify(algorithm, key, signature, message);
    },
  };
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
  nameErrors(prototype, all);
}

/** All methods there are. */
const all: readonly string[] = [
  "decrypt",
  "deriveBits",
  "deriveKey",
  "digest",
  "encrypt",
  "exportKey",
  "generateKey",
  "importKey",
  "sign",
  "unwrapKey",
  "verify",
  "wrapKey",
];

interface Engine extends EngineKeys {
  generateKey(algorithm: unknown, extractable: boolean, usages: Usages): Promise<unknown>;
  sign(algorithm: unknown, key: CryptoKey, message: BufferSource): Promise<ArrayBuffer>;
  verify(
    algorithm: unknown,
    key: CryptoKey,
    signature: BufferSource,
    message: BufferSource,
  ): Promise<boolean>;
}

/** The methods as they were, for whatever a program does to them later. */
function methodsOf(prototype: SubtleCrypto, subtle: SubtleCrypto): Engine {
  const names = ["generateKey", "importKey", "exportKey", "sign", "verify"] as const;
  const bound = names.map((name) => [name, prototype[name].bind(subtle)]);
  return Object.fromEntries(bound) as Engine;
}

async function rememberPoint(
  engine: Engine,
  { publicKey, privateKey }: CryptoKeyPair,
): Promise<void> {
  know(privateKey, { point: new Uint8Array(await engine.exportKey("raw", publicKey)) });
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

async function exportOther(
  engine: Engine,
  name: string,
  format: string,
  key: CryptoKey,
): Promise<ArrayBuffer | JsonWebKey> {
  if (format === "jwk") {
    if (!secret.includes(name)) {
      throw new DOMException(`${name} keys cannot be written as JWK`, "NotSupportedError");
    }
    const bytes = new Uint8Array(await engine.exportKey("raw", key));
    const { usages, extractable } = key;
    return { kty: "oct", k: bytes.toBase64(base64url), key_ops: [...usages], ext: extractable };
  }
  const exported = await engine.exportKey(format, key);
  if (!name.startsWith("RSA")) return exported;
  if (format !== "spki" && format !== "pkcs8") throw broken();
  const wrap = format === "spki" ? spkiOf : pkcs8Of;
  return bufferOf(wrap(rsa, new Uint8Array(exported)));
}
