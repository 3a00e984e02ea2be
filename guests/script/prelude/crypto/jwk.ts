import type { Algorithm } from "./algorithms.ts";
import { broken } from "./der.ts";
import type { JsonWebKey } from "./keys.ts";
import type { Grant } from "./usages.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What of a key's kind its JWK says. */
interface Kind {
  readonly kty: string;
  readonly use: "sig" | "enc";
  readonly crv?: string;
  /** Its algorithm in RFC 7518, where it is of one only; other names of the same follow. */
  readonly alg?: readonly [string, ...string[]];
}

const ecdsa: Readonly<Record<string, string>> = {
  "P-256": "ES256",
  "P-384": "ES384",
  "P-521": "ES512",
};

/** Expects an algorithm with its members, those of AES with the length of the key. */
function kindOf({ name, length, hash, namedCurve }: Algorithm): Kind {
  const bits = (hash as { readonly name: string } | undefined)?.name.slice("SHA-".length);
  const crv = namedCurve as string;
  switch (name) {
    case "HMAC":
      return { kty: "oct", use: "sig", alg: [`HS${bits}`] };
    case "ECDSA":
      return { kty: "EC", use: "sig", crv, alg: [ecdsa[crv] as string] };
    case "ECDH":
      return { kty: "EC", use: "enc", crv };
    case "Ed25519":
      return { kty: "OKP", use: "sig", crv: name, alg: [name, "EdDSA"] };
    case "X25519":
      return { kty: "OKP", use: "enc", crv: name };
    case "RSA-OAEP":
      return { kty: "RSA", use: "enc", alg: [bits === "1" ? name : `${name}-${bits}`] };
    case "RSA-PSS":
      return { kty: "RSA", use: "sig", alg: [`PS${bits}`] };
    case "RSASSA-PKCS1-v1_5":
      return { kty: "RSA", use: "sig", alg: [`RS${bits}`] };
    default:
      return { kty: "oct", use: "enc", alg: [`A${String(length)}${name.slice("AES-".length)}`] };
  }
}

/** Expects that a JWK is for this, as far as it says what it is for: else it is a DataError. */
export function checkJwk(jwk: JsonWebKey, algorithm: Algorithm, grant: Grant): void {
  const wanted = kindOf({ ...algorithm, length: jwk.k && textBytes(jwk.k).length * 8 });
  const { kty, crv, alg, use, ext, key_ops: deeds } = jwk;
  const usages = [...grant.usages];
  if (kty !== wanted.kty) throw unfit("kty");
  if (wanted.crv !== undefined && crv !== wanted.crv) throw unfit("crv");
  if (alg !== undefined && wanted.alg?.includes(alg) === false) throw unfit("alg");
  if (use !== undefined && usages.length > 0 && use !== wanted.use) throw unfit("use");
  if (ext === false && grant.extractable) throw unfit("ext");
  if (deeds === undefined) return;
  if (!Array.isArray(deeds)) throw new TypeError('the key\'s "key_ops" are no list');
  const isFit = new Set(deeds).size === deeds.length && usages.every((one) => deeds.includes(one));
  if (!isFit) throw unfit("key_ops");
}

/** A key as JWK, of its numbers. */
export function jwkOf(key: CryptoKey, values: JsonWebKey): JsonWebKey {
  const { kty, crv, alg } = kindOf(key.algorithm as Algorithm);
  const rest = { key_ops: [...key.usages], ext: key.extractable };
  // The standard has it written of all but this.
  const isNamed = alg !== undefined && key.algorithm.name !== "ECDSA";
  return { kty, ...(crv && { crv }), ...values, ...rest, ...(isNamed && { alg: alg[0] }) };
}

/** The bytes that a member is. */
export function textBytes(text: unknown): Bytes {
  if (typeof text !== "string") throw broken();
  try {
    return Uint8Array.fromBase64(text, { alphabet: "base64url" });
  } catch {
    throw broken();
  }
}

export function textOf(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

function unfit(member: string): DOMException {
  return new DOMException(`the key's "${member}" does not fit`, "DataError");
}
