import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build, type OutputOptions, type Plugin, type RolldownOutput } from "rolldown";
import { callBuiltins } from "./builtins.ts";
import { type ProjectManifest, publishedManifest } from "./published-manifest.ts";

const projectFolder = resolve(import.meta.dirname, "..", "..");

/** One file of what is published. */
export interface BuiltFile {
  /** From the top of the package, with forward slashes. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** What is bundled together. Files of one bundle share what they have in common. */
interface Bundle {
  /** Doors, each of which becomes a file of the same place. */
  readonly doors: readonly string[];
  /** Where the files lie that are loaded by these. */
  readonly chunks: string;
  /** What the first door loads by `import()` in every run, and has in itself for that reason. */
  readonly atOnce?: readonly string[];
}

/**
 * The command line is a bundle by itself: its start may read one file, and not one for each set
 * of modules that it shares with others. What that costs is a second copy on the disk.
 */
const bundles: readonly Bundle[] = [
  {
    doors: ["app/cli"],
    chunks: "app/cli",
    atOnce: ["#app/cli/commands", "#app/cli/command", "./commands/run.ts", "#app/cli/run"],
  },
  {
    doors: [
      "app/embed",
      "app/client",
      "app/guest",
      "app/script",
      "app/cli/run-thread",
      "app/executor",
      "app/prepare-thread",
      "adapters/node/watchdog-thread",
    ],
    chunks: "app/shared",
  },
];

/** All files of the published package but its texts and its types. Throws for any warning. */
export async function bundleFiles(): Promise<readonly BuiltFile[]> {
  const text = readFileSync(join(projectFolder, "package.json"), "utf8");
  const manifest: ProjectManifest = JSON.parse(text);
  const outside = Object.keys(manifest.dependencies ?? {});
  const outputs = await Promise.all(bundles.map((bundle) => bundleOne(bundle, outside)));
  return [
    { path: "package.json", content: publishedManifest(manifest) },
    ...outputs.flatMap(({ output }) =>
      output.map((file) => ({
        path: file.fileName,
        content: file.type === "chunk" ? file.code : file.source,
      })),
    ),
  ];
}

function bundleOne(bundle: Bundle, outside: readonly string[]): Promise<RolldownOutput> {
  const input = bundle.doors.map((door) => [`${door}/mod`, `src/${door}/mod.ts`]);
  const isOutside = new RegExp(`^(?:node:|(?:${outside.join("|")})(?:/|$))`);
  return build({
    cwd: projectFolder,
    input: Object.fromEntries(input),
    platform: "node",
    tsconfig: false,
    external: isOutside,
    // Modules only define, but for the doors that are started: who takes one name of a door need
    // not load what its other names need.
    treeshake: { moduleSideEffects: false },
    plugins: [loadAtOnce(bundle), takeBuiltinsByCall],
    // What is loaded at once is still asked for by `import()`, for the sources' sake.
    checks: { ineffectiveDynamicImport: false },
    onLog: (level, log) => {
      throw new Error(`${level} of the bundler: ${log.message}`);
    },
    write: false,
    output: outputOf(bundle),
  });
}

function outputOf({ chunks, atOnce }: Bundle): OutputOptions {
  return {
    dir: "dist", // Written by others; the paths in source maps begin there.
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: `${chunks}/[name]-[hash].js`,
    sourcemap: true,
    comments: { legal: true, annotation: false, jsdoc: false },
    polyfillRequire: false,
    // What the first file loads lies in it, also where others use it too.
    codeSplitting:
      atOnce === undefined ? true : { groups: [{ name: "start", tags: ["$initial"] }] },
  };
}

/** Stands for `import` statements in the bundle's first door, on its first line. */
function loadAtOnce({ doors: [first], atOnce = [] }: Bundle): Plugin {
  const door = join(projectFolder, "src", `${first}`, "mod.ts");
  const imports = atOnce.map((path) => `import "${path}";`).join("");
  return {
    name: "load-at-once",
    transform: (code, id) => (id === door ? { code: imports + code, map: null } : undefined),
  };
}

/** Each line stays a line, so that the source map stays right. */
const takeBuiltinsByCall: Plugin = {
  name: "take-builtins-by-call",
  renderChunk: (code) => ({ code: callBuiltins(code), map: null }),
};
