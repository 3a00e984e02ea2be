import { writeArchive } from "#adapters/node/archive";
import type { LayerEntry } from "#core/vfs/layer";
import { Allowance } from "./allowance.ts";
import { FolderTree } from "./folder-tree.ts";
import { imageBytesMax, layerFolder, readProgram, rootFolder } from "./image.ts";

/**
 * An image that lies in a directory as a tar, the same for the same content: what `readImage`
 * looks at and nothing else, so that what is built beside it makes no other image of it. Throws
 * `IMAGE_MALFORMED`, `IMAGE_TOO_LARGE`.
 */
export async function packImage(path: string): Promise<Uint8Array> {
  const tree = new FolderTree(path, new Allowance(path, imageBytesMax));
  const { name, program } = readProgram(tree, path);
  const names = tree.names();
  const below = [rootFolder, layerFolder].filter((folder) => names.includes(folder));
  return await writeArchive([
    { path: name, kind: "regular", bytes: program, modifiedNs: 0n },
    ...below.flatMap((folder) => [
      { path: folder, kind: "directory", modifiedNs: 0n } as const,
      ...tree.below(folder).map((entry) => inFolder(folder, entry)),
    ]),
  ]);
}

/** The same of an image whose files are at hand: what `packImage` makes where they lie in one. */
export async function packFiles(
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
): Promise<Uint8Array> {
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)));
  return await writeArchive([
    ...Array.from(folders, (path) => ({ path, kind: "directory", modifiedNs: 0n }) as const),
    ...files.map((file) => ({ ...file, kind: "regular", modifiedNs: 0n }) as const),
  ]);
}

/** All that a path is in: of `a/b/c` both `a` and `a/b`. */
function foldersOf(path: string): readonly string[] {
  const names = path.split("/");
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join("/"));
}

/** What a directory's walk finds has no hard links: each name is a file of its own. */
function inFolder(folder: string, entry: LayerEntry): LayerEntry {
  return { ...entry, path: `${folder}/${entry.path}` };
}
