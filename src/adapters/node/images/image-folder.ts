import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isPrivate, makeFolder, notWritable } from "#adapters/node/disk";
import { PlatformError } from "#core/sys";
import { digestNamed, draftPrefix, fileName } from "./digest.ts";
import { KeptDigests } from "./kept-digests.ts";
import { receive } from "./receive.ts";

/** What one image may take of the disk. */
const imageBytesMax = 1024 ** 3;

export interface ImageFolderOptions {
  readonly imageBytesMax?: number;
}

/**
 * Images by their digests, `sha256:` and 64 hexadecimal digits in small letters. What is no such
 * text is refused everywhere with `REQUEST_INVALID`.
 */
export interface ImageFolder {
  /** Whether it is there, and still what it was; one that is not can be put again. */
  has(digest: string): boolean;
  /** Where the image lies, or would. */
  path(digest: string): string;
  /**
   * Keeps the bytes, when their digest is this one: else `REQUEST_INVALID`. Throws
   * `REQUEST_TOO_LARGE` and `STATE_NOT_WRITABLE`, and what `bytes` throws; then nothing is kept.
   * Once it answers, the image is on the disk.
   */
  put(bytes: AsyncIterable<Uint8Array>, digest: string): Promise<void>;
  /**
   * Removes all images but those in use, and those put since `sinceMs`, in Unix time, for they may
   * be about to be used. Answers the digests of those removed.
   */
  removeUnused(used: ReadonlySet<string>, sinceMs: number): readonly string[];
}

/**
 * The images in `folder`, which is made if it is missing, for this user only. What an earlier
 * daemon began to receive is removed. Throws `STATE_NOT_WRITABLE`.
 */
export function openImages(folder: string, options: ImageFolderOptions = {}): ImageFolder {
  const bytesMax = options.imageBytesMax ?? imageBytesMax;
  prepareFolder(folder);
  const path = (digest: string): string => join(folder, fileName(digest));
  const kept = new KeptDigests();
  return {
    has: (digest) => kept.of(path(digest)) === digest,
    path,
    async put(bytes, digest) {
      await receive(bytes, { folder, target: path(digest), digest, bytesMax });
    },
    removeUnused(used, sinceMs) {
      return attempt(folder, () =>
        imagesIn(folder).filter((digest) => {
          const isUnused = !used.has(digest) && lstatSync(path(digest)).mtimeMs < sinceMs;
          if (isUnused) rmSync(path(digest), { force: true });
          return isUnused;
        }),
      );
    },
  };
}

function prepareFolder(folder: string): void {
  attempt(folder, () => {
    makeFolder(folder);
    for (const name of readdirSync(folder)) {
      if (name.startsWith(draftPrefix)) rmSync(join(folder, name), { force: true });
    }
  });
  if (isPrivate(folder)) return;
  throw new PlatformError(
    `cannot use "${folder}": it is another user's, or others may write there`,
    {
      code: "STATE_NOT_WRITABLE",
      hint: "take it for this user alone (chown, chmod 700), or give another directory with --data",
    },
  );
}

function imagesIn(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => digestNamed(name) ?? []);
}

function attempt<T>(folder: string, deed: () => T): T {
  try {
    return deed();
  } catch (error) {
    throw notWritable(folder, error);
  }
}
