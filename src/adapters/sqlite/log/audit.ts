import type { DatabaseSync } from "node:sqlite";
import { DamagedRow } from "#adapters/sqlite/file";
import { Rows } from "./rows.ts";

/**
 * Throws `DamagedRow` unless each log is as it was written and has as many entries as it should.
 * It does not read the entries, of which there may be gigabytes: each is checked when it is read.
 */
export function audit(database: DatabaseSync): void {
  const rows = new Rows(database);
  const counts = rows.counts();
  const heads = rows.heads();
  const names = rows.names();
  const known = new Set(heads.map(({ log }) => log));
  for (const { log, name, first, next, lost } of heads) {
    if (names.get(log) !== name) throw new DamagedRow(`log "${name}" has another name elsewhere`);
    const count = counts.get(log) ?? 0;
    const written = next - first - lost;
    if (count === written) continue;
    throw new DamagedRow(`log "${name}" has ${count} entries, and ${written} were written`);
  }
  for (const log of [...counts.keys(), ...names.keys()]) {
    if (!known.has(log)) throw new DamagedRow("it has entries of a log that it does not know");
  }
}
