import { fstatSync, closeSync, constants, openSync, readFileSync, type Stats } from "node:fs";
import { notWritable, replaceFile } from "#adapters/node/disk";
import { PlatformError } from "#core/sys";

const keyBytes = 32;

/** "noos-key-1 ", the key, and the beginning of its digest, which shows a changed bit. */
const shape = /^noos-key-1 ([0-9a-f]{64}) ([0-9a-f]{8})\n$/;

const forOthers = 0o077;

/** What is left to do where a key cannot be used again. */
const giveUp = "give up what it sealed with `noos up --new-key`, and set secrets again";

/** What is to be done where there is no key: make one, or say what is lost without it. */
export type NoKey = { readonly do: "make" } | { readonly do: "refuse"; readonly sealed: string };

/** The key in the file `path`; where there is no such file, what `noKey` says. */
export function readKey(path: string, noKey: NoKey): Uint8Array {
  const text = readText(path);
  if (text === undefined) {
    if (noKey.do === "make") return makeKey(path);
    throw missing(path, noKey.sealed);
  }
  const [, key = "", check = ""] = shape.exec(text) ?? [];
  const bytes = Buffer.from(key, "hex");
  if (bytes.length === keyBytes && checkOf(bytes) === check) return bytes;
  throw new PlatformError(`"${path}" is damaged: it has no key`, {
    code: "STATE_DAMAGED",
    hint: `put back a copy of it; or ${giveUp}`,
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
    hint: `\`chmod 600 "${path}"\` if nobody has read it; else ${giveUp}`,
  });
}

/** Another key would open nothing; and once there is one, the first might never be looked for. */
function missing(path: string, sealed: string): PlatformError {
  return new PlatformError(`the key "${path}" is missing, and only it opens ${sealed}`, {
    code: "STATE_KEY_MISSING",
    hint: `put the file back from a copy of this directory; or ${giveUp}`,
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
