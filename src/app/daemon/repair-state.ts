import { type Repair, repairStore } from "#adapters/sqlite";
import { lockFolder } from "#adapters/sqlite/lock";
import { foldersOf } from "./folders.ts";

export type { Repair } from "#adapters/sqlite";

/**
 * Mends a damaged state: what can be read of it is kept, and the damaged file too. Throws
 * `STATE_IN_USE`, `FILE_NOT_FOUND`, `STATE_VERSION`, `STATE_NOT_WRITABLE`.
 */
export function repairState(dataFolder: string): Repair {
  const { data, state } = foldersOf(dataFolder);
  const lock = lockFolder(data);
  try {
    return repairStore(state);
  } finally {
    lock.release();
  }
}
