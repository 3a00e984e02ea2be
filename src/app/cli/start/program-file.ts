import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import type { Attachment } from "#core/journal/format";
import { formatBytes, PlatformError } from "#core/sys";
import type { RootMaker } from "#core/system";
import { identityOf } from "./known-digest.ts";

/** A program as it was found at a path: alone, or in an image with the layers of its root. */
export interface ProgramFile {
  readonly program: Uint8Array;
  readonly root: RootMaker | undefined;
  /** Stays the same as long as the file does; `undefined` when that is not sure. */
  readonly identity: string | undefined;
  /** What a recording of it holds, for a replay to need no file. */
  attachments(): readonly Attachment[];
}

/** Read first, to know an archive from a program: tar has its mark near the end of it. */
const headBytes = 512;

/** What comes through a pipe is read in pieces of this size. */
const pieceBytes = 1 << 20;

/**
 * Reads FILE: a module, or an image (a directory or an archive). Throws `FILE_NOT_FOUND`,
 * `FILE_NOT_READABLE`, `IMAGE_TOO_LARGE`, `IMAGE_MALFORMED`.
 */
export async function readProgram(path: string, moduleBytesMax: number): Promise<ProgramFile> {
  const file = openFile(path);
  try {
    const stat = fstatSync(file);
    const head = stat.isFile() ? readAt(file, { position: 0, bytesMax: headBytes }) : undefined;
    if (stat.isDirectory() || (head !== undefined && isArchive(head))) {
      const { readImage } = await import("#app/cli/image");
      return { ...(await readImage(path)), identity: undefined };
    }
    const identity = identityOf(file, Date.now());
    const sizeBytes = stat.isFile() ? stat.size : undefined;
    if ((sizeBytes ?? 0) > moduleBytesMax) throw tooLarge(path, sizeBytes, moduleBytesMax);
    const program =
      sizeBytes === undefined
        ? readStream(file, path, moduleBytesMax)
        : readAt(file, { position: 0, bytesMax: sizeBytes });
    return {
      program,
      root: undefined,
      // Somebody may have changed it while it was read.
      identity: identityOf(file, Date.now()) === identity ? identity : undefined,
      attachments: () => [{ name: "program", bytes: program }],
    };
  } catch (cause) {
    throw isSystemError(cause) ? notReadable(path, cause) : cause;
  } finally {
    closeSync(file);
  }
}

function isSystemError(cause: unknown): boolean {
  return cause instanceof Error && "syscall" in cause;
}

/** Compressed with gzip or Zstandard, or a tar as it is. */
function isArchive(head: Uint8Array): boolean {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, at) => head[at] === byte);
  const mark = Buffer.from(head.subarray(257, 262)).toString("latin1");
  return starts(0x1f, 0x8b) || starts(0x28, 0xb5, 0x2f, 0xfd) || mark === "ustar";
}

function openFile(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === "ENOENT"
      ? new PlatformError(`cannot run "${path}": there is no such file`, {
          code: "FILE_NOT_FOUND",
          hint: "name a .wasm module or an image that exists; options come before it",
          cause,
        })
      : notReadable(path, cause);
  }
}

/** Reads up to `bytesMax` bytes; fewer only at the end of the file. */
function readAt(
  file: number,
  { position, bytesMax }: { readonly position: number; readonly bytesMax: number },
): Uint8Array {
  const target = new Uint8Array(bytesMax);
  let filled = 0;
  while (filled < bytesMax) {
    const count = readSync(file, target, filled, bytesMax - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return target.subarray(0, filled);
}

/** Reads a pipe or a device to its end, or until it is too much. */
function readStream(file: number, path: string, bytesMax: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const piece = new Uint8Array(pieceBytes);
    const count = readSync(file, piece, 0, pieceBytes, null);
    if (count === 0) return Buffer.concat(pieces);
    pieces.push(piece.subarray(0, count));
    total += count;
    if (total > bytesMax) throw tooLarge(path, undefined, bytesMax);
  }
}

function tooLarge(path: string, sizeBytes: number | undefined, bytesMax: number): PlatformError {
  const size = sizeBytes === undefined ? "more than that" : formatBytes(sizeBytes);
  const allowed = `module-size allows ${formatBytes(bytesMax)}, it has ${size}`;
  return new PlatformError(`cannot run "${basename(path)}": it is too large (${allowed})`, {
    code: "IMAGE_TOO_LARGE",
    hint: "strip debug sections from the program, or allow more with --module-size",
  });
}

function notReadable(path: string, cause: unknown): PlatformError {
  return new PlatformError(`cannot read "${path}": ${(cause as Error).message}`, {
    code: "FILE_NOT_READABLE",
    hint: "name a file that you may read",
    cause,
  });
}
