import type { ModuleDescription } from "#core/machine/wasm";
import { different, type Row, supported, unsupported } from "./report.ts";

/** Grades where a module can be entered, and whether calls find its memory. */
export function gradeExports(module: ModuleDescription): readonly Row[] {
  return [...gradeEntry(module), ...gradeMemory(module)];
}

/** A call takes nothing and what it answers is left aside, so of a type only that much counts. */
const entryType = "() -> ()";

function gradeEntry(module: ModuleDescription): readonly Row[] {
  const functions = module.exports.filter((row) => row.kind === "function");
  const entry = (name: string): (typeof functions)[number] | undefined =>
    functions.find((row) => row.name === name);
  const start = entry("_start");
  const initialize = entry("_initialize");
  if (start !== undefined) {
    return [gradeEntryType("_start", start.type, "the program starts here")];
  }
  if (initialize === undefined) return [noEntry(functions.map((row) => row.name))];
  if (initialize.type !== entryType) return [gradeEntryType("_initialize", initialize.type, "")];
  return [
    different("export", "_initialize", {
      note: `a reactor is initialised, then it ends: ${uncalled(functions.length - 1)}`,
      fix: "build it as a command, with a main function, if it is to do more",
    }),
  ];
}

function gradeEntryType(name: string, type: string, note: string): Row {
  if (type === entryType) return supported("export", name, note);
  return unsupported("export", name, {
    note: `it is ${type}, an entry must be ${entryType}`,
    fix: "build it with a toolchain that makes WASI commands",
  });
}

function uncalled(count: number): string {
  if (count <= 0) return "it exports no other function";
  return count === 1 ? "its other function is not called" : `its other ${count} functions are not called`;
}

/** Exports by which a toolchain is known, and how it makes a command. */
const entryFixes: readonly (readonly [anExport: RegExp, fix: string])[] = [
  [/^__wbindgen_/, "build a program, not a library, for wasm32-wasip1 without wasm-bindgen"],
  [/^(?:run|resume|getsp)$/, "build with GOOS=wasip1 GOARCH=wasm"],
  [/^(?:emscripten_stack_\w+|__wasm_call_ctors|stackSave)$/, "build with -sSTANDALONE_WASM or wasi-sdk"],
  [/^__(?:new|pin|collect)$/, "build with --exportStart _start"],
  [/^_?main$/, "link the C library's start code: build without -nostdlib and --no-entry"],
];

function noEntry(functions: readonly string[]): Row {
  const known = entryFixes.find(([pattern]) => functions.some((name) => pattern.test(name)));
  return unsupported("export", "_start", {
    note: "it exports neither _start nor _initialize: there is nowhere to begin",
    fix: known?.[1] ?? "build it as a WASI command: a program with a main function, not a library",
  });
}

/** Calls that take no address, so that a module without memory can make them. */
const withoutAddresses: ReadonlySet<string> = new Set([
  "fd_close",
  "proc_exit",
  "proc_raise",
  "sched_yield",
  "sock_shutdown",
]);

function gradeMemory(module: ModuleDescription): readonly Row[] {
  const isNamed = module.exports.some((row) => row.kind === "memory" && row.name === "memory");
  if (isNamed) return [supported("export", "memory", "where calls find what they are given")];
  const needsMemory = module.imports.some(
    (row) => row.kind === "function" && !withoutAddresses.has(row.name),
  );
  if (!needsMemory) return [];
  const hasMemory = module.memories.length > 0;
  return [
    different("export", "memory", {
      note: hasMemory
        ? "no memory is exported by that name: calls use the first one"
        : "it has no memory: calls that take an address answer EFAULT",
      fix: `export ${hasMemory ? "the" : "a"} memory as "memory"`,
    }),
  ];
}
