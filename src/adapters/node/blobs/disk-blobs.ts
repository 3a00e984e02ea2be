import {
  closeSync,
  constants,
  fdatasyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { isPrivate, makeFolder, writeAll } from "#adapters/node/disk";
import type { Blobs } from "#core/host";
import { attempt } from "./attempt.ts";
import { evictOldest } from "./evict.ts";
import { isProven, proofBytes, proofOf } from "./proof.ts";

/** Together the blobs of a folder may take this many bytes before the oldest go. */
const folderBytesMax = 2 * 1024 ** 3;

/** Looking for what must go takes longer than keeping a blob, so that not each `put` does it. */
const putsPerEviction = 16;

/** Names of files that need no escaping anywhere, and none that begins with a dot. */
const keyShape = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;

/** "noosblob", then the length of the content in 8 bytes, the content, and its proof. */
const magic = 0x626f_6c62_736f_6f6en;
const headerBytes = 16;

export interface DiskBlobs extends Blobs {
  /** How many blobs could not be kept so far. */
  readonly failedPutsCount: number;
}

export interface DiskBlobsOptions {
  readonly folderBytesMax?: number;
}

/**
 * Blobs as files of `folder`, which is made when the first is kept. A folder that other users can
 * write to is not used: what is read back from it is run. A blob is written under
 * another name, brought to the disk, and only then renamed.
 */
export function diskBlobs(folder: string, options: DiskBlobsOptions = {}): DiskBlobs {
  const bytesMax = options.folderBytesMax ?? folderBytesMax;
  let failedPutsCount = 0;
  let isOurs = false;
  return {
    get failedPutsCount() {
      return failedPutsCount;
    },
    get(key) {
      isOurs ||= isPrivate(folder);
      return isOurs && keyShape.test(key) ? readBlob(join(folder, key)) : undefined;
    },
    put(key, bytes) {
      if (!isOurs) attempt(() => makeFolder(folder));
      isOurs ||= isPrivate(folder);
      const isKept = isOurs && keyShape.test(key) && writeBlob(folder, key, bytes);
      if (!isKept) failedPutsCount += 1;
      else if (isEvictionDue(key)) evictOldest(folder, bytesMax);
    },
  };
}

function readBlob(path: string): Uint8Array | undefined {
  // Whatever has the name is opened without waiting, as a pipe that nobody writes would make us.
  const flag = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = attempt(() => readFileSync(path, { flag }));
  if (file === undefined || file.length < headerBytes) return undefined;
  const header = new DataView(file.buffer, file.byteOffset, headerBytes);
  const contentBytes = Number(header.getBigUint64(8, true));
  const isWhole =
    header.getBigUint64(0, true) === magic &&
    file.length === headerBytes + contentBytes + proofBytes(contentBytes);
  if (!isWhole) return undefined;
  const content = file.subarray(headerBytes, headerBytes + contentBytes);
  return isProven(content, file.subarray(headerBytes + contentBytes)) ? content : undefined;
}

let writtenCount = 0;

/** Answers whether the blob is kept. */
function writeBlob(folder: string, key: string, bytes: Uint8Array): boolean {
  writtenCount += 1;
  const draft = join(folder, `.draft-${process.pid}-${writtenCount}`);
  const isKept = attempt(() => {
    writeDraft(draft, bytes);
    renameSync(draft, join(folder, key));
    return true;
  });
  if (isKept === undefined) attempt(() => rmSync(draft, { force: true }));
  return isKept === true;
}

function writeDraft(draft: string, bytes: Uint8Array): void {
  const header = new DataView(new ArrayBuffer(headerBytes));
  header.setBigUint64(0, magic, true);
  header.setBigUint64(8, BigInt(bytes.length), true);
  const file = openSync(draft, "wx", 0o600);
  try {
    writeAll(file, new Uint8Array(header.buffer));
    writeAll(file, bytes);
    writeAll(file, proofOf(bytes));
    // Without this, a machine that stops may leave the name with a file of zeros behind it.
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** One key of sixteen asks for it: keys are digests, and their last signs evenly spread. */
function isEvictionDue(key: string): boolean {
  return key.charCodeAt(key.length - 1) % putsPerEviction === 0;
}
