export type BufferSource = ArrayBuffer | ArrayBufferView;

/** A key as RFC 7517 writes it, as far as it is known here. */
export interface JsonWebKey {
  readonly kty?: string;
  readonly alg?: string;
  readonly crv?: string;
  readonly d?: string;
  readonly k?: string;
  readonly x?: string;
  readonly y?: string;
  readonly ext?: boolean;
  readonly use?: string;
  readonly key_ops?: readonly string[];
  readonly n?: string;
  readonly e?: string;
  readonly p?: string;
  readonly q?: string;
  readonly dp?: string;
  readonly dq?: string;
  readonly qi?: string;
  readonly oth?: unknown;
}

/** A key as it is written somewhere. */
export interface Written {
  readonly format: string;
  readonly source: BufferSource | JsonWebKey;
}

export interface CryptoKeyPair {
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

/** What is known of a key beside what the engine keeps. */
export interface Known {
  /** The engine's key behind it. */
  readonly engine?: CryptoKey;
  /** Of a key that the engine does not know: its bytes. */
  readonly own?: Uint8Array<ArrayBuffer>;
  /** Of a private key: the public one, as its bytes. */
  readonly point?: Uint8Array<ArrayBuffer> | undefined;
}

const known = new WeakMap<CryptoKey, Known>();

export function knownOf(key: CryptoKey): Known {
  return known.get(key) ?? {};
}

/** Expects a key that the engine has: anything else is a TypeError. */
export function engineKeyOf(key: CryptoKey): CryptoKey {
  const { engine } = knownOf(key);
  if (engine === undefined) throw new TypeError("it is no CryptoKey for this");
  return engine;
}

interface KeyParts {
  readonly type: CryptoKey["type"];
  readonly algorithm: { readonly name: string };
  readonly extractable: boolean;
  readonly usages: readonly string[];
}

/** A key that is not the engine's, but of its class. */
export function ownKey(parts: KeyParts, facts: Known): CryptoKey {
  const key = Object.create(CryptoKey.prototype) as CryptoKey;
  for (const [name, value] of Object.entries(parts)) Object.defineProperty(key, name, { value });
  known.set(key, facts);
  return key;
}

/** Another key that is the same. */
export function cloneKey(key: CryptoKey): CryptoKey {
  const { type, algorithm, extractable, usages } = key;
  return ownKey({ type, algorithm, extractable, usages: [...usages] }, knownOf(key));
}

/** The name of an algorithm, however it is given. */
export function nameOf(algorithm: unknown): string {
  const name: unknown =
    typeof algorithm === "object" && algorithm !== null
      ? (algorithm as { readonly name?: unknown }).name
      : algorithm;
  return String(name).toUpperCase();
}

/** Bytes as the engine's functions answer them. */
export function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer;
}

export function bytesOf(source: BufferSource): Uint8Array<ArrayBuffer> {
  if (ArrayBuffer.isView(source)) {
    return new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength);
  }
  return new Uint8Array(source as ArrayBuffer);
}
