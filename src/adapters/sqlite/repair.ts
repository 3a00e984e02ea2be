import { copyFileSync, closeSync, constants, existsSync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { syncFolder } from "#adapters/node/disk";
import { PlatformError } from "#core/sys";
import { storeProblem } from "./failure.ts";
import { makeFile, nothing } from "./new-file.ts";
import { refuseNewer } from "./format.ts";
import { firstPageOf, formatInHeader } from "./page.ts";
import { finishReplacement, removeDatabase, replaceDatabase } from "./replacement.ts";
import { type Salvage, salvage } from "./salvage.ts";

/** What a repair did. */
export interface Repair {
  /** The file as it was before, beside the repaired one. */
  readonly copy: string;
  readonly keptCount: number;
  /** `undefined` when the file no longer says how many there were. */
  readonly lostCount: number | undefined;
}

/**
 * Replaces a damaged store by one with all entries that are as they were written, and keeps a copy
 * of what was there. Stopped at any moment, the damaged file or the repaired one is there, and
 * the repair can be done again. Throws `STATE_NOT_WRITABLE`, `STATE_VERSION`, or where there is
 * nothing to repair `FILE_NOT_FOUND`. Expects that no store has the file open.
 */
export function repairStore(path: string): Repair {
  try {
    finishReplacement(path);
    if (!existsSync(path)) {
      throw new PlatformError(`cannot repair "${path}": there is no such file`, {
        code: "FILE_NOT_FOUND",
        hint: "`noos up` makes a new one",
      });
    }
    refuseNewer(path, formatInHeader(path));
    const copy = copyAside(path);
    const found = readCopy(copy, path);
    replaceDatabase(path, (draft) => makeFile(draft, found));
    const keptCount = found.entries.size;
    const lostCount = found.head && Math.max(0, found.head.entries - keptCount);
    return { copy, keptCount, lostCount };
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
function readCopy(copy: string, path: string): Salvage {
  const scratch = `${path}.salvage`;
  const blank = `${path}.blank`;
  try {
    removeDatabase(scratch);
    removeDatabase(blank);
    copyDatabase(copy, scratch);
    makeFile(blank, nothing);
    return salvage(scratch, firstPageOf(blank));
  } finally {
    removeDatabase(scratch);
    removeDatabase(blank);
  }
}
