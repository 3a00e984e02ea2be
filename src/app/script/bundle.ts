import { basename, dirname, relative, resolve, sep } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { InputOptions, OutputChunk, Plugin, RolldownError } from "rolldown";
import { keepLines } from "./keep-lines.ts";
import { isForeign, unavailableHint } from "./unavailable.ts";
import { placeOfText, type SourcePlace, unsound } from "./unsound.ts";

/** A program in one file, and how to find its sources in it. */
export interface Bundle {
  readonly code: string;
  /** A source map, version 3; its sources are relative to the folder of the program. */
  readonly map: string;
}

/** Those that packages of npm know a runtime without Node and without a page by. */
const conditions = ["noos", "workerd", "worker", "browser", "import", "module", "default"];

/** Files that are imported as text, and those imported as bytes. */
const moduleTypes: NonNullable<InputOptions["moduleTypes"]> = {
  ".bin": "binary",
  ".css": "text",
  ".html": "text",
  ".md": "text",
  ".sql": "text",
  ".svg": "text",
  ".txt": "text",
};

/**
 * Bundles a program with all it imports, and notes in `sources` the absolute paths of what it is
 * made of. Throws `SCRIPT_UNSOUND`, which names what and where.
 */
export async function bundle(path: string, sources: Set<string>): Promise<Bundle> {
  const entry = resolve(path);
  const folder = dirname(entry);
  const { build } = await import("rolldown");
  const refusals: Error[] = [];
  try {
    const { output } = await build({
      cwd: folder,
      input: entry,
      platform: "neutral",
      tsconfig: false,
      resolve: {
        conditionNames: conditions,
        mainFields: ["browser", "module", "main"],
        // What packages without conditions say by the field `browser`: this in place of that.
        aliasFields: [["browser"]],
      },
      moduleTypes,
      transform: { define: { "process.env.NODE_ENV": '"production"' } },
      plugins: [refuseWhatIsNotThere(path, refusals), noteFiles(sources), keepLines()],
      onLog: (_level, log) => {
        if (log.code !== "UNRESOLVED_IMPORT") return;
        refusals.push(unresolved(path, log.exporter ?? "something", log.id));
      },
      write: false,
      output: {
        dir: folder,
        format: "esm",
        entryFileNames: "app.js",
        codeSplitting: false,
        sourcemap: true,
        sourcemapExcludeSources: true,
        comments: { legal: false, annotation: false, jsdoc: false },
        sourcemapPathTransform: (source) => source.split(sep).join("/"),
      },
    });
    if (refusals[0] !== undefined) throw refusals[0];
    if (!output[0].exports.includes("default")) throw nothingExported(path);
    return bundleOf(output[0]);
  } catch (error) {
    throw refusals[0] ?? explained(path, error);
  }
}

function bundleOf(chunk: OutputChunk): Bundle {
  const map = chunk.map === null ? "{}" : JSON.stringify({ ...chunk.map, file: "app.js" });
  return {
    code: chunk.code.replace(/\n\/\/# sourceMappingURL=.*\n*$/, "\n"),
    map,
  };
}

function nothingExported(entry: string): Error {
  const hint = "export default { fetch(request) { return new Response(); } }, for example";
  return unsound("it has no default export", { entry, hint });
}

/** Also those of which nothing is left in the end, and those that cannot be read as code. */
function noteFiles(sources: Set<string>): Plugin {
  return {
    name: "note-files",
    load: (id) => {
      if (!id.startsWith("\0")) sources.add(id);
    },
  };
}

/** Modules of Node's, of other runtimes and of no code, unless something else bears the name. */
function refuseWhatIsNotThere(entry: string, refusals: Error[]): Plugin {
  const refuse = (specifier: string, importer: string | undefined, hint: string) => {
    const place = importer === undefined ? undefined : placeOfText(importer, specifier);
    refusals.push(unsound(`"${specifier}" is not there for scripts`, { entry, place, hint }));
    return { id: specifier, external: true };
  };
  return {
    name: "refuse-what-is-not-there",
    resolveId: {
      order: "pre",
      async handler(specifier, importer, options) {
        const hint = importer === undefined ? undefined : unavailableHint(specifier);
        if (hint === undefined) return undefined;
        const found = await this.resolve(specifier, importer, { ...options, skipSelf: true });
        const isThere = found !== null && !found.external;
        return isThere && !isForeign(found.id) ? found : refuse(specifier, importer, hint);
      },
    },
  };
}

function unresolved(entry: string, specifier: string, importer: string | undefined): Error {
  const isPackage = /^[@\w]/.test(specifier);
  return unsound(`there is no "${specifier}"`, {
    entry,
    place: importer === undefined ? undefined : placeOfText(importer, specifier),
    hint: isPackage ? `npm install ${packageOf(specifier)}` : "look at the path it is imported by",
  });
}

function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

/** The bundler's first error in our words. */
function explained(entry: string, error: unknown): unknown {
  const [first] = (error as { readonly errors?: readonly RolldownError[] }).errors ?? [];
  if (first === undefined) return error;
  if (first.code === "UNRESOLVED_ENTRY") {
    return unsound("there is no such file", { entry, hint: "look at the path" });
  }
  if (first.code === "UNRESOLVED_IMPORT") {
    return unresolved(entry, first.exporter ?? "something", first.id);
  }
  const what = plain(first.message);
  return unsound(what, { entry, place: placeOf(first), hint: hintOf(first, entry) });
}

function hintOf({ id }: RolldownError, entry: string): string {
  return `look at ${id === undefined ? entry : relative(process.cwd(), id) || basename(id)}`;
}

function placeOf({ loc, id }: RolldownError): SourcePlace | undefined {
  const file = loc?.file ?? id;
  if (loc === undefined || file === undefined) return undefined;
  return { file, line: loc.line, column: loc.column };
}

/** The first line of a message, without its colours and its code. */
function plain(message: string): string {
  const text = stripVTControlCharacters(message).replace(/^\[\w+\]\s*/, "");
  return (text.split("\n")[0] ?? text).trim();
}
