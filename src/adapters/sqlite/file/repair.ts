import { copyFileSync, closeSync, constants, existsSync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { syncFolder } from "#adapters/node/disk";
import { PlatformError } from "#core/sys";
import { storeProblem } from "./failure.ts";
import { type FileKind, refuseNewer } from "./format.ts";
import { firstPageOf, formatInHeader } from "./page.ts";
import { finishReplacement, removeDatabase, replaceDatabase } from "./replacement.ts";
import { Wreck } from "./salvage.ts";

/** How a file of one kind is taken apart and made again. */
export interface Restoration<Found> {
  readonly kind: FileKind;
  /** Makes a file with what was found; with `undefined`, an empty one. */
  readonly make: (path: string, found: Found | undefined) => void;
  readonly salvage: (wreck: Wreck) => Found;
}

/** What a repair found, and the file as it was before, beside the repaired one. */
export interface Restored<Found> {
  readonly copy: string;
  readonly found: Found;
}

/**
 * Replaces a damaged file by one with all that is as it was written, and keeps a copy of what was
 * there. Stopped at any moment, the damaged file or the repaired one is there, and the repair can
 * be done again. Throws `STATE_NOT_WRITABLE`, `STATE_VERSION`, or where there is nothing to repair
 * `FILE_NOT_FOUND`. Expects that nobody has the file open.
 */
export function repairFile<Found>(path: string, how: Restoration<Found>): Restored<Found> {
  try {
    finishReplacement(path);
    if (!existsSync(path)) {
      throw new PlatformError(`cannot repair "${path}": there is no such file`, {
        code: "FILE_NOT_FOUND",
        hint: "`noos up` makes a new one",
      });
    }
    refuseNewer(path, formatInHeader(path, how.kind.applicationId), how.kind.steps);
    const copy = copyAside(path);
    const found = readCopy(copy, path, how);
    replaceDatabase(path, (draft) => how.make(draft, found));
    return { copy, found };
  } catch (error) {
    throw storeProblem(path, error);
  }
}

/** A name that no earlier repair took. */
function copyAside(path: string): string {
  for (let number = 1; ; number++) {
    const copy = `${path}.damaged-${number}`;
    if (existsSync(copy)) continue;
    try {
      copyDatabase(path, copy);
    } catch (error) {
      removeDatabase(copy);
      throw error;
    }
    syncFolder(dirname(path));
    return copy;
  }
}

/** The file and its log, which SQLite finds by its name. */
function copyDatabase(from: string, to: string): void {
  for (const suffix of ["", "-wal"]) {
    if (suffix !== "" && !existsSync(from + suffix)) continue;
    copyFileSync(from + suffix, to + suffix, constants.COPYFILE_EXCL);
    const file = openSync(to + suffix, "r");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }
}

/** Reads a copy of the copy: to read a database changes it. */
function readCopy<Found>(copy: string, path: string, how: Restoration<Found>): Found {
  const scratch = `${path}.salvage`;
  const blank = `${path}.blank`;
  try {
    removeDatabase(scratch);
    removeDatabase(blank);
    copyDatabase(copy, scratch);
    how.make(blank, undefined);
    return how.salvage(new Wreck(scratch, firstPageOf(blank)));
  } finally {
    removeDatabase(scratch);
    removeDatabase(blank);
  }
}
