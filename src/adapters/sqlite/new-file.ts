import { bringToFormat, inTransaction, openDatabase } from "#adapters/sqlite/file";
import { storeKind } from "./format.ts";
import type { EntryRow, Head } from "./proof.ts";
import { Rows } from "./rows.ts";

/** Added to the revision when the last one is lost: no revision may ever be given twice. */
const revisionsSkipped = 1_000_000;

/** What a file has, or a damaged one still has. */
export interface Salvage {
  readonly entries: ReadonlyMap<string, EntryRow>;
  /** `undefined` when it is lost. */
  readonly head: Head | undefined;
}

export const nothing: Salvage = {
  entries: new Map(),
  head: { revision: 0, entries: 0, proofs: 0 },
};

/** Makes the file `path`, with these entries as they were. */
export function makeFile(path: string, { entries, head }: Salvage): void {
  const database = openDatabase(path);
  try {
    bringToFormat(database, path, storeKind);
    const rows = new Rows(database);
    let proofs = 0;
    let revision = head?.revision ?? 0;
    inTransaction(database, () => {
      for (const entry of entries.values()) {
        proofs ^= rows.put(entry.key, entry.value, entry.revision);
        revision = Math.max(revision, entry.revision);
      }
      if (head === undefined) revision += revisionsSkipped;
      rows.updateHead({ revision, entries: entries.size, proofs: proofs >>> 0 });
    });
  } finally {
    database.close();
  }
}
