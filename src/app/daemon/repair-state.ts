import { existsSync } from "node:fs";
import { type Repair, repairStore } from "#adapters/sqlite";
import { lockFolder } from "#adapters/sqlite/lock";
import { type LogRepair, repairLogs } from "#adapters/sqlite/log";
import { foldersOf } from "./folders.ts";

export type { Repair } from "#adapters/sqlite";

/** What was mended. Where nothing was ever queued there is nothing to mend. */
export interface Repairs {
  readonly state: Repair;
  readonly queues: LogRepair | undefined;
}

/**
 * Mends a damaged state, and damaged queues: what can be read of them is kept, and the damaged
 * files too. Throws `STATE_IN_USE`, `FILE_NOT_FOUND`, `STATE_VERSION`, `STATE_NOT_WRITABLE`.
 */
export function repairState(dataFolder: string): Repairs {
  const { data, state, queues } = foldersOf(dataFolder);
  const lock = lockFolder(data);
  try {
    const repaired = repairStore(state);
    return { state: repaired, queues: existsSync(queues) ? repairLogs(queues) : undefined };
  } finally {
    lock.release();
  }
}
