import { normalize } from "./algorithms.ts";
import { crypt, unwrapByKey, wrapByKey } from "./ciphers.ts";
import { deriveBits, keyBits } from "./derive.ts";
import { signEd25519, verifyEd25519 } from "./ed25519.ts";
import { type Engine, engineOf } from "./engine-keys.ts";
import { nameErrors } from "./errors.ts";
import { exportKey, generateKey, importKey } from "./formats.ts";
import {
  type BufferSource,
  bytesOf,
  type CryptoKeyPair,
  engineKeyOf,
  type JsonWebKey,
} from "./keys.ts";
import { checkPadding } from "./rsa.ts";
import { demand, type Usages } from "./usages.ts";

/** Puts what the engine's `crypto` lacks in front of it. */
export function completeCrypto({ subtle }: Crypto): void {
  completeChance();
  const prototype = Object.getPrototypeOf(subtle) as SubtleCrypto;
  const engine = engineOf(prototype, subtle);
  const methods = { ...keyMethods(engine), ...cipherMethods(engine), ...otherMethods(engine) };
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
  nameErrors(prototype, ["digest", ...Object.keys(methods)]);
}

const chanceBytesMax = 65_536;

/** The engine fills floats, too, and fails otherwise than by the standard's errors. */
function completeChance(): void {
  const fill = Object.getOwnPropertyDescriptor(Crypto.prototype, "getRandomValues")?.value as (
    this: Crypto,
    view: ArrayBufferView,
  ) => ArrayBufferView;
  const value = function getRandomValues(this: Crypto, view: ArrayBufferView): ArrayBufferView {
    if (!isOfIntegers(view)) {
      throw new DOMException("it is no array of integers", "TypeMismatchError");
    }
    if (view.byteLength > chanceBytesMax) {
      throw new DOMException(`more than ${chanceBytesMax} bytes`, "QuotaExceededError");
    }
    return fill.call(this, view);
  };
  const how = { writable: true, configurable: true, enumerable: true };
  Object.defineProperty(Crypto.prototype, "getRandomValues", { value, ...how });
}

function isOfIntegers(view: unknown): boolean {
  return ArrayBuffer.isView(view) && /^(?:Big)?(?:Ui|I)nt/.test(tagOf(view));
}

function tagOf(view: ArrayBufferView): string {
  return (view as Partial<Uint8Array>)[Symbol.toStringTag] ?? "";
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function keyMethods(engine: Engine): object {
  return {
    async generateKey(
      algorithm: unknown,
      extractable: boolean,
      usages: Usages,
    ): Promise<CryptoKey | CryptoKeyPair> {
      return generateKey(engine, normalize("generate", algorithm), { extractable, usages });
    },
    async importKey(
      format: string,
      source: BufferSource | JsonWebKey,
      algorithm: unknown,
      extractable: boolean,
      usages: Usages,
    ): Promise<CryptoKey> {
      const wanted = normalize("import", algorithm);
      return importKey(engine, { format, source }, wanted, { extractable, usages });
    },
    exportKey: (format: string, key: CryptoKey) => exportKey(engine, format, key),
    async deriveKey(
      algorithm: unknown,
      key: CryptoKey,
      kind: unknown,
      extractable: boolean,
      usages: Usages,
    ): Promise<CryptoKey> {
      const how = normalize("derive", algorithm);
      const wanted = normalize("import", kind);
      const size = normalize("size", kind);
      demand(key, how, "deriveKey");
      const source = await deriveBits(engine, how, key, keyBits(size));
      return importKey(engine, { format: "raw", source }, wanted, { extractable, usages });
    },
    async deriveBits(
      algorithm: unknown,
      key: CryptoKey,
      length: number | null = null,
    ): Promise<ArrayBuffer> {
      const how = normalize("derive", algorithm);
      demand(key, how, "deriveBits");
      return deriveBits(engine, how, key, length);
    },
  };
}

function cipherMethods(engine: Engine): object {
  return {
    async encrypt(algorithm: unknown, key: CryptoKey, bytes: BufferSource): Promise<ArrayBuffer> {
      const how = normalize("crypt", algorithm);
      demand(key, how, "encrypt");
      return crypt(engine, "encrypt", how, key, bytes);
    },
    async decrypt(algorithm: unknown, key: CryptoKey, bytes: BufferSource): Promise<ArrayBuffer> {
      const how = normalize("crypt", algorithm);
      demand(key, how, "decrypt");
      return crypt(engine, "decrypt", how, key, bytes);
    },
    async wrapKey(
      format: string,
      key: CryptoKey,
      by: CryptoKey,
      algorithm: unknown,
    ): Promise<ArrayBuffer> {
      const how = normalize("wrap", algorithm);
      demand(by, how, "wrapKey");
      const exported = await exportKey(engine, format, key);
      const bytes =
        exported instanceof ArrayBuffer
          ? new Uint8Array(exported)
          : encoder.encode(JSON.stringify(exported));
      if (how.name === "AES-KW") return wrapByKey(engine, by, bytes);
      return crypt(engine, "encrypt", how, by, bytes);
    },
    async unwrapKey(
      format: string,
      wrapped: BufferSource,
      by: CryptoKey,
      algorithm: unknown,
      kind: unknown,
      extractable: boolean,
      usages: Usages,
    ): Promise<CryptoKey> {
      const how = normalize("wrap", algorithm);
      const wanted = normalize("import", kind);
      demand(by, how, "unwrapKey");
      const bytes =
        how.name === "AES-KW"
          ? await unwrapByKey(engine, by, bytesOf(wrapped))
          : new Uint8Array(await crypt(engine, "decrypt", how, by, wrapped));
      const source = format === "jwk" ? jwkFrom(bytes) : bytes;
      return importKey(engine, { format, source }, wanted, { extractable, usages });
    },
  };
}

function jwkFrom(bytes: Uint8Array): JsonWebKey {
  try {
    return JSON.parse(decoder.decode(bytes)) as JsonWebKey;
  } catch {
    throw new DOMException("what was wrapped is no JSON", "DataError");
  }
}

function otherMethods(engine: Engine): object {
  return {
    async sign(algorithm: unknown, key: CryptoKey, message: BufferSource): Promise<ArrayBuffer> {
      const how = normalize("sign", algorithm);
      demand(key, how, "sign");
      if (how.name === "Ed25519") return signEd25519(key, message);
      checkPadding(how, key);
      return engine.sign(how, engineKeyOf(key), message);
    },
    async verify(
      algorithm: unknown,
      key: CryptoKey,
      signature: BufferSource,
      message: BufferSource,
    ): Promise<boolean> {
      const how = normalize("sign", algorithm);
      demand(key, how, "verify");
      if (how.name === "Ed25519") return verifyEd25519(key, signature, message);
      checkPadding(how, key);
      return engine.verify(how, engineKeyOf(key), signature, message);
    },
  };
}
