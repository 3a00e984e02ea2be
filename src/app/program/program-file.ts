import { closeSync, fstatSync } from "node:fs";
import type { Attachment } from "#core/journal/format";
import { formatBytes, PlatformError } from "#core/sys";
import type { RootMaker } from "#core/system";
import { type Deed, openFile, notReadable, readAt, readStream } from "./host-file.ts";
import { identityOf } from "./known-digest.ts";

/** A program as it was found at a path: alone, or in an image with the layers of its root. */
export interface ProgramFile {
  readonly program: Uint8Array;
  readonly root: RootMaker | undefined;
  /** Which file of an image it is; `undefined` for one that is alone. */
  readonly nameInImage: string | undefined;
  /** Stays the same as long as the file does; `undefined` when that is not sure. */
  readonly identity: string | undefined;
  /** What a recording of it holds, for a replay to need no file. */
  attachments(): readonly Attachment[];
}

export interface ReadingOptions {
  /** What it is read for, for messages. */
  readonly deed: Deed;
  /** A program in an image is only bound by what an image may bring. */
  readonly moduleBytesMax: number;
}

/** Read first, to know an archive from a program: tar has its mark near the end of it. */
const headBytes = 512;

/**
 * Reads FILE: a module, or an image (a directory or an archive). Throws `FILE_NOT_FOUND`,
 * `FILE_NOT_READABLE`, `IMAGE_TOO_LARGE`, `IMAGE_MALFORMED`.
 */
export async function readProgram(path: string, options: ReadingOptions): Promise<ProgramFile> {
  const { deed } = options;
  const file = openFile(path, deed);
  try {
    const stat = fstatSync(file);
    const head = stat.isFile() ? readAt(file, { position: 0, bytesMax: headBytes }) : undefined;
    if (stat.isDirectory() || (head !== undefined && isArchive(head))) {
      const { readImage } = await import("#app/image");
      const { name: nameInImage, ...image } = await readImage(path);
      return { ...image, nameInImage, identity: undefined };
    }
    const identity = identityOf(file, Date.now());
    const program = readModule(file, { path, head, sizeBytes: stat.size, ...options });
    return {
      program,
      root: undefined,
      nameInImage: undefined,
      // Somebody may have changed it while it was read.
      identity: identityOf(file, Date.now()) === identity ? identity : undefined,
      attachments: () => [{ name: "program", bytes: program }],
    };
  } catch (cause) {
    throw isSystemError(cause) ? notReadable(path, deed, cause) : cause;
  } finally {
    closeSync(file);
  }
}

interface ModuleReading extends ReadingOptions {
  readonly path: string;
  /** The first bytes of a file; of a pipe or a device, nothing is known before it is read. */
  readonly head: Uint8Array | undefined;
  readonly sizeBytes: number;
}

/** Of what does not begin as a module, the beginning is enough to say so. */
function readModule(file: number, reading: ModuleReading): Uint8Array {
  const { path, deed, head, sizeBytes, moduleBytesMax: bytesMax } = reading;
  if (head === undefined) {
    const { bytes, isAll } = readStream(file, { bytesMax, goesOn: mayBeModule });
    if (!isAll) throw tooLarge(`cannot ${deed} "${path}"`, "more", bytesMax);
    return bytes;
  }
  if (!mayBeModule(head)) return head;
  if (sizeBytes > bytesMax) {
    throw tooLarge(`cannot ${deed} "${path}"`, formatBytes(sizeBytes), bytesMax);
  }
  return readAt(file, { position: 0, bytesMax: sizeBytes });
}

function isSystemError(cause: unknown): boolean {
  return cause instanceof Error && "syscall" in cause;
}

const moduleMark = [0x00, 0x61, 0x73, 0x6d];

/** Whether bytes begin as a module does, as far as they go. */
function mayBeModule(head: Uint8Array): boolean {
  return moduleMark.every((byte, at) => (head[at] ?? byte) === byte);
}

/** Compressed with gzip or Zstandard, or a tar as it is. */
function isArchive(head: Uint8Array): boolean {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, at) => head[at] === byte);
  const mark = Buffer.from(head.subarray(257, 262)).toString("latin1");
  return starts(0x1f, 0x8b) || starts(0x28, 0xb5, 0x2f, 0xfd) || mark === "ustar";
}

function tooLarge(what: string, found: string, bytesMax: number): PlatformError {
  const allowed = `module-size allows ${formatBytes(bytesMax)}, it has ${found}`;
  return new PlatformError(`${what}: it is too large (${allowed})`, {
    code: "IMAGE_TOO_LARGE",
    hint: "strip debug sections from the program, or allow more with --module-size",
  });
}
