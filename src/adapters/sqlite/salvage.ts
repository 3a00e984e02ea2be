import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "./database.ts";
import { lendFirstPage, pageBytes } from "./page.ts";
import { type EntryRow, type Head, isWholeEntry } from "./proof.ts";
import { Rows } from "./rows.ts";

/** What a damaged file still has. */
export interface Salvage {
  readonly entries: ReadonlyMap<string, EntryRow>;
  /** `undefined` when it is lost. */
  readonly head: Head | undefined;
}

/**
 * All entries in the file `path` that are whole, with no trust in how its pages hang together:
 * each page is read as if it were the only one of the table. That brings back nothing that was
 * deleted, for deleted rows and pages are filled with zeros. Changes the file: give it a copy, and
 * the first page of an empty store.
 */
export function salvage(path: string, firstPage: Uint8Array): Salvage {
  lendFirstPage(path, firstPage);
  const head = reading(path, (database) => {
    // Brings in what the log has; with it may come another first page.
    database.exec("PRAGMA journal_mode = DELETE");
    return new Rows(database).head();
  });
  lendFirstPage(path, firstPage);
  const entries = new Map<string, EntryRow>();
  reading(path, (database) => {
    database.enableDefensive(false);
    database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
    database.exec("PRAGMA writable_schema = ON");
    const pagesCount = Math.ceil(statSync(path).size / pageBytes);
    for (let page = 2; page <= pagesCount; page++) gatherPage(database, page, entries);
  });
  return { entries, head };
}

/** Adds the whole entries that stand on one page, if it is one that has entries. */
function gatherPage(database: DatabaseSync, page: number, entries: Map<string, EntryRow>): void {
  database.exec(`UPDATE sqlite_schema SET rootpage = ${page} WHERE name = 'entries'`);
  // Another version has SQLite read the schema again.
  database.exec(`PRAGMA schema_version = ${page + 1000}`);
  attempt(() => {
    const all = database.prepare("SELECT key, value, revision, proof FROM entries NOT INDEXED");
    for (const { key, value, revision, proof } of all.iterate()) {
      const entry = { key, value, revision, proof };
      if (isWholeEntry(entry)) entries.set(entry.key, entry);
    }
  });
}

/** `undefined` when the file cannot be read so. */
function reading<T>(path: string, deed: (database: DatabaseSync) => T): T | undefined {
  const database = openDatabase(path);
  try {
    return attempt(() => deed(database));
  } finally {
    database.close();
  }
}

/** In a damaged file everything may fail; what does is not there. */
function attempt<T>(deed: () => T): T | undefined {
  try {
    return deed();
  } catch {
    return undefined;
  }
}
