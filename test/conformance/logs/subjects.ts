import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimulatedLogDisk } from "#adapters/sim/store";
import { openLogs } from "#adapters/sqlite/log";
import type { Logs } from "#pool/host";

/** A place where logs lie, and what a test does to it. */
export interface LogGround {
  /** The logs as they lie there; those before were closed. */
  open(): Logs;
  /** The same on a disk that has hardly any room left. */
  openFull(): Logs;
  release(): void;
}

export interface LogSubject {
  readonly name: string;
  make(): LogGround;
}

function sqliteGround(): LogGround {
  const folder = mkdtempSync(join(tmpdir(), "noos-logs-"));
  const path = join(folder, "logs.db");
  return {
    open: () => openLogs(path),
    // SQLite answers as it does on a full disk where its file may not grow.
    openFull: () => openLogs(path, { bytesMax: 1 }),
    release: () => rmSync(folder, { recursive: true }),
  };
}

function simulatedGround(): LogGround {
  const disk = new SimulatedLogDisk({ isPrompt: true });
  const open = (isFull: boolean): Logs => {
    disk.isFull = isFull;
    return disk.open();
  };
  return { open: () => open(false), openFull: () => open(true), release: () => undefined };
}

/** Every implementation of the port. */
export const logSubjects: readonly LogSubject[] = [
  { name: "sqlite", make: sqliteGround },
  { name: "sim", make: simulatedGround },
];
