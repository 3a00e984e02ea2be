import { existsSync } from "node:fs";
import { basename, dirname, extname, relative, resolve, sep } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { InputOptions, OutputChunk, Plugin, RolldownError } from "rolldown";
import { keepLines } from "./keep-lines.ts";
import { isForeign, unavailableHint } from "./unavailable.ts";
import { type Mistake, placeOfText, unsound } from "./unsound.ts";

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

const codeEndings = /\.(?:[cm]?[jt]sx?|json)$/;

/**
 * Bundles a program with all it imports, and notes in `sources` the absolute paths of what it is
 * made of. Throws `SCRIPT_UNSOUND`, which names what and where.
 */
export async function bundle(path: string, sources: Set<string>): Promise<Bundle> {
  const entry = resolve(path);
  const folder = dirname(entry);
  const { build } = await import("rolldown");
  const mistakes: Mistake[] = [];
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
      plugins: [refuseWhatIsNotThere(mistakes), noteFiles(sources), keepLines()],
      onLog: (_level, log) => {
        if (log.code !== "UNRESOLVED_IMPORT") return;
        mistakes.push(unresolved(log.exporter ?? "something", log.id));
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
    if (!output[0].exports.includes("default")) mistakes.push(nothingExported);
    if (mistakes.length === 0) return bundleOf(output[0]);
  } catch (error) {
    const { errors = [] } = error as { readonly errors?: readonly RolldownError[] };
    mistakes.push(...errors.map((one) => mistakeOf(one, entry)));
    if (mistakes.length === 0) throw error;
  }
  throw unsound(path, mistakes);
}

function bundleOf(chunk: OutputChunk): Bundle {
  const map = chunk.map === null ? "{}" : JSON.stringify({ ...chunk.map, file: "app.js" });
  return {
    code: chunk.code.replace(/\n\/\/# sourceMappingURL=.*\n*$/, "\n"),
    map,
  };
}

const nothingExported: Mistake = {
  what: "it has no default export",
  hint: "export default { fetch(request) { return new Response(); } }, for example",
};

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
function refuseWhatIsNotThere(mistakes: Mistake[]): Plugin {
  const refuse = (specifier: string, importer: string | undefined, hint: string) => {
    const place = importer === undefined ? undefined : placeOfText(importer, specifier);
    mistakes.push({ what: `"${specifier}" is not there for scripts`, place, hint });
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

function unresolved(specifier: string, importer: string | undefined): Mistake {
  const isPackage = /^[@\w]/.test(specifier);
  return {
    what: `there is no "${specifier}"`,
    place: importer === undefined ? undefined : placeOfText(importer, specifier),
    hint: isPackage ? `npm install ${packageOf(specifier)}` : "look at the path it is imported by",
  };
}

function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

/** An error of the bundler's in our words. */
function mistakeOf(error: RolldownError, entry: string): Mistake {
  if (error.code === "UNRESOLVED_ENTRY") {
    return { what: "there is no such file", hint: "look at the path" };
  }
  if (error.code === "UNRESOLVED_IMPORT") {
    return unresolved(error.exporter ?? "something", error.id);
  }
  const file = error.loc?.file ?? error.id ?? fileNamedIn(error.message, dirname(entry));
  const place = error.loc && file ? { ...error.loc, file } : undefined;
  const module = error.code === "MISSING_EXPORT" ? error.exporter : file;
  return { what: plain(error.message), place, hint: hintOf(module ?? entry, file ?? entry) };
}

/** Of JSON that is not sound only the picture in the message says where it is. */
function fileNamedIn(message: string, folder: string): string | undefined {
  const [, name] = /\[ (.+):\d+:\d+ \]/.exec(stripVTControlCharacters(message)) ?? [];
  const file = name === undefined ? undefined : resolve(folder, name);
  return file !== undefined && existsSync(file) ? file : undefined;
}

/** What is wrong with a module at `file`, which may be that it is none. */
function hintOf(module: string, file: string): string {
  const isCode = codeEndings.test(module) || extname(module) in moduleTypes;
  if (!isCode) return "text is imported from files whose names end with .txt, bytes from .bin";
  return `look at ${relative(process.cwd(), file) || basename(file)}`;
}

/** The first line of a message, without its colours and its code. */
function plain(message: string): string {
  const text = stripVTControlCharacters(message).replace(/^\[\w+\]\s*/, "");
  return (text.split("\n")[0] ?? text).trim();
}
