import { startExport } from "#core/machine/instrument";
import type { ModuleDescription } from "#core/machine/wasm";
import { formatBytes, formatLimit, type Limits } from "#core/sys";
import { different, type Row, supported, unsupported } from "./report.ts";

const pageBytes = 65_536;

/** Grades what is remarkable about a module; what every module has makes no row. */
export function gradeFeatures(module: ModuleDescription, limits: Limits): readonly Row[] {
  return rules.flatMap((rule) => rule(module, limits) ?? []);
}

type Rule = (module: ModuleDescription, limits: Limits) => Row | undefined;

/** One rule per feature, in the order of a report. */
const rules: readonly Rule[] = [
  objectFile,
  dynamicLibrary,
  wideMemory,
  sharedMemory,
  severalMemories,
  memorySize,
  tableSize,
  garbageCollection,
  startFunction,
];

function objectFile(module: ModuleDescription): Row | undefined {
  if (!hasSection(module, /^linking$/)) return undefined;
  return unsupported("feature", "object file", {
    note: "it is what a compiler leaves for the linker",
    fix: "link it: with clang --target=wasm32-wasip1, or wasm-ld and the C library",
  });
}

function dynamicLibrary(module: ModuleDescription): Row | undefined {
  if (!hasSection(module, /^dylink(?:\.0)?$/)) return undefined;
  return unsupported("feature", "dynamic library", {
    note: "it is to be loaded by another program",
    fix: "link it statically into a program",
  });
}

function hasSection(module: ModuleDescription, name: RegExp): boolean {
  return module.customSections.some((section) => name.test(section.name));
}

function wideMemory({ memories }: ModuleDescription): Row | undefined {
  if (!memories.some((memory) => memory.address64)) return undefined;
  return unsupported("feature", "64-bit memory", {
    note: "addresses in WASI preview 1 have 32 bits",
    fix: "build for wasm32 instead of wasm64",
  });
}

function sharedMemory({ memories }: ModuleDescription): Row | undefined {
  if (!memories.some((memory) => memory.shared)) return undefined;
  return different("feature", "shared memory", {
    note: "no second thread will ever share it",
    fix: "build without threads: for wasm32-wasip1, without -pthread",
  });
}

function severalMemories({ memories }: ModuleDescription): Row | undefined {
  if (memories.length < 2) return undefined;
  return supported("feature", "several memories", `${memories.length}, in one limit together`);
}

function memorySize({ memories }: ModuleDescription, limits: Limits): Row | undefined {
  const bytes = memories.reduce((sum, { min }) => sum + min, 0) * pageBytes;
  if (bytes <= limits.memory) return undefined;
  return unsupported("feature", "memory size", {
    note: `it begins with ${formatBytes(bytes)}, the limit is ${formatBytes(limits.memory)}`,
    fix: "allow more with --memory, or build it with a smaller initial memory",
  });
}

function tableSize({ tables }: ModuleDescription, limits: Limits): Row | undefined {
  const own = tables.filter((table) => !table.imported);
  const elements = own.reduce((sum, { min }) => sum + min, 0);
  const allowed = limits["table-elements"];
  if (elements <= allowed) return undefined;
  return unsupported("feature", "table size", {
    note: `its tables begin with ${elements} elements, the limit is ${allowed}`,
    fix: "allow more with --table-elements",
  });
}

function garbageCollection(module: ModuleDescription): Row | undefined {
  if (!module.usesGc) return undefined;
  return different("feature", "garbage collection", {
    note: "its objects live outside the memory, and no limit bounds them",
    fix: "nothing to change for a program that you trust",
  });
}

function startFunction(module: ModuleDescription): Row | undefined {
  if (!module.hasStart) return undefined;
  if (module.exports.some((row) => row.name === startExport)) {
    return unsupported("feature", "start function", {
      note: `the export "${startExport}" has a name that only the kernel uses`,
      fix: "give the export another name",
    });
  }
  return supported("feature", "start function", "runs first, in the limits of the process");
}

/** Grades the size of the file. */
export function gradeSize(sizeBytes: number, limits: Limits): readonly Row[] {
  const allowed = limits["module-size"];
  if (sizeBytes <= allowed) return [];
  return [
    unsupported("feature", "module size", {
      note: `the file has ${formatBytes(sizeBytes)}, the limit is ${formatLimit("module-size", allowed)}`,
      fix: "strip its debug sections, or allow more with --module-size",
    }),
  ];
}
