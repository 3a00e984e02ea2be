import { readArchive } from "#adapters/node/archive";
import { PlatformError } from "#core/sys";
import type { LayerEntry } from "#core/vfs/layer";
import type { Allowance } from "./allowance.ts";
import type { ImageTree } from "./image-tree.ts";

/** An image packed into a tar. */
export class ArchiveTree implements ImageTree {
  /** By the name at the top that leads to them, with the paths from there. */
  readonly #entries = new Map<string, LayerEntry[]>();

  constructor(entries: readonly LayerEntry[]) {
    for (const entry of entries) {
      const [top, path] = splitTop(entry.path);
      this.#entries.getOrInsertComputed(top, () => []).push(belowTop(entry, path));
    }
  }

  names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  file(name: string): Uint8Array | undefined {
    const entry = this.#entries.get(name)?.find(({ path }) => path === "");
    return entry?.kind === "regular" ? entry.bytes : undefined;
  }

  below(folder: string): readonly LayerEntry[] {
    return this.#entries.get(folder)?.filter(({ path }) => path !== "") ?? [];
  }
}

/** Reads a tar, packed or not, within what is allowed; `name` is for an error to name it. */
export async function unpack(
  name: string,
  bytes: Uint8Array,
  allowance: Allowance,
): Promise<readonly LayerEntry[]> {
  try {
    const entries = await readArchive(bytes, { bytesMax: allowance.leftBytes });
    for (const entry of entries) if (entry.kind === "regular") allowance.take(entry.bytes.length);
    return entries;
  } catch (cause) {
    if (!(cause instanceof PlatformError)) throw cause;
    const { code, hint, message } = cause;
    throw new PlatformError(`cannot use "${name}": ${message}`, { code, hint, cause });
  }
}

/** The first name of a path and the rest; `./` in front is only how some tools write it. */
function splitTop(path: string): readonly [top: string, path: string] {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  return [names[0] ?? "", names.slice(1).join("/")];
}

function belowTop(entry: LayerEntry, path: string): LayerEntry {
  // A hard link leads to a path of the archive, which is now one below the same name at the top.
  return entry.kind === "hardlink"
    ? { ...entry, path, target: splitTop(entry.target)[1] }
    : { ...entry, path };
}
