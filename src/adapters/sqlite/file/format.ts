import type { DatabaseSync } from "node:sqlite";
import { PlatformError } from "#core/sys";
import { inTransaction, numberOf } from "./database.ts";
import { damaged } from "./failure.ts";

/**
 * How one format becomes the next: row n leads from format n to n + 1. Format 0 is an empty file.
 */
export type FormatSteps = readonly ((database: DatabaseSync) => void)[];

/** One kind of file: what makes it so. */
export interface FileKind {
  /** As in "it is no store of noos". */
  readonly name: string;
  /** In the header of each file of this kind, and of no other. */
  readonly applicationId: number;
  readonly steps: FormatSteps;
}

/**
 * Brings the file to this build's format, or leaves it as it is: `STATE_VERSION` if it is of a
 * newer build, `STATE_DAMAGED` if it is none of this kind.
 */
export function bringToFormat(database: DatabaseSync, path: string, kind: FileKind): void {
  const { steps, applicationId } = kind;
  const found = numberOf(database, "PRAGMA user_version");
  const isOurs = numberOf(database, "PRAGMA application_id") === applicationId;
  const isEmpty = numberOf(database, "SELECT count(*) FROM sqlite_schema") === 0;
  if (!isOurs && !(found === 0 && isEmpty)) throw damaged(path, `it is no ${kind.name} of noos`);
  refuseNewer(path, found, steps);
  if (found === steps.length) return;
  inTransaction(database, () => {
    for (const step of steps.slice(found)) step(database);
    database.exec(`PRAGMA application_id = ${applicationId}`);
    database.exec(`PRAGMA user_version = ${steps.length}`);
  });
}

/** Throws `STATE_VERSION` if the format is one that this build does not know. */
export function refuseNewer(path: string, found: number, steps: FormatSteps): void {
  if (found <= steps.length) return;
  throw new PlatformError(
    `cannot use "${path}": its format is ${found}, this noos knows ${steps.length}`,
    {
      code: "STATE_VERSION",
      hint: "start the noos that wrote it, or give another directory with --data",
    },
  );
}
