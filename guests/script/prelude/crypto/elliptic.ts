import type { Algorithm } from "./algorithms.ts";
import { broken } from "./der.ts";
import type { Engine } from "./engine-keys.ts";
import {
  bufferOf,
  type BufferSource,
  bytesOf,
  engineKeyOf,
  type JsonWebKey,
  knownOf,
} from "./keys.ts";
import { engineUsages } from "./usages.ts";
import { fromPkcs8, fromSpki, type Kind, pkcs8Of, spkiOf } from "./wrap.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Curve = Kind & { readonly curve: string };

const coordinateBytes: Readonly<Record<string, number>> = { "P-256": 32, "P-384": 48, "P-521": 66 };
const uncompressed = 4;
const x25519 = { algorithm: "X25519", curve: "X25519" } as const;

/** Whether the engine takes bare points and scalars for its keys, in every format. */
export function isElliptic(name: string): boolean {
  return name === "ECDSA" || name === "ECDH" || name === "X25519";
}

function kindOf({ name, namedCurve }: Algorithm): Curve {
  if (name === "X25519") return x25519;
  return { algorithm: "EC", curve: namedCurve as string };
}

/** The engine's key of what is written in one of the standard's formats. */
export async function importElliptic(
  engine: Engine,
  format: string,
  source: BufferSource | JsonWebKey,
  algorithm: Algorithm,
): Promise<CryptoKey> {
  const kind = kindOf(algorithm);
  const { key, point } = partsOf(kind, format, source);
  const usages = engineUsages(algorithm.name);
  if (key !== undefined) return engine.importKey("pkcs8", key, algorithm, true, usages);
  return engine.importKey("spki", point as Bytes, algorithm, true, usages);
}

/** The public half of a private key that was imported, where it is written or can be had. */
export async function pointOf(
  engine: Engine,
  made: CryptoKey,
  { format, source }: { readonly format: string; readonly source: BufferSource | JsonWebKey },
): Promise<Bytes | undefined> {
  const kind = kindOf(made.algorithm as Algorithm);
  if (kind !== x25519) return partsOf(kind, format, source).point;
  // Whoever agrees with the base point has his own.
  const base = new Uint8Array(32).with(0, 9);
  const other = await engine.importKey("spki", base, made.algorithm, true, []);
  const algorithm = { name: x25519.algorithm, public: other };
  return new Uint8Array(await engine.deriveBits(algorithm, made, 256));
}

function partsOf(
  kind: Curve,
  format: string,
  source: BufferSource | JsonWebKey,
): { readonly key?: Bytes; readonly point?: Bytes | undefined } {
  if (format === "jwk") return partsOfJwk(kind, source as JsonWebKey);
  const bytes = bytesOf(source as BufferSource).slice();
  if (format === "raw") return { point: bytes };
  if (format === "spki") return { point: fromSpki(kind, bytes) };
  return fromPkcs8(kind, bytes);
}

function partsOfJwk(
  kind: Curve,
  { kty, crv, x, y, d }: JsonWebKey,
): { readonly key?: Bytes; readonly point: Bytes } {
  const bytes = (text: string): Bytes => Uint8Array.fromBase64(text, { alphabet: "base64url" });
  const isKind = kty === (kind === x25519 ? "OKP" : "EC") && crv === kind.curve;
  if (!isKind || x === undefined) throw broken();
  const key = d === undefined ? {} : { key: bytes(d) };
  if (kind === x25519) return { ...key, point: bytes(x) };
  if (y === undefined) throw broken();
  return { ...key, point: new Uint8Array([uncompressed, ...bytes(x), ...bytes(y)]) };
}

export async function exportElliptic(
  engine: Engine,
  format: string,
  key: CryptoKey,
): Promise<ArrayBuffer | JsonWebKey> {
  const kind = kindOf(key.algorithm as Algorithm);
  const isPrivate = key.type === "private";
  const bare = new Uint8Array(
    await engine.exportKey(isPrivate ? "pkcs8" : "raw", engineKeyOf(key)),
  );
  if (format === "jwk") return jwkOf(kind, key, bare);
  if (isPrivate !== (format === "pkcs8")) {
    throw new DOMException(`a ${key.type} key is not written as ${format}`, "InvalidAccessError");
  }
  if (format === "raw") return bufferOf(bare);
  return bufferOf(isPrivate ? pkcs8Of(kind, bare) : spkiOf(kind, bare));
}

function jwkOf(kind: Curve, key: CryptoKey, bare: Bytes): JsonWebKey {
  const isPrivate = key.type === "private";
  const point = isPrivate ? knownOf(key).point : bare;
  if (point === undefined) {
    const why = "the public half of this key is not known, which its JWK would have";
    throw new DOMException(why, "NotSupportedError");
  }
  const text = (bytes: Bytes): string =>
    bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  const { curve } = kind;
  const size = coordinateBytes[curve] ?? 0;
  const head =
    kind === x25519
      ? { kty: "OKP", crv: curve, x: text(point) }
      : {
          kty: "EC",
          crv: curve,
          x: text(point.slice(1, 1 + size)),
          y: text(point.slice(1 + size)),
        };
  const rest = { key_ops: [...key.usages], ext: key.extractable };
  return isPrivate ? { ...head, d: text(bare), ...rest } : { ...head, ...rest };
}
