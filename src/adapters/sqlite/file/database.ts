import { closeSync, openSync } from "node:fs";
import type * as Sqlite from "node:sqlite";
import { pageBytes } from "./page.ts";

// Loaded at its first use: a run of one program needs none of it.
let sqlite: typeof Sqlite | undefined;

/**
 * The file as a database for this OS process alone, which is made if it is missing. SQLite alone
 * would let everybody read it.
 */
export function openDatabase(path: string): Sqlite.DatabaseSync {
  closeSync(openSync(path, "a", 0o600));
  sqlite ??= process.getBuiltinModule("node:sqlite");
  const database = new sqlite.DatabaseSync(path, { timeout: 0 });
  // With no other user there is no index in shared memory, which on a full disk ends us by SIGBUS.
  database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = ${pageBytes}`);
  // Nothing that was deleted is to be found in the file, by a repair or by anybody else.
  database.exec("PRAGMA secure_delete = ON");
  return database;
}

/** The one number that a PRAGMA or an aggregate answers. */
export function numberOf(database: Sqlite.DatabaseSync, query: string): number {
  return Number(Object.values(database.prepare(query).get() ?? {})[0]);
}

/** Makes all that `deed` does one step, or no step when it throws. */
export function inTransaction<T>(database: Sqlite.DatabaseSync, deed: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = deed();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // A full disk has SQLite roll back by itself.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
