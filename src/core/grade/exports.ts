import { recognize } from "#core/grade/known";
import { startExport } from "#core/machine/instrument";
import type { ExportDescription, ModuleDescription } from "#core/machine/wasm";
import type { Ground } from "./contract.ts";
import { different, type Row, supported, unsupported } from "./report.ts";

/** Grades where a module can be entered, and whether calls find its memory. */
export function gradeExports(module: ModuleDescription, ground: Ground): readonly Row[] {
  return [gradeEntry(module), ...gradeMemory(module, ground), ...gradeReserved(module)];
}

/** The type of what is called with nothing and asked for nothing. */
const entryType = "() -> ()";

function gradeEntry(module: ModuleDescription): Row {
  const functions = module.exports.filter((row) => row.kind === "function");
  const named = (name: string): readonly ExportDescription[] =>
    functions.filter((row) => row.name === name);
  const handler = handlers.flatMap(({ name }) => named(name)).find(isHandler);
  if (handler !== undefined) return gradeHandler(handler, named("_start"));
  const candidates = [...named("_start"), ...named("_initialize")];
  const entry = candidates.find((row) => row.type === entryType);
  if (entry === undefined) return noEntry(module, candidates[0]);
  if (entry.name === "_start") return supported("export", "_start", "where the program starts");
  return different("export", "_initialize", {
    note: `a reactor is initialised, then it ends: ${uncalled(functions.length - 1)}`,
    fix: "build it as a command, with a main function, if it is to do more",
  });
}

/** What a program exports to be called for requests, as noos:http has it; the first counts. */
const handlers: readonly Pick<ExportDescription, "name" | "type">[] = [
  { name: "noos_event", type: "(i32, i32) -> ()" },
  { name: "noos_handle", type: "(i32) -> ()" },
];

function isHandler(row: ExportDescription): boolean {
  return handlers.some(({ name, type }) => row.name === name && row.type === type);
}

function gradeHandler({ name }: ExportDescription, starts: readonly ExportDescription[]): Row {
  if (starts.some(({ type }) => type === entryType)) {
    return unsupported("export", name, {
      note: "it exports _start, too: it is a command, which serves no requests",
      fix: "build it as a reactor, for example with -mexec-model=reactor",
    });
  }
  return different("export", name, {
    note: "it is called for requests; `noos run`, under which none come, refuses it",
    fix: "give it a route in a manifest, and deploy that",
  });
}

function uncalled(count: number): string {
  if (count <= 0) return "it exports no other function";
  return count === 1
    ? "its other function is not called"
    : `its other ${count} functions are not called`;
}

/** Exports by which a toolchain is known, and how it makes a program. */
const entryFixes: readonly (readonly [anExport: RegExp, fix: string])[] = [
  [/^(?:emscripten_stack_\w+|stackSave)$/, "build with -sSTANDALONE_WASM and a main function"],
  [/^__(?:new|pin|collect)$/, "build with --exportStart _start"],
  [/^_?main$/, "link the C library's start code: build without -nostdlib and --no-entry"],
];

function noEntry(module: ModuleDescription, odd: ExportDescription | undefined): Row {
  if (odd !== undefined) {
    return unsupported("export", odd.name, {
      note: `it is ${odd.type}, an entry must be ${entryType}`,
      fix: "build it with a toolchain that makes WASI commands",
    });
  }
  const { imports, exports } = module;
  const byExport = entryFixes.find(([pattern]) => exports.some(({ name }) => pattern.test(name)));
  return unsupported("export", "_start", {
    note: "it exports neither _start nor _initialize: there is nowhere to begin",
    fix:
      firstDefined(imports, (row) => recognize(row)?.entryFix) ??
      byExport?.[1] ??
      "build it as a WASI command: a program with a main function, not a library",
  });
}

function firstDefined<T, R>(all: readonly T[], find: (each: T) => R | undefined): R | undefined {
  for (const each of all) {
    const found = find(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Calls that take no address, so that a module without memory can make them. */
const withoutAddresses: ReadonlySet<string> = new Set([
  "fd_close",
  "proc_exit",
  "proc_raise",
  "sched_yield",
  "sock_shutdown",
]);

function gradeMemory(module: ModuleDescription, { contracts }: Ground): readonly Row[] {
  const isNamed = module.exports.some((row) => row.kind === "memory" && row.name === "memory");
  if (isNamed) return [supported("export", "memory", "where calls find what they are given")];
  const needsMemory = module.imports.some(
    (row) =>
      contracts.some((each) => each.module === row.module) && !withoutAddresses.has(row.name),
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

function gradeReserved({ exports }: ModuleDescription): readonly Row[] {
  if (!exports.some(({ name }) => name === startExport)) return [];
  return [
    unsupported("export", startExport, {
      note: "a name that only the kernel uses",
      fix: "give the export another name",
    }),
  ];
}
