import { existsSync, statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "./database.ts";
import { damaged, storeProblem } from "./failure.ts";
import { bringToFormat, type FileKind } from "./format.ts";
import { pageBytes } from "./page.ts";
import { finishReplacement, replaceDatabase } from "./replacement.ts";

export interface OpeningOptions {
  readonly kind: FileKind;
  /** Makes an empty file of this kind. */
  readonly make: (path: string) => void;
  /** Throws where what stands in the file is not as it was written. */
  readonly audit: (database: DatabaseSync) => void;
  /** What the file may take of the disk. */
  readonly bytesMax: number;
}

/**
 * The file `path`, which is made if it is missing, checked, and ready to be written with a log
 * whose every commit is on the disk. Throws `STATE_NOT_WRITABLE`, `STATE_DAMAGED`, `STATE_VERSION`
 * or, where another OS process has the file open, `STATE_IN_USE`.
 */
export function openWhole(path: string, options: OpeningOptions): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    finishReplacement(path);
    // It has its name only when it is whole, so that an empty file is a damaged one.
    if (!existsSync(path)) replaceDatabase(path, options.make);
    refuseCut(path);
    database = openDatabase(path);
    bringToFormat(database, path, options.kind);
    options.audit(database);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    const pagesMax = Math.max(1, Math.floor(options.bytesMax / pageBytes));
    database.exec(`PRAGMA max_page_count = ${pagesMax}`);
    return database;
  } catch (error) {
    database?.close();
    throw storeProblem(path, error);
  }
}

/** Of less than a page SQLite makes an empty database, as if nothing had been there. */
function refuseCut(path: string): void {
  const { size } = statSync(path);
  if (size < pageBytes) throw damaged(path, `only ${size} bytes of it are left`);
}
