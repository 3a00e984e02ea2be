import { type Restoration, repairFile, type Wreck } from "#adapters/sqlite/file";
import { storeKind } from "./format.ts";
import { makeFile, nothing, type Salvage } from "./new-file.ts";
import { type EntryRow, isWholeEntry } from "./proof.ts";
import { Rows } from "./rows.ts";

/** What a repair did. */
export interface Repair {
  /** The file as it was before, beside the repaired one. */
  readonly copy: string;
  readonly keptCount: number;
  /** `undefined` when the file no longer says how many there were. */
  readonly lostCount: number | undefined;
}

/**
 * Replaces a damaged store by one with all entries that are as they were written, and keeps a copy
 * of what was there. Stopped at any moment, the damaged file or the repaired one is there, and
 * the repair can be done again. Throws `STATE_NOT_WRITABLE`, `STATE_VERSION`, or where there is
 * nothing to repair `FILE_NOT_FOUND`. Expects that no store has the file open.
 */
export function repairStore(path: string): Repair {
  const { copy, found } = repairFile(path, restoration);
  const keptCount = found.entries.size;
  const lostCount = found.head && Math.max(0, found.head.entries - keptCount);
  return { copy, keptCount, lostCount };
}

const restoration: Restoration<Salvage> = {
  kind: storeKind,
  make: (path, found = nothing) => makeFile(path, found),
  salvage,
};

/** All entries that are whole, each page read as if it were the only one of the table. */
function salvage(wreck: Wreck): Salvage {
  const head = wreck.whole((database) => new Rows(database).head());
  const entries = new Map<string, EntryRow>();
  wreck.eachPage("entries", (database) => {
    const all = database.prepare("SELECT key, value, revision, proof FROM entries NOT INDEXED");
    for (const { key, value, revision, proof } of all.iterate()) {
      const entry = { key, value, revision, proof };
      if (isWholeEntry(entry)) entries.set(entry.key, entry);
    }
  });
  return { entries, head };
}
