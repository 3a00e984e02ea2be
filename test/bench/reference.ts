import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { giveUp } from "./fresh-process.ts";

/** A folder that is gone when this process ends. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "noos-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts commands from a small static C program, so that starting them costs what it must. */
export class Spawner {
  readonly #program: string;

  constructor() {
    this.#program = join(scratchFolder(), "spawn");
    const source = join(import.meta.dirname, "reference", "spawn.c");
    try {
      execFileSync("cc", ["-O2", "-static", "-o", this.#program, source], { stdio: "pipe" });
    } catch (error) {
      giveUp(`no C compiler for the reference (apt-get install gcc libc6-dev)\n${String(error)}`);
    }
  }

  /** Nanoseconds from posix_spawn to the end of the wait; without a command, of nothing at all. */
  timeNs(
    count: number,
    command: readonly string[] = [],
    env: NodeJS.ProcessEnv = process.env,
  ): number {
    const printed = execFileSync(this.#program, [String(count), ...command], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
      env,
    });
    return Number(printed);
  }
}
