import { crypt, unwrapByKey, wrapByKey } from "./ciphers.ts";
import { deriveBits, keyBits } from "./derive.ts";
import { signEd25519, verifyEd25519 } from "./ed25519.ts";
import { type Engine, engineOf } from "./engine-keys.ts";
import { nameErrors } from "./errors.ts";
import { exportKey, generateKey, importKey } from "./formats.ts";
import { type BufferSource, bytesOf, engineKeyOf, type JsonWebKey, nameOf } from "./keys.ts";
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
    generateKey: (algorithm: unknown, extractable: boolean, usages: Usages) =>
      generateKey(engine, algorithm, { extractable, usages }),
    importKey: (
      format: string,
      source: BufferSource | JsonWebKey,
      algorithm: unknown,
      extractable: boolean,
      usages: Usages,
    ) => importKey(engine, { format, source }, algorithm, { extractable, usages }),
    exportKey: (format: string, key: CryptoKey) => exportKey(engine, format, key),
    async deriveKey(
      algorithm: unknown,
      key: CryptoKey,
      wanted: unknown,
      extractable: boolean,
      usages: Usages,
    ): Promise<CryptoKey> {
      demand(key, algorithm, "deriveKey");
      const source = await deriveBits(engine, algorithm, key, keyBits(wanted));
      return importKey(engine, { format: "raw", source }, wanted, { extractable, usages });
    },
    async deriveBits(
      algorithm: unknown,
      key: CryptoKey,
      length: number | null = null,
    ): Promise<ArrayBuffer> {
      demand(key, algorithm, "deriveBits");
      return deriveBits(engine, algorithm, key, length);
    },
  };
}

function cipherMethods(engine: Engine): object {
  return {
    async encrypt(algorithm: unknown, key: CryptoKey, bytes: BufferSource): Promise<ArrayBuffer> {
      demand(key, algorithm, "encrypt");
      return crypt(engine, "encrypt", algorithm, key, bytes);
    },
    async decrypt(algorithm: unknown, key: CryptoKey, bytes: BufferSource): Promise<ArrayBuffer> {
      demand(key, algorithm, "decrypt");
      return crypt(engine, "decrypt", algorithm, key, bytes);
    },
    async wrapKey(
      format: string,
      key: CryptoKey,
      by: CryptoKey,
      algorithm: unknown,
    ): Promise<ArrayBuffer> {
      demand(by, algorithm, "wrapKey");
      const exported = await exportKey(engine, format, key);
      const bytes =
        exported instanceof ArrayBuffer
          ? new Uint8Array(exported)
          : encoder.encode(JSON.stringify(exported));
      if (nameOf(algorithm) === "AES-KW") return wrapByKey(engine, by, bytes);
      return crypt(engine, "encrypt", algorithm, by, bytes);
    },
    async unwrapKey(
      format: string,
      wrapped: BufferSource,
      by: CryptoKey,
      algorithm: unknown,
      wanted: unknown,
      extractable: boolean,
      usages: Usages,
    ): Promise<CryptoKey> {
      demand(by, algorithm, "unwrapKey");
      const isByKey = nameOf(algorithm) === "AES-KW";
      const bytes = isByKey
        ? await unwrapByKey(engine, by, bytesOf(wrapped))
        : new Uint8Array(await crypt(engine, "decrypt", algorithm, by, wrapped));
      const source = format === "jwk" ? (JSON.parse(decoder.decode(bytes)) as JsonWebKey) : bytes;
      return importKey(engine, { format, source }, wanted, { extractable, usages });
    },
  };
}

function otherMethods(engine: Engine): object {
  return {
    async sign(algorithm: unknown, key: CryptoKey, message: BufferSource): Promise<ArrayBuffer> {
      demand(key, algorithm, "sign");
      if (nameOf(algorithm) === "ED25519") return signEd25519(key, message);
      return engine.sign(algorithm, engineKeyOf(key), message);
    },
    async verify(
      algorithm: unknown,
      key: CryptoKey,
      signature: BufferSource,
      message: BufferSource,
    ): Promise<boolean> {
      demand(key, algorithm, "verify");
      if (nameOf(algorithm) === "ED25519") return verifyEd25519(key, signature, message);
      return engine.verify(algorithm, engineKeyOf(key), signature, message);
    },
  };
}
