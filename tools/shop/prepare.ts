import { copyFileSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { obtain, programs } from "#test/programs";
import { getToolchain } from "#tools/toolchain";
import { leaveOut } from "./leave-out.ts";

export interface PreparedShop {
  /** What to deploy: the example's folder, or a manifest of what of it can run here. */
  readonly target: string;
  /** Why specs are left out, by their names. */
  readonly missing: ReadonlyMap<string, string>;
}

const projectFolder = resolve(import.meta.dirname, "..", "..");
const shop = "examples/shop";

/** Specs whose program is somebody else's, and the recipe that it is had by. */
const foreign: readonly (readonly [spec: string, recipe: string])[] = [
  ["till", "python"],
  ["menu", "lua"],
];

/** What the window listens on. */
const port = 7077;

/**
 * Puts into the images what is not committed. With `fetch`, what the machine lacks is got first;
 * that takes a minute at most for CPython, some more where compilers are installed for Lua.
 */
export async function prepareShop(options: { readonly fetch: boolean }): Promise<PreparedShop> {
  const recipes = foreign.flatMap(([, name]) => programs.filter((recipe) => recipe.name === name));
  if (options.fetch) await getToolchain(recipes.flatMap(({ needs }) => needs));
  const missing = new Map<string, string>();
  for (const [spec, name] of foreign) {
    const why = await place(name, spec);
    if (why !== undefined) missing.set(spec, why);
  }
  if (!(await isFree(port))) missing.set("window", `port ${port} is taken`);
  if (missing.size === 0) return { target: shop, missing };

  const text = readFileSync(join(projectFolder, shop, "noos.yaml"), "utf8");
  const target = join(shop, "noos.without.yaml");
  writeFileSync(join(projectFolder, target), leaveOut(text, new Set(missing.keys())));
  return { target, missing };
}

/** Copies a program into an image; or answers why it cannot be had. */
async function place(recipeName: string, spec: string): Promise<string | undefined> {
  const recipe = programs.find(({ name }) => name === recipeName);
  if (recipe === undefined) throw new Error(`there is no recipe "${recipeName}"`);
  const obtained = await obtain(recipe).catch((error: unknown) => ({ missing: String(error) }));
  if ("missing" in obtained) return obtained.missing;
  const target = join(projectFolder, shop, spec, "program.wasm");
  const there = statSync(target, { throwIfNoEntry: false });
  const wanted = statSync(obtained.file);
  if (there?.size === wanted.size && there.mtimeMs >= wanted.mtimeMs) return undefined;
  // Whole or not at all: somebody may be deploying it.
  copyFileSync(obtained.file, `${target}.new`);
  renameSync(`${target}.new`, target);
  return undefined;
}

function isFree(candidate: number): Promise<boolean> {
  const { promise, resolve: settle } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once("error", () => settle(false));
  server.listen(candidate, "127.0.0.1", () => server.close(() => settle(true)));
  return promise;
}
