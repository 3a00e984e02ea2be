import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimulatedDisk } from "#adapters/sim/store";
import { openStore } from "#adapters/sqlite";
import type { Store } from "#pool/host";

/** A place where one store lies, and what a test does to it. */
export interface Ground {
  /** The store as it lies there; the one before was closed. */
  open(): Store;
  /** The same on a disk that has hardly any room left. */
  openFull(): Store;
  release(): void;
}

export interface Subject {
  readonly name: string;
  make(): Ground;
}

function sqliteGround(): Ground {
  const folder = mkdtempSync(join(tmpdir(), "noos-store-"));
  const path = join(folder, "state.db");
  return {
    open: () => openStore(path),
    // SQLite answers as it does on a full disk where its file may not grow.
    openFull: () => openStore(path, { bytesMax: 1 }),
    release: () => rmSync(folder, { recursive: true }),
  };
}

function simulatedGround(): Ground {
  const disk = new SimulatedDisk();
  const open = (isFull: boolean): Store => {
    disk.isFull = isFull;
    return disk.open();
  };
  return { open: () => open(false), openFull: () => open(true), release: () => undefined };
}

/** Every implementation of the port. */
export const subjects: readonly Subject[] = [
  { name: "sqlite", make: sqliteGround },
  { name: "sim", make: simulatedGround },
];
