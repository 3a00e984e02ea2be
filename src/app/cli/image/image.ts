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
const imageBytesMax = 2 ** 30;

const programName = "program.wasm";
const rootFolder = "root";
const layerFolder = "layers";
const layerName = /\.tar(?:\.gz|\.zst)?$/;

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

function readProgram(tree: ImageTree, path: string): Pick<Image, "name" | "program"> {
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
  const inOrder = packed
    .filter(({ path }) => layerName.test(path) && !path.includes("/"))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const entry of inOrder) {
    const name = `${layerFolder}/${entry.path}`;
    if (entry.kind !== "regular") throw malformed(name, "is no file");
    layers.push(await unpack(name, entry.bytes, allowance));
  }
  return layers;
}
