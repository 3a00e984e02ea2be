import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes `path` a file of this content that only this user can read: it has the old content or the
 * new, whenever the machine stops, and the new once this returns. Throws what Node throws; then
 * the old content is still there.
 */
export function replaceFile(path: string, content: Uint8Array): void {
  const draft = `${path}.draft-${process.pid}`;
  try {
    writeDraft(draft, content);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

function writeDraft(draft: string, content: Uint8Array): void {
  // What an OS process of the same number left here is of no use to anybody.
  rmSync(draft, { force: true });
  const file = openSync(draft, "wx", 0o600);
  try {
    writeAll(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Writes all bytes at the file's position, in as many calls as the system makes of it. */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    written += writeSync(file, bytes, written);
  }
}

/** Brings the names in a folder to the disk: without this a renamed file may lose its new name. */
export function syncFolder(folder: string): void {
  // Windows opens no folders, and needs none of this.
  if (process.platform === "win32") return;
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
