import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { LayerEntry } from "#core/vfs/layer";
import type { Allowance } from "./allowance.ts";
import { malformed } from "./failure.ts";
import type { ImageTree } from "./image-tree.ts";

/** An image that lies in a directory of this machine. */
export class FolderTree implements ImageTree {
  readonly #path: string;
  readonly #allowance: Allowance;

  constructor(path: string, allowance: Allowance) {
    this.#path = path;
    this.#allowance = allowance;
  }

  names(): readonly string[] {
    return readdirSync(this.#path);
  }

  file(name: string): Uint8Array | undefined {
    const path = join(this.#path, name);
    return lstatSync(path).isFile() ? this.#read(path) : undefined;
  }

  below(folder: string): readonly LayerEntry[] {
    return lstatSync(join(this.#path, folder)).isDirectory() ? [...this.#walk(folder, "")] : [];
  }

  *#walk(folder: string, below: string): IterableIterator<LayerEntry> {
    const names = readdirSync(join(this.#path, folder, below)).toSorted();
    for (const name of names) {
      const path = below === "" ? name : `${below}/${name}`;
      const entry = this.#entryAt(join(this.#path, folder, path), path);
      yield entry;
      if (entry.kind === "directory") yield* this.#walk(folder, path);
    }
  }

  #entryAt(where: string, path: string): LayerEntry {
    const stat = lstatSync(where, { bigint: true });
    const modifiedNs = stat.mtimeNs < 0n ? 0n : stat.mtimeNs;
    if (stat.isDirectory()) return { kind: "directory", path, modifiedNs };
    if (stat.isFile()) return { kind: "regular", path, modifiedNs, bytes: this.#read(where) };
    if (stat.isSymbolicLink()) {
      return { kind: "symlink", path, modifiedNs, target: readlinkSync(where) };
    }
    throw malformed(where, "is neither a file, a directory nor a symbolic link");
  }

  #read(where: string): Uint8Array {
    this.#allowance.take(lstatSync(where).size);
    return readFileSync(where);
  }
}
