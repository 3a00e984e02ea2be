export type BufferSource = ArrayBuffer | ArrayBufferView;

/** A key as RFC 7517 writes it, as far as it is known here. */
export interface JsonWebKey {
  readonly kty?: string;
  readonly crv?: string;
  readonly d?: string;
  readonly k?: string;
  readonly x?: string;
  readonly y?: string;
  readonly ext?: boolean;
  readonly key_ops?: readonly string[];
}

export interface CryptoKeyPair {
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

/** What is known of a key beside what the engine keeps. */
export interface Known {
  /** Of a key that the engine does not know: its bytes. */
  readonly own?: Uint8Array<ArrayBuffer>;
  /** Of a private key: the public one, as its bytes. */
  readonly point?: Uint8Array<ArrayBuffer>;
}

const known = new WeakMap<CryptoKey, Known>();

export function know(key: CryptoKey, facts: Known): void {
  known.set(key, facts);
}

export function knownOf(key: CryptoKey): Known {
  return known.get(key) ?? {};
}

interface KeyParts {
  readonly type: "public" | "private";
  readonly algorithm: { readonly name: string };
  readonly extractable: boolean;
  readonly usages: readonly string[];
}

/** A key that the engine does not know, but which is of its class. */
export function ownKey(parts: KeyParts, facts: Known): CryptoKey {
  const key = Object.create(CryptoKey.prototype) as CryptoKey;
  for (const [name, value] of Object.entries(parts)) Object.defineProperty(key, name, { value });
  know(key, facts);
  return key;
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
