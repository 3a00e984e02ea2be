import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Figure, isMet } from "./figure.ts";
import { availableParallelism, cpus, release, totalmem, type } from "node:os";

/** What became of one bench. */
export interface BenchOutcome {
  readonly name: string;
  readonly about: string;
  readonly figures: readonly Figure[];
  /** Why it could not be measured. */
  readonly missing?: string;
  readonly seconds: number;
}

const folder = join(import.meta.dirname, "results");

/** Keeps the figures for programs to read: below `results`, and in `file` if one is named. */
export function keepResults(outcomes: readonly BenchOutcome[], file: string | undefined): void {
  const measuredAt = new Date().toISOString();
  const benches = outcomes.map((outcome) => ({
    ...outcome,
    figures: outcome.figures.map((figure) => ({ ...figure, isMet: isMet(figure) })),
  }));
  const text = `${JSON.stringify({ machine: machineLine(), measuredAt, benches }, undefined, 2)}\n`;
  mkdirSync(folder, { recursive: true });
  const name = measuredAt.toLowerCase().replaceAll(/[:.]/gu, "-");
  writeFileSync(join(folder, `${name}.json`), text);
  writeFileSync(join(folder, "latest.json"), text);
  if (file !== undefined) writeFileSync(file, text);
}

/** What the figures were measured on, in one line. */
export function machineLine(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  const system = `${type()} ${release()} ${process.arch}, Node ${process.version}`;
  return `${model}, ${availableParallelism()} cores, ${memoryGib} GiB, ${system}`;
}
