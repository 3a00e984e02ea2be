import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { toolchainFolder, whyMissing } from "#tools/toolchain";
import type { Recipe, Workplace } from "./recipe.ts";

const execute = promisify(execFile);
const commandTimeLimitMs = 240_000;

/** A program's module, or why it cannot be had on this machine. */
export type Obtained = { readonly file: string } | { readonly missing: string };

/** Answers a module made earlier from the same recipe and sources, or makes it. */
export async function obtain(recipe: Recipe): Promise<Obtained> {
  const missing = whyMissing(recipe.needs);
  if (missing !== undefined) return { missing };
  const sources = join(import.meta.dirname, recipe.name);
  const folder = join(toolchainFolder, "programs");
  const file = join(folder, `${recipe.name}-${await digestOf(recipe, sources)}.wasm`);
  if (existsSync(file)) return { file };
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(join(folder, `${recipe.name}-`));
  try {
    const made = await recipe.make({ sources, scratch, run: runIn(scratch) });
    // Another test may be making the same: what is under the final name is always whole.
    const copy = join(scratch, "whole.wasm");
    await copyFile(made, copy);
    await rename(copy, file);
    return { file };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Makes the module of a recipe ahead of its tests: compilers would take the processor away from
 * tests that watch the clock. Answers a line on what was done; undefined if that was nothing.
 */
export async function makeAhead(recipe: Recipe): Promise<string | undefined> {
  const startedAt = performance.now();
  try {
    const obtained = await obtain(recipe);
    const seconds = (performance.now() - startedAt) / 1000;
    if ("missing" in obtained || seconds < 1) return undefined;
    return `made ${recipe.about} in ${seconds.toFixed(1)} s`;
  } catch (error) {
    return `cannot make ${recipe.about}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function runIn(scratch: string): Workplace["run"] {
  return async ([program, ...args], env = {}) => {
    const options = { cwd: scratch, env: { ...process.env, ...env }, timeout: commandTimeLimitMs };
    await execute(program, args, { ...options, maxBuffer: 1 << 26 }).catch((error: unknown) => {
      const printed = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
      throw new Error(`${program} ${args.join(" ")} failed\n${printed}`, { cause: error });
    });
  };
}

/** Changes with the recipe's text and with each of its inputs. */
async function digestOf({ inputs }: Recipe, sources: string): Promise<string> {
  const own = inputs === "" ? [] : globSync(join(sources, inputs)).sort();
  const hash = createHash("sha256");
  for (const path of [`${sources}.ts`, ...own]) hash.update(await readFile(path));
  return hash.digest("hex").slice(0, 16);
}
