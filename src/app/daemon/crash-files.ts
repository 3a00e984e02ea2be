import { createReadStream, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CrashFiles } from "#app/api";

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

/** Removes a recording; one that is gone is no matter. */
export function removeCrash(folder: string, id: string): void {
  if (idShape.test(id)) rmSync(join(folder, `${id}.rec`), { force: true });
}
