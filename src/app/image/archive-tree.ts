import { readArchive } from "#adapters/node/archive";
import { PlatformError } from "#core/sys";
import { type LayerEntry, namesOf } from "#core/vfs/layer";
import type { Allowance } from "./allowance.ts";
import { malformed } from "./failure.ts";
import type { ImageTree } from "./image-tree.ts";

/** An image packed into a tar. */
export class ArchiveTree implements ImageTree {
  /** By the name at the top that leads to them, with the paths from there. */
  readonly #entries = new Map<string, LayerEntry[]>();

  /** Throws `IMAGE_MALFORMED` for a path that is absolute, leads up, or is no text. */
  constructor(entries: readonly LayerEntry[]) {
    const files = new Map<string, LayerEntry>();
    for (const entry of entries) {
      const names = namesOf(entry.path);
      const [top = ""] = names;
      const found = entry.kind === "hardlink" ? linkedTo(entry, top, files) : entry;
      const file = found.kind === "hardlink" ? files.get(`${top}/${found.target}`) : found;
      if (file?.kind === "regular") files.set(names.join("/"), file);
      const path = names.slice(1).join("/");
      this.#entries.getOrInsertComputed(top, () => []).push({ ...found, path });
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

/**
 * A hard link as one below the same name at the top. From one top to another, as from the program
 * to a file of the root, there is no linking: it becomes a file with the same bytes.
 */
function linkedTo(
  entry: LayerEntry & { readonly kind: "hardlink" },
  top: string,
  files: ReadonlyMap<string, LayerEntry>,
): LayerEntry {
  const names = namesOf(entry.target);
  if (names[0] === top) return { ...entry, target: names.slice(1).join("/") };
  const file = files.get(names.join("/"));
  if (file === undefined)
    throw malformed(entry.path, `links to "${entry.target}", which is no file`);
  return { ...file, path: entry.path };
}
