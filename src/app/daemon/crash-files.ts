import {
  createReadStream,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { CrashFiles } from "#app/api";
import type { CrashShelf } from "#pool/host";

/** A name that leads nowhere else. */
const idShape = /^[a-z0-9][a-z0-9-]{0,99}$/;

/** The recordings in a folder, by their names without `.rec`. */
export function crashFiles(folder: string): CrashFiles {
  return {
    open(id) {
      if (!idShape.test(id)) return Promise.resolve(undefined);
      const path = join(folder, `${id}.rec`);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat?.isFile() !== true) return Promise.resolve(undefined);
      return Promise.resolve({ sizeBytes: stat.size, bytes: createReadStream(path) });
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

/** What is known of each, in a file beside it. */
export function crashShelf(folder: string): CrashShelf {
  const notesOf = (id: string): string => join(folder, `${id}.json`);
  return {
    list() {
      const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
      return names.flatMap((name) => readNotes(join(folder, name)) ?? []);
    },
    keep(id, text) {
      try {
        writeFileSync(notesOf(id), text, { mode: 0o600 });
        return true;
      } catch {
        return false;
      }
    },
    remove(id) {
      if (!idShape.test(id)) return;
      for (const path of [join(folder, `${id}.rec`), notesOf(id)]) rmSync(path, { force: true });
    },
  };
}
