import { broken, der, derBits, readSequence, Tag } from "./der.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Object identifiers of algorithms and curves, as their bytes. */
const oids: Readonly<Record<string, string>> = {
  EC: "2a8648ce3d0201",
  Ed25519: "2b6570",
  X25519: "2b656e",
  RSA: "2a864886f70d010101",
  "P-256": "2a8648ce3d030107",
  "P-384": "2b81040022",
  "P-521": "2b81040023",
};

const nothing = der(5);

/** What a key is for: an algorithm, and the curve where there is one. */
export interface Kind {
  readonly algorithm: "EC" | "Ed25519" | "X25519" | "RSA";
  readonly curve?: string;
}

/** A public key as SubjectPublicKeyInfo. */
export function spkiOf(kind: Kind, key: Uint8Array): Bytes {
  return der(Tag.sequence, algorithmOf(kind), derBits(key));
}

/** A private key as PKCS #8; of EC around a private key as RFC 5915 has it, with its point. */
export function pkcs8Of(kind: Kind, key: Uint8Array, point?: Uint8Array): Bytes {
  const version = der(Tag.integer, new Uint8Array(1));
  return der(Tag.sequence, version, algorithmOf(kind), der(Tag.octets, innerOf(kind, key, point)));
}

/** The key inside: a point, or what an algorithm's public keys are. */
export function fromSpki(kind: Kind, bytes: Uint8Array): Bytes {
  const [algorithm, bits] = readSequence(bytes);
  checkAlgorithm(kind, algorithm?.content);
  if (bits?.tag !== Tag.bits || bits.content[0] !== 0) throw broken();
  return bits.content.slice(1);
}

/** The key inside, and the point that goes with it where it is written too. */
export function fromPkcs8(
  kind: Kind,
  bytes: Uint8Array,
): { readonly key: Bytes; readonly point: Bytes | undefined } {
  const [, algorithm, octets] = readSequence(bytes);
  checkAlgorithm(kind, algorithm?.content);
  if (octets?.tag !== Tag.octets) throw broken();
  if (kind.algorithm === "RSA") return { key: octets.content, point: undefined };
  if (kind.algorithm !== "EC") return { key: octets.content.slice(2), point: undefined };
  const [, scalar, ...rest] = readSequence(octets.content);
  if (scalar?.tag !== Tag.octets) throw broken();
  const point = rest.find(({ tag }) => tag === Tag.publicKey)?.content.slice(3);
  return { key: scalar.content, point };
}

function innerOf({ algorithm }: Kind, key: Uint8Array, point?: Uint8Array): Uint8Array {
  if (algorithm === "RSA") return key;
  const octets = der(Tag.octets, key);
  if (algorithm !== "EC") return octets;
  const open = point === undefined ? [] : [der(Tag.publicKey, derBits(point))];
  return der(Tag.sequence, der(Tag.integer, new Uint8Array([1])), octets, ...open);
}

function algorithmOf({ algorithm, curve }: Kind): Bytes {
  const oid = der(Tag.oid, Uint8Array.fromHex(oids[algorithm] as string));
  if (algorithm === "RSA") return der(Tag.sequence, oid, nothing);
  if (algorithm !== "EC") return der(Tag.sequence, oid);
  return der(Tag.sequence, oid, der(Tag.oid, Uint8Array.fromHex(oids[curve as string] as string)));
}

function checkAlgorithm(kind: Kind, content: Uint8Array | undefined): void {
  const expected = algorithmOf(kind);
  const isSame = content !== undefined && expected.subarray(2).toHex() === content.toHex();
  if (!isSame) throw broken();
}
