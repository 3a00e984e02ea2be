import { bringToFormat, inTransaction, openDatabase } from "#adapters/sqlite/file";
import { logsKind } from "./format.ts";
import type { EntryRow, Head } from "./proof.ts";
import { Rows } from "./rows.ts";

/** A log as it is put into a new file. */
export interface RestoredLog {
  readonly head: Omit<Head, "log">;
  /** Those that are there, in order. */
  readonly entries: readonly EntryRow[];
}

/** Makes the file `path` with these logs. */
export function makeLogs(path: string, logs: readonly RestoredLog[] = []): void {
  const database = openDatabase(path);
  try {
    bringToFormat(database, path, logsKind);
    const rows = new Rows(database);
    inTransaction(database, () => {
      for (const log of logs) putLog(rows, log);
    });
  } finally {
    database.close();
  }
}

function putLog(rows: Rows, { head, entries }: RestoredLog): void {
  const { log } = rows.insertLog(head.name);
  for (const entry of entries) rows.insertEntry({ ...entry, log });
  rows.putHead({ ...head, log });
}
