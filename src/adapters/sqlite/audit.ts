import type { DatabaseSync } from "node:sqlite";
import { DamagedRow } from "#adapters/sqlite/file";
import { Rows } from "./rows.ts";

/**
 * Reads the whole file: throws `DamagedRow` unless SQLite finds its structure sound, each entry is
 * as it was written, and together they are those that were written.
 */
export function audit(database: DatabaseSync): void {
  const verdict = database.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"];
  if (verdict !== "ok") throw new DamagedRow(String(verdict).replaceAll(/\s+/g, " "));
  const rows = new Rows(database);
  const head = rows.head();
  let entries = 0;
  let proofs = 0;
  for (const row of rows.list("")) {
    entries += 1;
    proofs = (proofs ^ row.proof) >>> 0;
  }
  if (entries !== head.entries) {
    throw new DamagedRow(`it has ${entries} entries, and ${head.entries} were written`);
  }
  if (proofs !== head.proofs) throw new DamagedRow("some of its entries are older than others");
}
