import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimulatedLogDisk } from "#adapters/sim/store";
import { openLogs } from "#adapters/sqlite/log";
import type { SeededRandom } from "#core/base";
import type { Logs } from "#pool/host";

/** A disk that a queue's machine may leave at any moment. */
export interface QueueDisk {
  /** The logs as the next daemon finds them. */
  open(): Logs;
  /** Lets some of what was asked for happen. */
  settle(random: SeededRandom): void;
  /** Some of what is asked for from now on fails, or all is well again. */
  trouble(kind: "full" | "deaf" | "none"): void;
  /** The machine ends; who still waits for an answer gets none that counts. */
  crash(random: SeededRandom): void;
  release(): void;
}

/** Where some of what was asked for is durable, in order, when the machine ends. */
export function simulatedQueueDisk(): QueueDisk {
  const disk = new SimulatedLogDisk({ isPrompt: false });
  return {
    open: () => disk.open(),
    settle: (random) => disk.settle(1 + random.below(3), (logs) => random.below(logs)),
    crash: (random) =>
      disk.crash(random.below(disk.waitingParts + 2), (logs) => random.below(logs)),
    trouble: (kind) => {
      disk.isFull = kind === "full";
      disk.isDeaf = kind === "deaf";
    },
    release: () => undefined,
  };
}

/**
 * Files of SQLite as they are at this moment, which is what an OS process leaves that is killed;
 * the one that had them open goes on with its own, and nobody listens to it any more.
 */
export function sqliteQueueDisk(): QueueDisk {
  const folder = mkdtempSync(join(tmpdir(), "noos-queue-life-"));
  const opened: Logs[] = [];
  let life = 0;
  const pathOf = (number: number): string => join(folder, `${number}.db`);
  return {
    open: () => {
      const logs = openLogs(pathOf(life));
      opened.push(logs);
      return logs;
    },
    settle: () => undefined,
    trouble: () => undefined,
    crash: () => {
      for (const suffix of ["", "-wal"]) {
        if (!existsSync(pathOf(life) + suffix)) continue;
        copyFileSync(pathOf(life) + suffix, pathOf(life + 1) + suffix);
      }
      life += 1;
    },
    release: () => {
      for (const logs of opened) void logs.close();
      rmSync(folder, { recursive: true });
    },
  };
}
