import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CrashShelf, Seal } from "#pool/host";
import { isCrashId, isNotes, isRecording, leftoversIn, notesOf, recordingOf } from "./names.ts";
import { openSealedFile, type OpenedFile } from "./open-sealed-file.ts";

/** The crashes of a daemon: what is known of each, and their recordings. */
export interface CrashFolder {
  readonly shelf: CrashShelf;
  /**
   * A recording as it was before it was sealed; `undefined` where there is none. Throws
   * `CRASH_UNREADABLE` if its file was changed, or another seal's.
   */
  open(id: string): Promise<OpenedFile | undefined>;
}

/** Opens a folder that is there, and removes what an executor that was ended left half written. */
export function openCrashFolder(folder: string, seal: Seal): CrashFolder {
  for (const name of leftoversIn(readdirSync(folder))) rmSync(join(folder, name), { force: true });
  return {
    shelf: shelfIn(folder),
    async open(id) {
      if (!isCrashId(id)) return undefined;
      return openSealedFile(join(folder, recordingOf(id)), { seal, name: id });
    },
  };
}

/** How many recordings are in a folder; none in one that is not there. */
export function countCrashes(folder: string): number {
  return namesIn(folder).filter(isRecording).length;
}

/** Removes all recordings and what is known of them; answers how many there were. */
export function removeCrashes(folder: string): number {
  const count = countCrashes(folder);
  for (const name of namesIn(folder)) rmSync(join(folder, name), { force: true, recursive: true });
  return count;
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** What is known of each, in a file beside it. */
function shelfIn(folder: string): CrashShelf {
  return {
    list() {
      const names = readdirSync(folder).filter(isNotes);
      return names.flatMap((name) => readNotes(join(folder, name)) ?? []);
    },
    keep(id, text) {
      try {
        writeFileSync(join(folder, notesOf(id)), text, { mode: 0o600 });
        return true;
      } catch {
        return false;
      }
    },
    remove(id) {
      if (!isCrashId(id)) return;
      for (const name of [recordingOf(id), notesOf(id)])
        rmSync(join(folder, name), { force: true });
    },
  };
}

/** What cannot be read is no reason for a daemon not to start. */
function readNotes(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
