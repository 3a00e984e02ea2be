import { PlatformError } from "#core/sys";
import type { Directory } from "#core/vfs";
import { type LayerEntry, malformed, namesOf } from "./entry.ts";
import { LayerFile, LayerFolder, type LayerIdentity, LayerNode, LayerSymlink } from "./tree.ts";

/**
 * How many objects one tree may have. A short archive can describe very many: each of its paths
 * may lead through two thousand directories that nothing else mentions.
 */
const objectsMax = 1_000_000;

const whiteoutPrefix = ".wh.";
const opaqueMark = ".wh..wh..opq";
/** Names with this prefix are marks of the archive's own, never files. */
const reservedPrefix = ".wh..wh.";

/**
 * The read-only tree that layers make when they are laid upon each other, the lowest first.
 * Within a layer, a later entry overrides an earlier one; what a layer marks as removed (`.wh.NAME`
 * for a name, `.wh..wh..opq` for all that lies below) hides only what lower layers have.
 *
 * Throws `IMAGE_MALFORMED`, naming the entry, when a path is absolute, leads up, is too long, or
 * leads through anything but directories: so an entry ends up nowhere but below the root. Throws
 * `IMAGE_TOO_LARGE` when there are too many objects.
 */
export function layerTree(layers: readonly (readonly LayerEntry[])[], device: bigint): Directory {
  const builder = new LayerBuilder(device);
  for (const entries of layers) builder.add(entries);
  countLinks(builder.root);
  return builder.root;
}

class LayerBuilder {
  readonly root: LayerFolder;
  readonly #device: bigint;
  #objectCount = 0;

  constructor(device: bigint) {
    this.#device = device;
    this.root = new LayerFolder(this.#identity(0n));
  }

  add(entries: readonly LayerEntry[]): void {
    for (const entry of entries) {
      const names = namesOf(entry.path);
      if (names.at(-1)?.startsWith(whiteoutPrefix)) this.#hide(entry, names);
    }
    for (const entry of entries) {
      const names = namesOf(entry.path);
      if (!names.at(-1)?.startsWith(whiteoutPrefix)) this.#put(entry, names);
    }
  }

  /** Removes what lower layers have under a name, or in a whole directory. */
  #hide(entry: LayerEntry, names: readonly string[]): void {
    const mark = names.at(-1) ?? "";
    const folder = this.#find(names.slice(0, -1));
    if (mark === opaqueMark) {
      if (folder instanceof LayerFolder) folder.entries.clear();
      return;
    }
    if (mark.startsWith(reservedPrefix)) return;
    const name = mark.slice(whiteoutPrefix.length);
    if (name === "" || name === "." || name === "..") throw malformed(entry.path, "hides no name");
    if (folder instanceof LayerFolder) folder.entries.delete(name);
  }

  #put(entry: LayerEntry, names: readonly string[]): void {
    const name = names.at(-1);
    if (name === undefined) {
      if (entry.kind !== "directory") throw malformed(entry.path, "takes the place of the root");
      this.root.modifiedNs = entry.modifiedNs;
      return;
    }
    const parent = this.#makeFolders(entry, names.slice(0, -1));
    const there = parent.entries.get(name);
    if (entry.kind === "directory" && there instanceof LayerFolder) {
      there.modifiedNs = entry.modifiedNs;
      return;
    }
    parent.entries.set(name, this.#make(entry));
  }

  #make(entry: LayerEntry): LayerNode | LayerFolder {
    switch (entry.kind) {
      case "directory":
        return new LayerFolder(this.#identity(entry.modifiedNs));
      case "regular":
        return new LayerFile(this.#identity(entry.modifiedNs), entry.bytes);
      case "symlink":
        return new LayerSymlink(this.#identity(entry.modifiedNs), checkedTarget(entry));
      case "hardlink": {
        const linked = this.#find(namesOf(entry.target));
        if (!(linked instanceof LayerNode)) {
          throw malformed(entry.path, `links to ${JSON.stringify(entry.target)}, which is no file`);
        }
        return linked;
      }
    }
  }

  #find(names: readonly string[]): LayerNode | LayerFolder | undefined {
    let node: LayerNode | LayerFolder | undefined = this.root;
    for (const name of names) {
      node = node instanceof LayerFolder ? node.entries.get(name) : undefined;
    }
    return node;
  }

  /** The directory at `names`, made with all that lead to it where they are missing. */
  #makeFolders(entry: LayerEntry, names: readonly string[]): LayerFolder {
    let folder = this.root;
    for (const name of names) {
      const next = folder.entries.get(name);
      if (next instanceof LayerFolder) {
        folder = next;
        continue;
      }
      if (name.startsWith(whiteoutPrefix)) throw malformed(entry.path, "lies below a mark");
      if (next !== undefined) {
        throw malformed(entry.path, `leads through "${name}", which is no directory`);
      }
      const made = new LayerFolder(this.#identity(0n));
      folder.entries.set(name, made);
      folder = made;
    }
    return folder;
  }

  #identity(modifiedNs: bigint): LayerIdentity {
    this.#objectCount += 1;
    if (this.#objectCount > objectsMax) throw tooMany();
    return { device: this.#device, inode: BigInt(this.#objectCount), modifiedNs };
  }
}

function tooMany(): PlatformError {
  return new PlatformError(
    `cannot use a layer: it makes over ${objectsMax} files and directories`,
    {
      code: "IMAGE_TOO_LARGE",
      hint: "leave out of the image what the program does not need, or grant it with --dir",
    },
  );
}

function countLinks(root: LayerFolder): void {
  const folders = [root];
  for (const folder of folders) {
    for (const node of folder.entries.values()) {
      if (node instanceof LayerFolder) {
        folder.links += 1;
        folders.push(node);
      } else {
        node.links += 1;
      }
    }
  }
}

function checkedTarget(entry: LayerEntry & { readonly kind: "symlink" }): string {
  const { target } = entry;
  if (target === "" || target.includes("\0") || !target.isWellFormed()) {
    throw malformed(entry.path, "is a symbolic link to no text");
  }
  return target;
}
