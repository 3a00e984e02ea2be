/**
 * `npm run build`: the program as it is published, into `dist`. `bin/noos` starts it from there as
 * long as no source is newer. With `--if-stale`, it is built only where that is not so.
 */
import {
  globSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type BuiltFile, bundleFiles } from "#tools/bundle";
import { runtimeFile, runtimeSources } from "#tools/script";
import { formatSeconds, projectFolder } from "./command.ts";

export const distFolder: string = join(projectFolder, "dist");

/** What the command line starts with. It bears the time at which the build began. */
const firstFile = "app/cli/mod.js";

/** What makes `dist` stale when it is newer. `bin/noos` looks at the same. */
const sources = ["src", "src/**", "tools/bundle", "tools/bundle/**", "package.json"];
const allSources = [...sources, ...runtimeSources];

/** Makes sure that `bin/noos` starts the bundle, which is that of the sources as they are. */
export async function ensureBuilt(): Promise<void> {
  if (!isFresh()) await buildInto(distFolder);
}

function isFresh(): boolean {
  const built = statSync(join(distFolder, firstFile), { throwIfNoEntry: false });
  if (built === undefined) return false;
  return globSync(allSources, { cwd: projectFolder }).every(
    (path) => statSync(join(projectFolder, path)).mtimeMs <= built.mtimeMs,
  );
}

/** Writes what is published into `folder`, and removes what else is there. */
export async function buildInto(folder: string): Promise<void> {
  const startedAt = new Date();
  const files = [...(await bundleFiles()), await runtimeFile()];
  // The first file comes last, so that whoever starts it finds what it loads.
  const inOrder = files.toSorted((a, b) => Number(isFirst(a)) - Number(isFirst(b)));
  for (const file of inOrder) write(folder, file);
  utimesSync(join(folder, firstFile), startedAt, startedAt);
  const needed = new Set(files.map(({ path }) => path));
  for (const path of globSync("**", { cwd: folder })) {
    const isFile = statSync(join(folder, path)).isFile();
    if (isFile && !needed.has(path)) rmSync(join(folder, path));
  }
}

function isFirst({ path }: BuiltFile): boolean {
  return path === firstFile;
}

/** Whole or not at all: somebody may be about to start it. */
function write(folder: string, { path, content }: BuiltFile): void {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(`${target}.new`, content);
  renameSync(`${target}.new`, target);
}

if (import.meta.main) {
  const startedAt = performance.now();
  if (process.argv.includes("--if-stale")) await ensureBuilt();
  else {
    await buildInto(distFolder);
    console.log(`built dist in ${formatSeconds(performance.now() - startedAt)}`);
  }
}
