/**
 * What every file of SQLite in a data directory has alike.
 *
 * Knows: how a file is opened for one OS process, brought to this build's format, replaced and
 * repaired, and what SQLite's failures mean to the operator.
 * Must hold: a file has its name only when it is whole; a repair loses no more than what is
 * damaged, and keeps a copy; one that is of another kind or of a newer build is left as it is.
 * Never imports: what stands in a file.
 * Start reading at `format.ts`, then `repair.ts`.
 */
export { DamagedRow } from "./damaged-row.ts";
export { inTransaction, openDatabase } from "./database.ts";
export { storeProblem } from "./failure.ts";
export { bringToFormat, type FileKind } from "./format.ts";
export { repairFile, type Restoration } from "./repair.ts";
export { openWhole } from "./open-whole.ts";
export type { Wreck } from "./salvage.ts";
