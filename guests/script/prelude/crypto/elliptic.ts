import type { Algorithm } from "./algorithms.ts";
import { broken } from "./der.ts";
import type { Engine } from "./engine-keys.ts";
import { jwkOf, textBytes, textOf } from "./jwk.ts";
import {
  bufferOf,
  type BufferSource,
  bytesOf,
  engineKeyOf,
  type JsonWebKey,
  knownOf,
  type Written,
} from "./keys.ts";
import { engineUsages } from "./usages.ts";
import { fromPkcs8, fromSpki, type Kind, pkcs8Of, spkiOf } from "./wrap.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Curve = Kind & { readonly curve: string };

const coordinateBytes: Readonly<Record<string, number>> = {
  "P-256": 32,
  "P-384": 48,
  "P-521": 66,
  X25519: 32,
};
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

/** The engine's key of what is written; of a private one, its public half as well. */
export async function importElliptic(
  engine: Engine,
  written: Written,
  algorithm: Algorithm,
): Promise<{ readonly made: CryptoKey; readonly point?: Bytes }> {
  const { key, point } = partsOf(kindOf(algorithm), written);
  const usages = engineUsages(algorithm.name);
  if (key === undefined) {
    return { made: await engine.importKey("spki", point as Bytes, algorithm, true, usages) };
  }
  const made = await engine.importKey("pkcs8", key, algorithm, true, usages);
  const own = new Uint8Array(await engine.exportKey("spki", made));
  // A point may be written compressed, too, beside a private key.
  const isComparable = point?.length === own.length;
  if (isComparable && point.toHex() !== own.toHex()) throw broken();
  return { made, point: own };
}

function partsOf(
  kind: Curve,
  { format, source }: Written,
): { readonly key?: Bytes; readonly point?: Bytes | undefined } {
  if (format === "jwk") return partsOfJwk(kind, source as JsonWebKey);
  const bytes = bytesOf(source as BufferSource);
  if (format === "raw") return { point: bytes };
  if (format === "spki") return { point: fromSpki(kind, bytes) };
  return fromPkcs8(kind, bytes);
}

function partsOfJwk(
  kind: Curve,
  { x, y, d }: JsonWebKey,
): { readonly key?: Bytes; readonly point: Bytes } {
  const size = coordinateBytes[kind.curve] as number;
  const bytes = (text: unknown): Bytes => {
    const found = textBytes(text);
    if (found.length !== size) throw broken();
    return found;
  };
  const key = d === undefined ? {} : { key: bytes(d) };
  if (kind === x25519) return { ...key, point: bytes(x) };
  return { ...key, point: new Uint8Array([uncompressed, ...bytes(x), ...bytes(y)]) };
}

export async function exportElliptic(
  engine: Engine,
  format: string,
  key: CryptoKey,
): Promise<ArrayBuffer | JsonWebKey> {
  const kind = kindOf(key.algorithm as Algorithm);
  const how = key.type === "private" ? "pkcs8" : "spki";
  const bare = new Uint8Array(await engine.exportKey(how, engineKeyOf(key)));
  const { point = bare } = knownOf(key);
  if (format === "raw") return bufferOf(bare);
  if (format === "spki") return bufferOf(spkiOf(kind, bare));
  if (format === "pkcs8") return bufferOf(pkcs8Of(kind, bare, point));
  const d = how === "pkcs8" ? { d: textOf(bare) } : {};
  return jwkOf(key, { ...coordinatesOf(kind, point), ...d });
}

function coordinatesOf(kind: Curve, point: Bytes): JsonWebKey {
  if (kind === x25519) return { x: textOf(point) };
  const size = coordinateBytes[kind.curve] as number;
  return { x: textOf(point.slice(1, 1 + size)), y: textOf(point.slice(1 + size)) };
}
