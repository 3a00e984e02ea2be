import { existsSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { nodeExecutor } from "#adapters/node";
import { withDaemon } from "#app/cli/ask";
import type { ParsedArguments } from "#app/cli/command";
import {
  encodeHead,
  readAnyRecording,
  type Recording,
  type TailRecording,
} from "#core/journal/format";
import { PlatformError } from "#core/sys";

/** Another program for recorded inputs. */
export interface OtherProgram {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a file should begin with, and what it is called in an error. */
interface WantedFile {
  readonly magic: Uint8Array;
  readonly what: string;
  /** What could be given in its place. */
  readonly others: string;
}

/** Of any version: another one is told by its number. */
const recordings: WantedFile = {
  magic: encodeHead().subarray(0, 8),
  what: "recording",
  others: ", or a crash that noos crashes lists",
};
const programs: WantedFile = {
  magic: Uint8Array.of(0, 0x61, 0x73, 0x6d),
  what: "program",
  others: "",
};

/** What a daemon calls a crash. A file with such a name goes before it. */
const crashShape = /^[a-z0-9-]+-[0-9a-f]{8}$/;

/**
 * Reads a recording: a file, or a crash that the daemon has. Throws `FILE_NOT_FOUND`,
 * `FILE_NOT_READABLE`, what asking a daemon throws, as `readAnyRecording` does.
 */
export async function openRecording(
  name: string,
  where: ParsedArguments,
): Promise<Recording | TailRecording> {
  const isCrash = crashShape.test(name) && !existsSync(name);
  const bytes = isCrash ? await readCrash(name, where) : await readWanted(name, recordings);
  const { codec } = nodeExecutor();
  return naming(`read the recording "${name}"`, () => readAnyRecording(bytes, codec));
}

function readCrash(id: string, where: ParsedArguments): Promise<Uint8Array> {
  return withDaemon(where, async (daemon) => {
    const pieces = await Array.fromAsync(await daemon.crash(id));
    return Buffer.concat(pieces);
  });
}

/** Reads a program, whatever it is. Throws `FILE_NOT_FOUND`, `FILE_NOT_READABLE`. */
export async function openProgram(path: string): Promise<OtherProgram> {
  return { name: basename(path), bytes: await readWanted(path, programs) };
}

/** Enough to say what is wrong with a file that begins otherwise. */
const headBytes = 64;

/**
 * All of a file, or only its first bytes if they are not what they should be: whoever reads those
 * says so, and what is no such file may have no end. Throws `FILE_NOT_FOUND`, `FILE_NOT_READABLE`.
 */
async function readWanted(path: string, wanted: WantedFile): Promise<Uint8Array> {
  const { magic } = wanted;
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(new Uint8Array(headBytes), 0, headBytes, null);
    const head = buffer.subarray(0, bytesRead);
    if (!magic.every((byte, at) => head[at] === byte)) return head;
    // A regular file is read in one piece. Of a pipe, what was read is gone.
    if ((await file.stat()).isFile()) return await readFile(path);
    return Buffer.concat([head, await file.readFile()]);
  } catch (cause) {
    throw notReadable(path, wanted, cause as NodeJS.ErrnoException);
  }
}

/** Reasons that say more than the system's own name for them. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EISDIR: "it is a folder",
  ERR_FS_FILE_TOO_LARGE: "it is larger than 2 GiB, which is all that a replay can take",
};

function notReadable(
  path: string,
  { what, others }: WantedFile,
  cause: NodeJS.ErrnoException,
): PlatformError {
  const { code = cause.message } = cause;
  return new PlatformError(`cannot read the ${what} "${path}": ${reasons[code] ?? code}`, {
    code: code === "ENOENT" || code === "ENOTDIR" ? "FILE_NOT_FOUND" : "FILE_NOT_READABLE",
    hint: `give the path of a ${what} that you may read${others}`,
    cause,
  });
}

/** Says of what file an error is, for those who know only its bytes. */
export function naming<T>(deed: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof PlatformError)) throw cause;
    const { code, hint } = cause;
    const why = cause.message.replace(/^cannot \w+ the (?:module|recording): /, "");
    throw new PlatformError(`cannot ${deed}: ${why}`, { code, hint, cause });
  }
}
