import { closeSync, openSync, readSync } from "node:fs";
import { PlatformError } from "#core/sys";

/** No token is nearly as long; a file of which this is read has something else in it. */
const bytesMax = 4096;

/** What a token and no path of a file would be, where there is no such file. */
const tokenLike = /^(?![./~])[\w+/=~.-]{16,}$/;

/**
 * The token in the file that `--token` names. Throws `USAGE` and `FILE_NOT_READABLE`; nothing that
 * is thrown has the name in it, which may be the token itself, and what is printed is kept in logs.
 */
export function readTokenFile(file: string): string {
  if (file === "") throw usage("--token is empty, where the name of a file is expected");
  const token = read(file).trim();
  if (/^[\x21-\x7e]+$/.test(token) && token.length < bytesMax) return token;
  throw usage(
    token === ""
      ? "the file that --token names is empty"
      : "the file that --token names has more in it than a token",
  );
}

function read(file: string): string {
  try {
    return readUpTo(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const isMissing = code === "ENOENT" || code === "ENAMETOOLONG";
    if (isMissing && tokenLike.test(file)) throw literal();
    throw new PlatformError(`cannot read the file that --token names: ${code}`, {
      code: "FILE_NOT_READABLE",
      hint: hintUsual,
      cause,
    });
  }
}

/** Also of a pipe, as `--token <(pass show noos)` has it. */
function readUpTo(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(bytesMax);
    let filled = 0;
    for (let count = 1; count > 0 && filled < bytesMax; filled += count) {
      count = readSync(file, bytes, filled, bytesMax - filled, null);
    }
    return new TextDecoder().decode(bytes.subarray(0, filled));
  } finally {
    closeSync(file);
  }
}

const hintUsual = "name a file with the token in it; the token itself can be in NOOS_TOKEN";

function usage(why: string): PlatformError {
  return new PlatformError(why, { code: "USAGE", hint: hintUsual });
}

function literal(): PlatformError {
  const why = "what --token was given is no file, and looks like the token itself";
  return new PlatformError(why, {
    code: "USAGE",
    hint: `${hintUsual}, which others cannot read as they can a command line`,
  });
}
