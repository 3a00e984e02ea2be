import { type Restoration, repairFile, type Wreck } from "#adapters/sqlite/file";
import { logsKind } from "./format.ts";
import { makeLogs, type RestoredLog } from "./new-file.ts";
import { type EntryRow, type Head, wholeEntry, wholeHead, wholeName } from "./proof.ts";

/** Added to where a log ends when that is lost: no position may ever be given twice. */
const positionsSkipped = 1_000_000;

/** What a repair did. */
export interface LogRepair {
  /** The file as it was before, beside the repaired one. */
  readonly copy: string;
  readonly keptCount: number;
  /** Of a log whose length is lost as well, only those between others. */
  readonly lostCount: number;
}

/**
 * Replaces a damaged file of logs by one with all entries that are as they were written, each at
 * its position, and keeps a copy of what was there. Throws `STATE_NOT_WRITABLE`, `STATE_VERSION`,
 * or where there is nothing to repair `FILE_NOT_FOUND`. Expects that nobody has the file open.
 */
export function repairLogs(path: string): LogRepair {
  const { copy, found } = repairFile(path, restoration);
  const keptCount = found.logs.reduce((sum, { entries }) => sum + entries.length, 0);
  return { copy, keptCount, lostCount: found.lostCount };
}

interface Salvage {
  readonly logs: readonly RestoredLog[];
  readonly lostCount: number;
}

const restoration: Restoration<Salvage> = {
  kind: logsKind,
  make: (path, found) => makeLogs(path, found?.logs),
  salvage,
};

function salvage(wreck: Wreck): Salvage {
  const heads = new Map<number, Head>();
  const names = new Map<number, string>();
  const entries = new Map<number, Map<number, EntryRow>>();
  wreck.eachPage("heads", (database) => {
    for (const row of database.prepare("SELECT * FROM heads NOT INDEXED").iterate()) {
      const head = wholeHead(row);
      if (head !== undefined) heads.set(head.log, head);
    }
  });
  wreck.eachPage("names", (database) => {
    for (const row of database.prepare("SELECT * FROM names NOT INDEXED").iterate()) {
      const [log, name] = wholeName(row) ?? [0, ""];
      if (log !== 0) names.set(log, name);
    }
  });
  wreck.eachPage("entries", (database) => {
    for (const row of database.prepare("SELECT * FROM entries NOT INDEXED").iterate()) {
      const entry = wholeEntry(row);
      if (entry === undefined) continue;
      entries.getOrInsertComputed(entry.log, () => new Map()).set(entry.position, entry);
    }
  });
  return putTogether({ heads, names, entries });
}

function putTogether(found: {
  readonly heads: ReadonlyMap<number, Head>;
  readonly names: ReadonlyMap<number, string>;
  readonly entries: ReadonlyMap<number, ReadonlyMap<number, EntryRow>>;
}): Salvage {
  const logs: RestoredLog[] = [];
  let lostCount = 0;
  for (const log of new Set([...found.names.keys(), ...found.heads.keys()])) {
    const all = [...(found.entries.get(log)?.values() ?? [])];
    all.sort((a, b) => a.position - b.position);
    const known = found.heads.get(log);
    const head = known ?? headOver(log, found.names.get(log) ?? "", all);
    const entries = all.filter(({ position }) => position >= head.first && position < head.next);
    const lost = head.next - head.first - entries.length;
    lostCount += lost - (known?.lost ?? positionsSkipped);
    logs.push({ head: { ...head, lost }, entries });
  }
  for (const [log, entries] of found.entries) {
    // Their logs have no name any more.
    if (!found.names.has(log) && !found.heads.has(log)) lostCount += entries.size;
  }
  return { logs, lostCount };
}

/** What the head may have been of a log that has only these entries. */
function headOver(log: number, name: string, entries: readonly EntryRow[]): Head {
  const first = entries[0]?.position ?? 1;
  const next = (entries.at(-1)?.position ?? 0) + 1 + positionsSkipped;
  return { log, name, first, next, lost: 0 };
}
