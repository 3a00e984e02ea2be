import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { type Figure, isMet } from "#test/bench/statistics";

/** What became of one bench. */
export interface BenchOutcome {
  readonly name: string;
  readonly about: string;
  readonly figures: readonly Figure[];
  /** Why it could not be measured. */
  readonly missing?: string;
  readonly seconds: number;
}

const folder = join(import.meta.dirname, "..", "results");

/** Keeps the figures for programs to read: in `results`, and in `file` if one is named. */
export function keepResults(outcomes: readonly BenchOutcome[], file: string | undefined): void {
  const measuredAt = new Date().toISOString();
  const benches = outcomes.map((outcome) => ({
    ...outcome,
    figures: outcome.figures.map((figure) => ({ ...figure, isMet: isMet(figure) })),
  }));
  const text = `${JSON.stringify({ machine: machineLine(), measuredAt, benches }, undefined, 2)}\n`;
  mkdirSync(folder, { recursive: true });
  for (const target of [join(folder, "latest.json"), ...(file === undefined ? [] : [file])]) {
    writeFileSync(target, text);
  }
}

/** What the figures were measured on, in one line. */
export function machineLine(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  const system = `${type()} ${release()} ${process.arch}, Node ${process.version}`;
  return `${model}, ${availableParallelism()} cores, ${memoryGib} GiB, ${system}`;
}
