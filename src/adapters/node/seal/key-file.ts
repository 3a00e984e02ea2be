import { fstatSync, closeSync, constants, openSync, readFileSync, type Stats } from "node:fs";
import { notWritable, replaceFile } from "#adapters/node/disk";
import { PlatformError } from "#core/sys";

const keyBytes = 32;

/** "noos-key-1 ", the key, and the beginning of its digest, which shows a changed bit. */
const shape = /^noos-key-1 ([0-9a-f]{64}) ([0-9a-f]{8})\n$/;

const forOthers = 0o077;

/** The key in the file `path`; a new one, of chance, where there is no such file. */
export function readKey(path: string): Uint8Array {
  const text = readText(path);
  if (text === undefined) return makeKey(path);
  const [, key = "", check = ""] = shape.exec(text) ?? [];
  const bytes = Buffer.from(key, "hex");
  if (bytes.length === keyBytes && checkOf(bytes) === check) return bytes;
  throw new PlatformError(`"${path}" is damaged: it has no key`, {
    code: "STATE_DAMAGED",
    hint: "put back a copy of it; or remove it, and set all secrets again with `noos secret set`",
  });
}

function readText(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw unreadable(path, error);
  }
  try {
    refuseExposed(path, fstatSync(file));
    return readFileSync(file, "latin1");
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    closeSync(file);
  }
}

/**
 * A key that others may read is refused, and its permissions are not mended: who could read it may
 * have, and only the operator can say whether that matters. Windows has no such permissions.
 */
function refuseExposed(path: string, { mode, uid }: Stats): void {
  const user = process.getuid?.();
  if (user === undefined || (uid === user && (mode & forOthers) === 0)) return;
  throw new PlatformError(`cannot use the key "${path}": others can read it, or it is not ours`, {
    code: "STATE_EXPOSED",
    hint: `\`chmod 600 "${path}"\` if nobody has read it; else remove it and set all secrets again`,
  });
}

function makeKey(path: string): Uint8Array {
  const key = process.getBuiltinModule("node:crypto").randomBytes(keyBytes);
  try {
    replaceFile(path, Buffer.from(`noos-key-1 ${key.toString("hex")} ${checkOf(key)}\n`));
  } catch (error) {
    throw notWritable(path, error);
  }
  return key;
}

function checkOf(key: Uint8Array): string {
  return process.getBuiltinModule("node:crypto").hash("sha256", key, "hex").slice(0, 8);
}

function unreadable(path: string, cause: unknown): PlatformError {
  if (cause instanceof PlatformError) return cause;
  if (!(cause instanceof Error && "code" in cause)) throw cause;
  return new PlatformError(`cannot read the key "${path}": ${String(cause.code)}`, {
    code: "FILE_NOT_READABLE",
    hint: "let this user read it, as a file of its own and no link",
    cause,
  });
}
