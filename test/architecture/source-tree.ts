/**
 * The project's own text files, as a list that rules can judge. Rules see nothing but this list,
 * so a test can hand them a made-up tree.
 */
import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";

export type Source = {
  /** From the project's folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
};

const projectFolder = resolve(import.meta.dirname, "..", "..");

/** Folders that hold what others made: dependencies, built guests, what tests leave behind. */
const foreignFolders = new Set(["node_modules", "built", "dist", "coverage", "fixtures"]);

const textExtensions = new Set(
  ".ts .md .json .jsonc .sh .c .h .cc .rs .go .py .wat .js .mjs .yaml .yml .toml .lua".split(" "),
);

export function readSourceTree(): readonly Source[] {
  return listFiles(projectFolder)
    .map((path) => relative(projectFolder, path).replaceAll("\\", "/"))
    .filter(isText)
    .map((path) => ({ path, text: readFileSync(join(projectFolder, path), "utf8") }));
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isForeign(entry.name) ? [] : listFiles(path);
    return entry.isFile() ? [path] : [];
  });
}

function isForeign(name: string): boolean {
  return foreignFolders.has(name) || (name.startsWith(".") && name !== ".ci");
}

function isText(path: string): boolean {
  if (path === "package-lock.json") return false;
  const isScript = path.startsWith("bin/") || path.startsWith(".ci/");
  return isScript || textExtensions.has(extname(path));
}

/** A file of TypeScript that runs: `.d.ts` files describe, those of `sdk` are AssemblyScript. */
export function isModule({ path }: Source): boolean {
  return path.endsWith(".ts") && !path.endsWith(".d.ts") && !isInside(path, ["guests/sdk"]);
}

export function isTest({ path }: Source): boolean {
  return path.endsWith(".test.ts");
}

export function isDoor({ path }: Source): boolean {
  return basename(path) === "mod.ts";
}

/** "core/vfs" for "src/core/vfs/path.ts"; undefined outside `src`. */
export function sourceFolder({ path }: Source): string | undefined {
  return path.startsWith("src/") ? dirname(path).slice("src/".length) : undefined;
}

export function isInside(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}
