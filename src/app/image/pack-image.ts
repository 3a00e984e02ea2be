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

/** What a directory's walk finds has no hard links: each name is a file of its own. */
function inFolder(folder: string, entry: LayerEntry): LayerEntry {
  return { ...entry, path: `${folder}/${entry.path}` };
}
