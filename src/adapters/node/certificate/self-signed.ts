import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import {
  bitString,
  boolean,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
  time,
  utf8String,
} from "./der.ts";

/** A certificate with its key, as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

const ids = {
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  commonName: "2.5.4.3",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  keyUsage: "2.5.29.15",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
} as const;

const dayMs = 86_400_000;

/** A certificate that a new key on P-256 signs itself, for names and addresses, from `from` on. */
export function selfSigned(options: {
  readonly names: readonly string[];
  readonly from: Date;
  readonly days: number;
}): KeyPair {
  const { names, from, days } = options;
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(
    setOf(sequence(objectIdentifier(ids.commonName), utf8String(names[0] ?? ""))),
  );
  const algorithm = sequence(objectIdentifier(ids.ecdsaWithSha256));
  const signed = sequence(
    // The version, as a field of its own: the third, counted from nought.
    tagged(0xa0, integer(Buffer.of(2))),
    integer(serialNumber()),
    algorithm,
    name,
    sequence(time(from), time(new Date(from.getTime() + days * dayMs))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(...extensions(names))),
  );
  const signature = sign("sha256", signed, { key: privateKey, dsaEncoding: "der" });
  return {
    certificate: pem(sequence(signed, algorithm, bitString(signature))),
    key: privateKey.export({ type: "pkcs8", format: "pem" }),
  };
}

/** Positive, and no two are the same. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function extensions(names: readonly string[]): readonly Buffer[] {
  const critical = boolean(true);
  const extension = (id: string, value: Buffer, ...marks: readonly Buffer[]): Buffer =>
    sequence(objectIdentifier(id), ...marks, octetString(value));
  return [
    extension(ids.basicConstraints, sequence(), critical),
    // Of the uses there are, the first: digital signatures.
    extension(ids.keyUsage, bitString(Buffer.of(0x80), 7), critical),
    extension(ids.extendedKeyUsage, sequence(objectIdentifier(ids.serverAuth))),
    extension(ids.subjectAltName, sequence(...names.map(alternativeName))),
  ];
}

function alternativeName(name: string): Buffer {
  return isIP(name) === 0 ? tagged(0x82, Buffer.from(name)) : tagged(0x87, addressBytes(name));
}

/** `URL` writes IPv6 in its one shortest form, from which the groups are easily filled up. */
function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  const shortest = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = "", after] = shortest.split("::");
  const head = before === "" ? [] : before.split(":");
  const tail = after === undefined || after === "" ? [] : after.split(":");
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  const groups = [...head, ...zeros, ...tail];
  return Buffer.from(groups.map((group) => group.padStart(4, "0")).join(""), "hex");
}

function pem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
