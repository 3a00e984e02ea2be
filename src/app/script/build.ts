import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, join, resolve } from "node:path";
import { PlatformError } from "#core/sys";
import { type Bundle, bundle } from "./bundle.ts";
import { ScriptEngine } from "./engine.ts";
import { readRuntime } from "./runtime.ts";
import { ScriptUnsound, type SourcePlace, unsound } from "./unsound.ts";

/** A program in TypeScript or JavaScript, as an image. */
export interface ScriptImage {
  /** By their paths in the image, in their order. */
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  /** The same for the same content: `sha256:` and 64 digits. */
  readonly digest: string;
  /** What it was made of: a change of any makes another image. */
  readonly sources: readonly string[];
}

/** What a program is built for. */
export interface BuildOptions {
  /**
   * Whoever asks is answered with what a handler threw, or why the program could not begin: for
   * somebody at work on it. Nobody else is to see that.
   */
  readonly tellsErrors?: boolean;
}

const encoder = new TextEncoder();

/**
 * Bundles and compiles a program. Throws a `ScriptUnsound` for one that cannot be, with the place
 * in its source, and `RUNTIME_MISSING`.
 */
export async function buildScript(
  path: string,
  { tellsErrors = false }: BuildOptions = {},
): Promise<ScriptImage> {
  const runtime = readRuntime();
  const sources = new Set<string>([resolve(path)]);
  try {
    const made = await imageFiles(runtime, path, sources);
    const files = tellsErrors ? [...made, errorsTold] : made;
    return { files, digest: digestOf(files), sources: [...sources] };
  } catch (error) {
    throw error instanceof PlatformError ? new ScriptUnsound(error, [...sources]) : error;
  }
}

/** The runtime looks whether it is there. */
const errorsTold = { path: "root/app.tells-errors", bytes: encoder.encode("yes\n") };

/** Notes in `sources` what it was made of, also where nothing came of it. */
async function imageFiles(
  runtime: Uint8Array,
  path: string,
  sources: Set<string>,
): Promise<ScriptImage["files"]> {
  const { code, map } = await bundle(path, sources);
  return [
    { path: "program.wasm", bytes: runtime },
    { path: "root/app.bytecode", bytes: compile(runtime, { code, map }, path) },
    { path: "root/app.js", bytes: encoder.encode(code) },
    { path: "root/app.js.map", bytes: encoder.encode(map) },
  ];
}

/** Writes an image into a folder, which is made. */
export function writeScriptImage({ files }: Pick<ScriptImage, "files">, folder: string): void {
  for (const { path, bytes } of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
  }
}

function compile(runtime: Uint8Array, { code, map }: Bundle, entry: string): Uint8Array {
  // The runtime's memory is that of a process before it begins, engine and prelude set up.
  const compiled = new ScriptEngine(runtime).compile(code, "module");
  if (typeof compiled !== "string") return compiled;
  const [what = "it cannot be compiled", frame = ""] = compiled.split("\n");
  const hint = "write it with older syntax; see docs/manual/script.md";
  throw unsound(entry, [{ what, place: sourceOf(frame, map, entry), hint }]);
}

/** The place in the sources of a frame of the engine's; not all of its errors have one. */
function sourceOf(frame: string, map: string, entry: string): SourcePlace | undefined {
  const [, row, column] = /:(\d+):(\d+)\)?$/.exec(frame) ?? [];
  if (row === undefined) return undefined;
  const found = new SourceMap(JSON.parse(map)).findEntry(Number(row) - 1, Number(column) - 1);
  if (!("originalSource" in found)) return undefined;
  const { originalSource, originalLine, originalColumn } = found;
  const file = resolve(dirname(entry), originalSource);
  return { file, line: originalLine + 1, column: originalColumn };
}

function digestOf(files: ScriptImage["files"]): string {
  const hash = createHash("sha256");
  for (const { path, bytes } of files) hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  return `sha256:${hash.digest("hex")}`;
}
