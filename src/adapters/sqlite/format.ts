import type { DatabaseSync } from "node:sqlite";
import { PlatformError } from "#core/sys";
import { inTransaction, numberOf } from "./database.ts";
import { damaged } from "./failure.ts";
import { applicationId } from "./page.ts";
import { Rows } from "./rows.ts";

/**
 * How one format becomes the next: row n leads from format n to n + 1. Format 0 is an empty file.
 */
export type FormatSteps = readonly ((database: DatabaseSync) => void)[];

/**
 * `entries` has what the port promises, with a proof of each row; `head` has one row about all of
 * them together, so that a missing row shows as well, and the revision of the last write.
 */
export const formatSteps: FormatSteps = [
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
];

/**
 * Brings the file to this build's format, or leaves it as it is: `STATE_VERSION` if it is of a
 * newer build, `STATE_DAMAGED` if it is none of ours.
 */
export function bringToFormat(
  database: DatabaseSync,
  path: string,
  steps: FormatSteps = formatSteps,
): void {
  const found = numberOf(database, "PRAGMA user_version");
  const isOurs = numberOf(database, "PRAGMA application_id") === applicationId;
  const isEmpty = numberOf(database, "SELECT count(*) FROM sqlite_schema") === 0;
  if (!isOurs && !(found === 0 && isEmpty)) throw damaged(path, "it is no store of noos");
  refuseNewer(path, found, steps);
  if (found === steps.length) return;
  inTransaction(database, () => {
    for (const step of steps.slice(found)) step(database);
    database.exec(`PRAGMA application_id = ${applicationId}`);
    database.exec(`PRAGMA user_version = ${steps.length}`);
  });
}

/** Throws `STATE_VERSION` if the format is one that this build does not know. */
export function refuseNewer(path: string, found: number, steps: FormatSteps = formatSteps): void {
  if (found <= steps.length) return;
  throw new PlatformError(
    `cannot use "${path}": its format is ${found}, this noos knows ${steps.length}`,
    {
      code: "STATE_VERSION",
      hint: "start the noos that wrote it, or give another directory with --data",
    },
  );
}
