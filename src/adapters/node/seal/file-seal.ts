import { PlatformError } from "#core/sys";
import type { Seal } from "#pool/host";
import { type NoKey, readKey } from "./key-file.ts";

/** The first byte of what is sealed, by which a later build will know how. */
const version = 1;
const nonceBytes = 12;
const tagBytes = 16;
const headerBytes = 1 + nonceBytes + tagBytes;

const algorithm = "aes-256-gcm";

/**
 * The seal whose key is in the file `path`, which is made with a new key if it is missing and
 * `noKey` allows that. The key is read once. Throws `STATE_KEY_MISSING`, `STATE_NOT_WRITABLE`,
 * `STATE_DAMAGED`, `STATE_EXPOSED` or `FILE_NOT_READABLE`.
 */
export function openSeal(path: string, noKey: NoKey = { do: "make" }): Seal {
  const key = readKey(path, noKey);
  return {
    seal: (text, label) => sealText(key, text, label),
    open: (sealed, label) => openText(key, sealed, label),
  };
}

/** Version, nonce, tag and the encrypted text, in base64. */
function sealText(key: Uint8Array, text: string, label: string): string {
  const { createCipheriv, randomBytes } = process.getBuiltinModule("node:crypto");
  // Of chance, for a counter would have to survive: good for some thousand million texts a key.
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(additionOf(label));
  const content = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), content]).toString(
    "base64",
  );
}

function openText(key: Uint8Array, sealed: string, label: string): string {
  const bytes = Buffer.from(sealed, "base64");
  // Node reads base64 that is not quite right as well.
  const isWhole = bytes.length >= headerBytes && bytes.toString("base64") === sealed;
  if (!isWhole || bytes[0] !== version) throw unreadable(label);
  const nonce = bytes.subarray(1, 1 + nonceBytes);
  const { createDecipheriv } = process.getBuiltinModule("node:crypto");
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(additionOf(label));
  decipher.setAuthTag(bytes.subarray(1 + nonceBytes, headerBytes));
  const content = decipher.update(bytes.subarray(headerBytes));
  try {
    return Buffer.concat([content, decipher.final()]).toString("utf8");
  } catch (error) {
    throw unreadable(label, error);
  }
}

/** What is not encrypted, but proven with the rest. */
function additionOf(label: string): Uint8Array {
  return Buffer.concat([Buffer.of(version), Buffer.from(label)]);
}

function unreadable(label: string, cause?: unknown): PlatformError {
  return new PlatformError(`cannot read the secret "${label}": it is not what this key sealed`, {
    code: "SECRET_UNREADABLE",
    hint: "put the key file of its time back, or set the secret again with `noos secret set`",
    cause,
  });
}
