import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import assert from "node:assert/strict";
import type { Directory } from "#core/vfs";
import type { LayerEntry } from "#core/vfs/layer";
import { bytesOf, must } from "./visitor.ts";

/** What is there before a case begins: a path and its text, its target, or nothing. */
type SeedRow =
  | { readonly path: string; readonly kind: "directory" }
  | { readonly path: string; readonly kind: "regular"; readonly text: string }
  | { readonly path: string; readonly kind: "symlink"; readonly target: string };

const directory = (path: string): SeedRow => ({ path, kind: "directory" });
const regular = (path: string, text: string): SeedRow => ({ path, kind: "regular", text });
const symlink = (path: string, target: string): SeedRow => ({ path, kind: "symlink", target });

/** Links to outside cannot be made by a program; an image or the host may well have them. */
const rows: readonly SeedRow[] = [
  regular("file", "hello world"),
  directory("empty"),
  directory("dir"),
  regular("dir/file", "a file in a directory"),
  directory("dir/sub"),
  regular("dir/sub/deep", "deep"),
  symlink("link", "file"),
  symlink("link-dir", "dir"),
  symlink("link-slash", "dir/"),
  symlink("link-file-slash", "file/"),
  symlink("dangling", "nowhere"),
  symlink("loop", "loop"),
  symlink("ring-a", "ring-b"),
  symlink("ring-b", "ring-a"),
  symlink("dir/back", "../file"),
  symlink("dir/sub/up", "../../dir/./sub/.."),
  symlink("out", "../out"),
  symlink("dir/far-out", "../../file"),
  symlink("absolute", "/file"),
  symlink("through-out", "out/file"),
  ...Array.from({ length: 41 }, (_, index) =>
    symlink(`chain-${index + 1}`, index === 0 ? "file" : `chain-${index}`),
  ),
];

/** As the entries of a layer. */
export function seedEntries(): readonly LayerEntry[] {
  return rows.map((row) => {
    const modifiedNs = 1_600_000_000_000_000_000n;
    return row.kind === "regular"
      ? { path: row.path, kind: row.kind, bytes: bytesOf(row.text), modifiedNs }
      : { ...row, modifiedNs };
  });
}

/** Into a directory, through its own calls. */
export function seedDirectory(root: Directory): void {
  for (const row of rows) {
    const names = row.path.split("/");
    const name = names.pop() ?? "";
    let parent = root.retain();
    for (const above of names) {
      const entered = must(parent.enter(above));
      parent.release();
      parent = entered;
    }
    if (row.kind === "directory") assert.equal(parent.makeDirectory(name), undefined);
    if (row.kind === "symlink") assert.equal(parent.makeSymlink(name, row.target), undefined);
    if (row.kind === "regular") {
      const mode = { read: false, write: true, create: true, exclusive: true, truncate: false };
      const file = must(parent.open(name, mode));
      assert.equal(file.write(bytesOf(row.text), 0), bytesOf(row.text).length);
      file.close();
    }
    parent.release();
  }
}

/** Into a folder of this machine. */
export function seedFolder(folder: string): void {
  for (const row of rows) {
    const path = join(folder, row.path);
    if (row.kind === "directory") mkdirSync(path);
    if (row.kind === "symlink") symlinkSync(row.target, path);
    if (row.kind === "regular") writeFileSync(path, row.text);
  }
}

/** The names at the top of what is there before a case begins. */
export const seedNames: readonly string[] = rows
  .map(({ path }) => path)
  .filter((path) => !path.includes("/"))
  .toSorted();
