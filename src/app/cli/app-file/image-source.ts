import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { resolve } from "node:path";
import { PlatformError } from "#core/sys";

/** An image of this machine, by its content. */
export interface ImageSource {
  /** As the manifest spells it. */
  readonly name: string;
  /** `sha256:` and 64 digits. */
  readonly digest: string;
  readonly sizeBytes: number;
  /** Absolute paths of files and directories: a change of any may make another image. */
  readonly madeOf: readonly string[];
  /** Its bytes, read anew. Throws an `ImageProblem` for one that is gone. */
  bytes(): AsyncIterable<Uint8Array>;
}

/** Why an image cannot be used, to follow its name: `which is not there`. */
export class ImageProblem extends Error {
  override readonly name = "ImageProblem";
}

/** What is read of a file at once. */
const pieceBytes = 2 ** 20;

/** Finds out what the image called `name` is, from the directory `base`. Throws `ImageProblem`. */
export async function identifyImage(name: string, base: string): Promise<ImageSource> {
  const path = resolve(base, name);
  const bytes = (): AsyncIterable<Uint8Array> => readImageBytes(path);
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for await (const piece of bytes()) {
    if (sizeBytes === 0) refuseOthers(piece);
    hash.update(piece);
    sizeBytes += piece.length;
  }
  if (sizeBytes === 0) throw new ImageProblem("which is empty");
  return { name, digest: `sha256:${hash.digest("hex")}`, sizeBytes, madeOf: [path], bytes };
}

/** A file as it is, a directory packed. */
async function* readImageBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) {
      const { packImage } = await import("#app/image");
      yield await packImage(path);
    } else if (!stat.isFile()) {
      // A pipe could be waited for without end, and gives its bytes only once.
      throw new ImageProblem("which is neither a file nor a directory");
    } else {
      yield* createReadStream(path, { highWaterMark: pieceBytes });
    }
  } catch (cause) {
    throw problemOf(cause);
  }
}

function problemOf(cause: unknown): unknown {
  if (cause instanceof PlatformError) {
    return new ImageProblem(`of which noos says: ${cause.message}`, { cause });
  }
  if (!(cause instanceof Error) || !("syscall" in cause)) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  const isMissing = code === "ENOENT" || code === "ENOTDIR";
  const why = isMissing ? "which is not there" : `which cannot be read (${code})`;
  return new ImageProblem(why, { cause });
}

/** The first bytes of a module, of gzip and of Zstandard; a tar has its mark further on. */
const marks: readonly (readonly number[])[] = [
  [0x00, 0x61, 0x73, 0x6d],
  [0x1f, 0x8b],
  [0x28, 0xb5, 0x2f, 0xfd],
];
const tarMark = Buffer.from("ustar");
const tarMarkAt = 257;

function refuseOthers(head: Uint8Array): void {
  const isKnown = marks.some((mark) => mark.every((byte, at) => head[at] === byte));
  const isTar = tarMark.equals(head.subarray(tarMarkAt, tarMarkAt + tarMark.length));
  if (!isKnown && !isTar) throw new ImageProblem("which is neither a module nor an image");
}
