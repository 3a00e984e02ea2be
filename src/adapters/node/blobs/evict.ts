import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { attempt } from "./attempt.ts";

/** A draft this old was left by an OS process that did not come to rename it. */
const draftAgeMsMax = 3_600_000;

interface KeptFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedMs: number;
}

/**
 * Removes the files of `folder` that were not used for longest, until the others take no more
 * than nine tenths of `bytesMax`, so that the next blob does not make this necessary again.
 * Several OS processes may do so at once; what is gone already counts as removed.
 */
export function evictOldest(folder: string, bytesMax: number): void {
  const files = listFiles(folder);
  let sumBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (sumBytes <= bytesMax) return;
  files.sort((a, b) => a.usedMs - b.usedMs);
  for (const file of files) {
    if (sumBytes <= bytesMax * 0.9) break;
    attempt(() => rmSync(file.path, { force: true }));
    sumBytes -= file.sizeBytes;
  }
}

/** All blobs of the folder. Drafts that nobody will finish are removed on the way. */
function listFiles(folder: string): KeptFile[] {
  const files: KeptFile[] = [];
  const nowMs = Date.now();
  for (const name of attempt(() => readdirSync(folder)) ?? []) {
    const path = join(folder, name);
    const stat = attempt(() => lstatSync(path));
    if (stat === undefined || !stat.isFile()) continue;
    if (!name.startsWith(".")) {
      // Linux notes the last reading at least once a day, if not each time.
      files.push({ path, sizeBytes: stat.size, usedMs: Math.max(stat.atimeMs, stat.mtimeMs) });
    } else if (nowMs - stat.mtimeMs > draftAgeMsMax) {
      attempt(() => rmSync(path, { force: true }));
    }
  }
  return files;
}
