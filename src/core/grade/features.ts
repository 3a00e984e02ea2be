import type { ModuleDescription } from "#core/machine/wasm";
import { formatLimit, type LimitName, limits as limitRows, type Limits } from "#core/sys";
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
  return different("feature", "64-bit memory", {
    note: "calls take addresses of 32 bits: nothing above 4 GiB can be handed to one",
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
  return within(limits, "memory", {
    subject: "memory size",
    wanted: bytes,
    otherwise: "build it with a smaller initial memory",
  });
}

function tableSize({ tables }: ModuleDescription, limits: Limits): Row | undefined {
  const own = tables.filter((table) => !table.imported);
  return within(limits, "table-elements", {
    subject: "table size",
    wanted: own.reduce((sum, { min }) => sum + min, 0),
    otherwise: "build it with smaller tables",
  });
}

/** Grades the size of the file. */
export function gradeSize(sizeBytes: number, limits: Limits): readonly Row[] {
  const row = within(limits, "module-size", {
    subject: "module size",
    wanted: sizeBytes,
    otherwise: "strip its debug sections",
  });
  return row === undefined ? [] : [row];
}

/** No row for what is within a limit. */
function within(
  limits: Limits,
  limit: LimitName,
  asked: { readonly subject: string; readonly wanted: number; readonly otherwise: string },
): Row | undefined {
  const { subject, wanted, otherwise } = asked;
  if (wanted <= limits[limit]) return undefined;
  const { unit, max } = limitRows[limit];
  const canBeRaised = wanted <= max;
  const amount = `${formatLimit(limit, wanted)}${unit === "count" ? " elements" : ""}`;
  return unsupported("feature", subject, {
    note: `it takes ${amount}, the limit is ${formatLimit(limit, limits[limit])}`,
    fix: canBeRaised ? `allow more with --${limit}, or ${otherwise}` : otherwise,
  });
}

function garbageCollection(module: ModuleDescription): Row | undefined {
  if (!module.usesGc) return undefined;
  return different("feature", "garbage collection", {
    note: "its objects live outside the memory; the limit on memory bounds them within some MiB",
    fix: "nothing to change",
  });
}

function startFunction(module: ModuleDescription): Row | undefined {
  if (!module.hasStart) return undefined;
  return supported("feature", "start function", "runs first, in the limits of the process");
}
