import { copyFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { obtain, programs } from "#test/programs";
import { getToolchain, type NeedName } from "#tools/toolchain";
import { projectFolder } from "./prepared.ts";

/** Gets what the machine lacks: a minute at most for CPython, some more for compilers. */
export async function fetchFor(
  recipes: readonly string[],
  others: readonly NeedName[] = [],
): Promise<void> {
  const needs = programs.flatMap(({ name, needs }) => (recipes.includes(name) ? needs : []));
  await getToolchain([...needs, ...others]);
}

/** Puts a recipe's program into the image at `folder`; or answers why it cannot be had. */
export async function place(recipeName: string, folder: string): Promise<string | undefined> {
  const recipe = programs.find(({ name }) => name === recipeName);
  if (recipe === undefined) throw new Error(`there is no recipe "${recipeName}"`);
  const obtained = await obtain(recipe).catch((error: unknown) => ({ missing: String(error) }));
  if ("missing" in obtained) return obtained.missing;
  const target = join(projectFolder, folder, "program.wasm");
  const there = statSync(target, { throwIfNoEntry: false });
  const wanted = statSync(obtained.file);
  if (there?.size === wanted.size && there.mtimeMs >= wanted.mtimeMs) return undefined;
  // Whole or not at all: somebody may be deploying it.
  copyFileSync(obtained.file, `${target}.new`);
  renameSync(`${target}.new`, target);
  return undefined;
}
