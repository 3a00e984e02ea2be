import { existsSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { syncFolder } from "#adapters/node/disk";

/** What SQLite may have beside a file, and would take for the log of whatever has the name. */
const companions = ["-wal", "-shm", "-journal"];

/** Removes a file of SQLite with all that belongs to it. */
export function removeDatabase(path: string): void {
  for (const suffix of ["", ...companions]) rmSync(path + suffix, { force: true });
}

/**
 * Puts a new file, which `make` makes under the name it is given, into the place of the old one,
 * if there is one. The old one goes first, and then its log, which must not be read together with
 * the new file. `finishReplacement` goes on where this was stopped: a whole new file with no old
 * one beside it says how far it came.
 */
export function replaceDatabase(path: string, make: (draft: string) => void): void {
  const draft = `${path}.draft`;
  try {
    removeDatabase(draft);
    make(draft);
    renameSync(draft, wholePath(path));
  } finally {
    removeDatabase(draft);
  }
  syncFolder(dirname(path));
  rmSync(path, { force: true });
  syncFolder(dirname(path));
  finishReplacement(path);
}

/**
 * Ends a replacement that was stopped when the old file was gone already. One that was stopped
 * before that is forgotten: its file must not be found when the old one is gone for another reason.
 */
export function finishReplacement(path: string): void {
  if (existsSync(path)) rmSync(wholePath(path), { force: true });
  if (!existsSync(wholePath(path))) return;
  removeDatabase(path);
  renameSync(wholePath(path), path);
  syncFolder(dirname(path));
}

/** The name of a new file that is whole. */
function wholePath(path: string): string {
  return `${path}.new`;
}
