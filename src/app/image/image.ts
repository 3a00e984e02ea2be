import { readFileSync, statSync } from "node:fs";
import type { Attachment } from "#core/journal/format";
import type { LayerEntry } from "#core/vfs/layer";
import type { RootMaker } from "#core/system";
import { Allowance } from "./allowance.ts";
import { ArchiveTree, unpack } from "./archive-tree.ts";
import { malformed } from "./failure.ts";
import { FolderTree } from "./folder-tree.ts";
import type { ImageTree } from "./image-tree.ts";
import { encodeLayer } from "./layer-codec.ts";
import { imageRoot } from "./root.ts";

/** A program with the root that its image makes for it. */
export interface Image {
  readonly program: Uint8Array;
  /** What the program is called in the image. */
  readonly name: string;
  readonly root: RootMaker;
  /** The program and the layers, for a recording to hold. */
  attachments(): readonly Attachment[];
}

/** What an image may bring, unpacked: it lies in memory while its program runs. */
export const imageBytesMax: number = 2 ** 30;

const programName = "program.wasm";
export const rootFolder = "root";
export const layerFolder = "layers";
const layerName = /\.(?:tar|tar\.gz|tgz|tar\.zst)$/;

/** Reads an image: a directory, or a tar of one. Throws `IMAGE_MALFORMED`, `IMAGE_TOO_LARGE`. */
export async function readImage(path: string): Promise<Image> {
  const allowance = new Allowance(path, imageBytesMax);
  const tree = await openTree(path, allowance);
  const { name, program } = readProgram(tree, path);
  const layers = await readLayers(tree, allowance);
  return {
    program,
    name,
    root: imageRoot(layers),
    attachments: () => [
      { name: "program", bytes: program },
      ...layers.map((layer, index) => ({ name: `layer ${index}`, bytes: encodeLayer(layer) })),
    ],
  };
}

async function openTree(path: string, allowance: Allowance): Promise<ImageTree> {
  const stat = statSync(path);
  if (stat.isDirectory()) return new FolderTree(path, allowance);
  if (stat.size > imageBytesMax) allowance.take(stat.size);
  return new ArchiveTree(await unpack(path, readFileSync(path), allowance));
}

/** The one file at the top that is the program. Throws `IMAGE_MALFORMED` where none is. */
export function readProgram(tree: ImageTree, path: string): Pick<Image, "name" | "program"> {
  const candidates = tree.names().filter((name) => name.endsWith(".wasm"));
  const name = candidates.includes(programName) ? programName : candidates[0];
  if (name === undefined) throw malformed(path, `holds no ${programName}`);
  if (name !== programName && candidates.length > 1) {
    throw malformed(path, `holds ${candidates.length} programs, none of them ${programName}`);
  }
  const program = tree.file(name);
  if (program === undefined) throw malformed(`${path}/${name}`, "is no file");
  return { name, program };
}

/** The lowest first: the folder, then the packed layers in the order of their names. */
async function readLayers(
  tree: ImageTree,
  allowance: Allowance,
): Promise<readonly (readonly LayerEntry[])[]> {
  const names = tree.names();
  const layers = names.includes(rootFolder) ? [tree.below(rootFolder)] : [];
  const packed = names.includes(layerFolder) ? tree.below(layerFolder) : [];
  const inOrder = packed.filter(isMeant).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const entry of inOrder) {
    const name = `${layerFolder}/${entry.path}`;
    if (entry.kind !== "regular") throw malformed(name, "is no file");
    // Passed over, its files would be missing for no reason that anybody could see.
    if (!layerName.test(name)) throw malformed(name, "is not named .tar, .tar.gz or .tar.zst");
    layers.push(await unpack(name, entry.bytes, allowance));
  }
  return layers;
}

/** Whether somebody put it among the layers: not what systems leave in any folder. */
function isMeant({ path }: LayerEntry): boolean {
  const name = path.replace(/\/$/, "");
  return name !== "" && !name.startsWith(".") && !name.includes("/");
}
