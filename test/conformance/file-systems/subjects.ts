import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DirectoryGrant, openNodeDirectory } from "#adapters/node/directory";
import { simulatedHost } from "#adapters/sim";
import { type Directory, mountAt, Quota } from "#core/vfs";
import { layerTree } from "#core/vfs/layer";
import { MemoryTree } from "#core/vfs/memory";
import { outsideDirectory } from "#core/vfs/outside";
import { Overlay } from "#core/vfs/overlay";
import { seedDirectory, seedEntries, seedFolder } from "./seed.ts";

/** A file system as a suite finds it. */
export interface Ground {
  readonly root: Directory;
  /** Gives back what it took, and checks that nothing was left open where that can be told. */
  readonly release: () => void;
}

/** A file system that the suite is run on. */
export interface Subject {
  readonly name: string;
  readonly isReadOnly: boolean;
  readonly make: () => Ground;
  /** By a case's name, why it cannot be true here. */
  readonly skips: Readonly<Record<string, string>>;
}

const limitBytes = 64 * 1024 * 1024;

/** A tree in memory whose clock goes on by a millisecond at each look. */
function newMemory(device = 1n, limit: number = limitBytes): MemoryTree {
  let timeNs = 1_700_000_000_000_000_000n;
  const now = (): bigint => (timeNs += 1_000_000n);
  return new MemoryTree({ quota: new Quota(limit), now, device });
}

function memory(): Ground {
  const tree = newMemory();
  seedDirectory(tree.root);
  return {
    root: tree.root,
    release: () => {
      if (tree.heldCount > 0) throw new Error(`${tree.heldCount} are still open`);
    },
  };
}

function overlay(lowers: readonly Directory[]): Ground {
  const tree = newMemory();
  const { root } = new Overlay({ lowers, upper: tree });
  if (lowers.length === 0) seedDirectory(root);
  return { root, release: () => undefined };
}

/** Half of it in one layer, half in the other, with something hidden in between. */
function overTwoLayers(): Ground {
  const entries = seedEntries();
  const below = [
    ...entries.filter((_, index) => index % 2 === 0),
    { path: "file", kind: "directory", modifiedNs: 0n } as const,
    { path: "dir/sub/deep", kind: "symlink", target: "elsewhere", modifiedNs: 0n } as const,
  ].toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const files = below.filter(({ path, kind }) => path !== "file" || kind === "directory");
  return overlay([layerTree([entries], 2n), layerTree([files], 3n)]);
}

function mounted(): Ground {
  const ground = memory();
  return { ...ground, root: mountAt(ground.root, [{ path: "/", directory: ground.root }]) };
}

function onDisk(grant: DirectoryGrant): Ground {
  const folder = mkdtempSync(join(tmpdir(), "noos-file-systems-"));
  seedFolder(folder);
  const port = openNodeDirectory(folder, grant);
  return {
    root: outsideDirectory(port),
    release: () => {
      port.closeAll();
      rmSync(folder, { recursive: true });
    },
  };
}

function simulated(): Ground {
  const port = simulatedHost({ seed: 1 }).directory({}, { bytesMax: limitBytes });
  const root = outsideDirectory(port);
  seedDirectory(root);
  return {
    root,
    release: () => {
      if (port.openCount > 0) throw new Error(`${port.openCount} handles are still open`);
      port.closeAll();
    },
  };
}

const directoryOfLayer =
  "a directory that a lower one shows through cannot be renamed, as on overlayfs";

const movedByPath = "without /proc/self/fd a directory is lost to who has it open when it is moved";

export const subjects: readonly Subject[] = [
  { name: "memory", isReadOnly: false, make: memory, skips: {} },
  { name: "overlay over nothing", isReadOnly: false, make: () => overlay([]), skips: {} },
  {
    name: "overlay over a layer",
    isReadOnly: false,
    make: () => overlay([layerTree([seedEntries()], 2n)]),
    skips: { "renames a directory with all that is in it": directoryOfLayer },
  },
  {
    name: "overlay over two layers",
    isReadOnly: false,
    make: overTwoLayers,
    skips: { "renames a directory with all that is in it": directoryOfLayer },
  },
  { name: "memory behind a mount", isReadOnly: false, make: mounted, skips: {} },
  {
    name: "outside directory",
    isReadOnly: false,
    make: () => onDisk({ readOnly: false }),
    skips: {},
  },
  {
    name: "outside directory addressed by path",
    isReadOnly: false,
    make: () => onDisk({ readOnly: false, addressing: "path" }),
    skips: {
      "a directory that is moved elsewhere while it is open still confines": movedByPath,
      "moves a new directory, which stays open where it is": movedByPath,
      "a removed directory that is still open is empty and stays so": movedByPath,
    },
  },
  { name: "simulated directory", isReadOnly: false, make: simulated, skips: {} },
  {
    name: "layer",
    isReadOnly: true,
    make: () => ({
      root: layerTree([seedEntries()], 2n),
      release: () => undefined,
    }),
    skips: {},
  },
  {
    name: "read-only outside directory",
    isReadOnly: true,
    make: () => onDisk({ readOnly: true }),
    skips: {},
  },
];
