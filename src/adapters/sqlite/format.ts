import type { FileKind } from "#adapters/sqlite/file";
import { Rows } from "./rows.ts";

/**
 * `entries` has what the port promises, with a proof of each row; `head` has one row about all of
 * them together, so that a missing row shows as well, and the revision of the last write.
 */
export const storeKind: FileKind = {
  name: "store",
  // "noos"
  applicationId: 0x6e6f_6f73,
  steps: [
    (database) => {
      database.exec(`
        CREATE TABLE head (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          revision INTEGER NOT NULL,
          entries INTEGER NOT NULL,
          proofs INTEGER NOT NULL,
          proof INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE entries (
          id INTEGER PRIMARY KEY,
          key TEXT NOT NULL UNIQUE,
          value TEXT NOT NULL,
          revision INTEGER NOT NULL,
          proof INTEGER NOT NULL
        ) STRICT;
      `);
      new Rows(database).insertHead({ revision: 0, entries: 0, proofs: 0 });
    },
  ],
};
