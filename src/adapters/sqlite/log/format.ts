import type { FileKind } from "#adapters/sqlite/file";

/**
 * `heads` has one row for each log, `entries` all their entries. `names` says once more what the
 * logs are called: it is hardly ever written, so that a lost page of `heads` loses no log.
 */
export const logsKind: FileKind = {
  name: "file of logs",
  // "nool"
  applicationId: 0x6e6f_6f6c,
  steps: [
    (database) =>
      database.exec(`
        CREATE TABLE heads (
          log INTEGER PRIMARY KEY AUTOINCREMENT,
          name TEXT NOT NULL UNIQUE,
          first INTEGER NOT NULL,
          next INTEGER NOT NULL,
          lost INTEGER NOT NULL,
          proof INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE names (
          log INTEGER PRIMARY KEY,
          name TEXT NOT NULL,
          proof INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE entries (
          id INTEGER PRIMARY KEY,
          log INTEGER NOT NULL,
          position INTEGER NOT NULL,
          bytes BLOB NOT NULL,
          proof INTEGER NOT NULL,
          UNIQUE (log, position)
        ) STRICT;
      `),
  ],
};
