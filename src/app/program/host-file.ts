import { openSync, readSync } from "node:fs";
import { PlatformError } from "#core/sys";

/** What a file is read for, as its command is called. */
export type Deed = "run" | "check";

/** What comes through a pipe is read in pieces of this size. */
const pieceBytes = 1 << 20;

/** Throws `FILE_NOT_FOUND`, `FILE_NOT_READABLE`. */
export function openFile(path: string, deed: Deed): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR") throw notReadable(path, deed, cause);
    throw new PlatformError(`cannot ${deed} "${path}": there is no such file`, {
      code: "FILE_NOT_FOUND",
      hint: "name a .wasm module or an image that exists; options come before it",
      cause,
    });
  }
}

/** Reads up to `bytesMax` bytes; fewer only at the end of the file. */
export function readAt(
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

export interface StreamReading {
  readonly bytesMax: number;
  /** Asked with the first piece whether the rest is wanted. */
  readonly goesOn: (head: Uint8Array) => boolean;
}

/** Reads a pipe or a device to its end; `isAll` is false when there is more than `bytesMax`. */
export function readStream(
  file: number,
  { bytesMax, goesOn }: StreamReading,
): { readonly bytes: Uint8Array; readonly isAll: boolean } {
  const pieces: Uint8Array[] = [];
  let total = 0;
  while (total <= bytesMax) {
    const piece = new Uint8Array(pieceBytes);
    const count = readSync(file, piece, 0, pieceBytes, null);
    if (count === 0) break;
    pieces.push(piece.subarray(0, count));
    total += count;
    if (pieces.length === 1 && !goesOn(piece.subarray(0, count))) break;
  }
  return { bytes: Buffer.concat(pieces), isAll: total <= bytesMax };
}

export function notReadable(path: string, deed: Deed, cause: unknown): PlatformError {
  return new PlatformError(`cannot ${deed} "${path}": ${(cause as Error).message}`, {
    code: "FILE_NOT_READABLE",
    hint: "name a file that you may read",
    cause,
  });
}
