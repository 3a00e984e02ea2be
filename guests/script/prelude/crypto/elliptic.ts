import { broken } from "./der.ts";
import { bufferOf, type BufferSource, bytesOf, type JsonWebKey, know, knownOf } from "./keys.ts";
import { fromPkcs8, fromSpki, type Kind, pkcs8Of, spkiOf } from "./wrap.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The engine's own import and export, which take bare points and scalars in every format. */
export interface EngineKeys {
  importKey(
    format: string,
    bytes: BufferSource,
    algorithm: unknown,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<CryptoKey>;
  exportKey(format: string, key: CryptoKey): Promise<ArrayBuffer>;
}

const coordinateBytes: Readonly<Record<string, number>> = { "P-256": 32, "P-384": 48, "P-521": 66 };
const uncompressed = 4;

function kindOf(algorithm: unknown): Kind & { readonly curve: string } {
  const { namedCurve: curve } = algorithm as { readonly namedCurve?: string };
  if (curve === undefined || !Object.hasOwn(coordinateBytes, curve)) {
    throw new DOMException("the curve is not known", "NotSupportedError");
  }
  return { algorithm: "EC", curve };
}

export async function importElliptic(
  engine: EngineKeys,
  format: string,
  source: BufferSource | JsonWebKey,
  algorithm: unknown,
  extractable: boolean,
  usages: readonly string[],
): Promise<CryptoKey> {
  const kind = kindOf(algorithm);
  const { key, point } = partsOf(kind, format, source);
  if (key === undefined) {
    return engine.importKey("spki", point as Bytes, algorithm, extractable, usages);
  }
  const made = await engine.importKey("pkcs8", key, algorithm, extractable, usages);
  if (point !== undefined) know(made, { point });
  return made;
}

function partsOf(
  kind: Kind & { readonly curve: string },
  format: string,
  source: BufferSource | JsonWebKey,
): { readonly key?: Bytes; readonly point?: Bytes | undefined } {
  if (format === "jwk") return partsOfJwk(kind.curve, source as JsonWebKey);
  const bytes = bytesOf(source as BufferSource).slice();
  if (format === "raw") return { point: bytes };
  if (format === "spki") return { point: fromSpki(kind, bytes) };
  return fromPkcs8(kind, bytes);
}

function partsOfJwk(
  curve: string,
  { kty, crv, x, y, d }: JsonWebKey,
): { readonly key?: Bytes; readonly point: Bytes } {
  if (kty !== "EC" || crv !== curve || x === undefined || y === undefined) throw broken();
  const bytes = (text: string): Bytes => Uint8Array.fromBase64(text, { alphabet: "base64url" });
  const point = new Uint8Array([uncompressed, ...bytes(x), ...bytes(y)]);
  return d === undefined ? { point } : { key: bytes(d), point };
}

export async function exportElliptic(
  engine: EngineKeys,
  format: string,
  key: CryptoKey,
): Promise<ArrayBuffer | JsonWebKey> {
  const kind = kindOf(key.algorithm);
  const isPrivate = key.type === "private";
  const bare = new Uint8Array(await engine.exportKey(isPrivate ? "pkcs8" : "raw", key));
  switch (format) {
    case "jwk":
      return jwkOf(kind.curve, key, bare);
    case "spki":
      return bufferOf(spkiOf(kind, bare));
    case "pkcs8":
      return bufferOf(pkcs8Of(kind, bare));
    default:
      return bufferOf(bare);
  }
}

function jwkOf(curve: string, key: CryptoKey, bare: Bytes): JsonWebKey {
  const isPrivate = key.type === "private";
  const point = isPrivate ? knownOf(key).point : bare;
  if (point === undefined) {
    const why = "the public half of this key is not known, which its JWK would have";
    throw new DOMException(why, "NotSupportedError");
  }
  const size = coordinateBytes[curve] as number;
  const text = (bytes: Bytes): string =>
    bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  const x = text(point.slice(1, 1 + size));
  const head = { kty: "EC", crv: curve, x, y: text(point.slice(1 + size)) };
  const rest = { key_ops: [...key.usages], ext: key.extractable };
  return isPrivate ? { ...head, d: text(bare), ...rest } : { ...head, ...rest };
}
