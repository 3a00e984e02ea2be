import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Terminal } from "#app/cli/command";
import { frameOf } from "#app/script";
import { printable } from "#core/base";

/** So many mistakes are shown with their lines; of the rest it is said how many they are. */
const shownMost = 5;
const outputBytesMax = 4 * 1024 ** 2;

/** A mistake in types, as the compiler tells it. */
interface Mistake {
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  readonly what: string;
}

/** What the compiler says of a program, aside: a mistake in types keeps nothing from running. */
export class TypeCheck {
  readonly #terminal: Terminal;
  #running: AbortController | undefined = undefined;
  #shown = "";

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /**
   * Has the compiler look at the project in `folder`, in place of a look that goes on. Does nothing
   * where there is no `tsconfig.json`, or no compiler that the project has installed.
   */
  async check(folder: string): Promise<void> {
    this.#running?.abort();
    const compiler = compilerOf(folder);
    if (compiler === undefined) return;
    const running = new AbortController();
    this.#running = running;
    const told = await askCompiler(compiler, folder, running.signal);
    if (told === undefined || running.signal.aborted) return;
    this.#show(mistakesIn(told, folder));
  }

  close(): void {
    this.#running?.abort();
  }

  /** What is as it was is not said again. */
  #show(mistakes: readonly Mistake[]): void {
    const shown = mistakes.slice(0, shownMost).map(textOf);
    const others = mistakes.length - shown.length;
    if (others > 0) shown.push(`noos: and ${others} more mistakes in types\n`);
    const text = shown.join("");
    if (text === this.#shown) return;
    this.#shown = text;
    this.#terminal.err(text === "" ? "noos: types are mended\n" : text);
  }
}

/** The compiler that a project has installed: the one that its editor asks as well. */
function compilerOf(folder: string): string | undefined {
  if (!existsSync(join(folder, "tsconfig.json"))) return undefined;
  for (const place of projectFolders(folder)) {
    const compiler = join(place, "node_modules", "typescript", "bin", "tsc");
    if (existsSync(compiler)) return compiler;
  }
  return undefined;
}

/** The folder and those above it, up to the top of the repository: others are somebody else's. */
function projectFolders(folder: string): readonly string[] {
  const folders = [folder];
  for (let place = folder; !existsSync(join(place, ".git"));) {
    const above = dirname(place);
    if (above === place) return [folder];
    place = above;
    folders.push(place);
  }
  return folders;
}

/** All that the compiler says; `undefined` where it was ended before. */
function askCompiler(
  compiler: string,
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const words = [compiler, "--noEmit", "--pretty", "false", "-p", folder];
  const options = { cwd: folder, signal, maxBuffer: outputBytesMax };
  return new Promise((settle) => {
    execFile(process.execPath, words, options, (error, out) => {
      // It ends with a status of its own where there are mistakes.
      settle(error === null || typeof error.code === "number" ? out : undefined);
    });
  });
}

const mistakeForm = /^(.+)\((\d+),(\d+)\): error (TS\d+: .*)$/;

/** What stands below a mistake says more of it, and is left to the compiler's own words. */
function mistakesIn(told: string, folder: string): readonly Mistake[] {
  return told.split(/\r?\n/).flatMap((row) => {
    const [, file, line, column, what = ""] = mistakeForm.exec(row) ?? [];
    // What others have published nobody mends here.
    if (file === undefined || /(?:^|[\\/])node_modules[\\/]/.test(file)) return [];
    return [{ file: resolve(folder, file), line: Number(line), column: Number(column), what }];
  });
}

function textOf({ file, line, column, what }: Mistake): string {
  const frame = frameOf({ file, line, column: column - 1 });
  const rows = frame.split("\n").map(printable).join("\n");
  const why = "a mistake in types, which keeps nothing from running";
  return `noos: ${why}: ${printable(what)}\n${rows}\n`;
}
