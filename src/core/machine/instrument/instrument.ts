import {
  type ExternKind,
  externKindCode,
  findSection,
  type Limits,
  readBinaryKind,
  readModule,
  SectionId,
  type WasmModule,
  writeLimits,
} from "#core/machine/wasm";
import { unsupported, WasmWriter } from "#core/machine/wasm/binary";
import { makeCheck } from "./check.ts";
import { EditedModule } from "./edited-module.ts";
import { IndexMover } from "./index-mover.ts";
import { kernelImports, startExport } from "./instrumented.ts";
import { rewriteCode } from "./rewrite-code.ts";
import { shareOutElements } from "./table-limits.ts";

export interface InstrumentOptions {
  /** Whether to write checks: without them nothing stops the program before its end. */
  readonly checks: boolean;
  /** Elements that all tables the guest defines may hold together. */
  readonly tableElementsMax: number;
}

/** Custom sections that speak of offsets in the code, which checks move. */
const outdatedByChecks =
  /^(?:\.debug_.*|external_debug_info|linking|metadata\.code\..*|reloc\..*|sourceMappingURL)$/;

const emptyFunctionType = Uint8Array.of(0x60, 0, 0);
const flagLimits: Limits = { min: 1, max: 1, shared: true, address64: false };

/**
 * Makes a core module ready to run under the kernel: it checks the flag in loops and functions,
 * its memories are the kernel's, its tables are bounded, its start function waits to be called as
 * `startExport`. Expects the module to be valid. Throws a `PlatformError` if it cannot be done.
 */
export function instrument(bytes: Uint8Array, options: InstrumentOptions): Uint8Array {
  if (readBinaryKind(bytes) === "component") {
    throw unsupported("it is a component, where a core module is expected", 4);
  }
  const module = readModule(bytes);
  refuseReservedNames(module);
  const edited = new EditedModule(module);
  // `yield` is the only thing that goes before something of the guest's in an index space.
  const firstMoved = options.checks ? module.importedCounts.function : Infinity;
  const mover = new IndexMover(bytes, firstMoved);
  if (options.checks) writeChecks(edited);
  moveIndices(edited, mover);
  boundTables(edited, mover, options.tableElementsMax);
  replaceStart(edited, mover);
  addImports(edited, options);
  return edited.toBytes();
}

function refuseReservedNames(module: WasmModule): void {
  const at = (id: number): number => findSection(module.sections, id)?.at ?? 0;
  const imported = module.imports.find((row) => row.module === kernelImports.module);
  if (imported !== undefined) {
    const what = `it imports "${imported.name}" from "${imported.module}"`;
    throw unsupported(`${what}, a module only the kernel uses`, at(SectionId.import));
  }
  // Also without a start section: the kernel would take the export for a start function.
  if (module.exports.some((row) => row.name === startExport)) {
    const what = `it exports "${startExport}"`;
    throw unsupported(`${what}, a name only the kernel uses`, at(SectionId.export));
  }
}

function writeChecks(edited: EditedModule): void {
  const { module } = edited;
  const check = makeCheck({
    flagMemory: module.memories.length,
    yieldFunction: module.importedCounts.function,
  });
  const code = rewriteCode(module, check);
  if (code === undefined) return;
  edited.set(SectionId.code, code.payload);
  for (const section of module.sections) {
    const isOutdated = section.name !== undefined && outdatedByChecks.test(section.name);
    if (isOutdated) edited.setCustom(section, undefined);
  }
  if (code.hints !== undefined) edited.addCustomBeforeCode(code.hints);
}

/** Writes the sections anew in which function indices stand. */
function moveIndices(edited: EditedModule, mover: IndexMover): void {
  const { module } = edited;
  for (const section of module.sections) {
    if (section.id === SectionId.global) edited.set(section.id, mover.globals(section));
    else if (section.id === SectionId.export) edited.set(section.id, mover.exports(section));
    else if (section.id === SectionId.element) edited.set(section.id, mover.elements(section));
    else if (section.name === "name") edited.setCustom(section, mover.names(section));
  }
}

/** A table may not grow past its share of the limit, whatever maximum it declares. */
function boundTables(edited: EditedModule, mover: IndexMover, elementsMax: number): void {
  const { tables, importedCounts, sections } = edited.module;
  const maxima = shareOutElements(tables.slice(importedCounts.table), elementsMax);
  const section = findSection(sections, SectionId.table);
  if (section !== undefined) edited.set(section.id, mover.tables(section, maxima));
}

/** The kernel calls the start function, where it can be suspended and ended. */
function replaceStart(edited: EditedModule, mover: IndexMover): void {
  const { startFunction } = edited.module;
  if (startFunction === undefined) return;
  const entry = new WasmWriter();
  entry.name(startExport);
  entry.u8(externKindCode("function"));
  entry.u32(mover.move(startFunction));
  edited.append(SectionId.export, { count: 1, entries: entry.peek() });
  edited.set(SectionId.start, undefined);
}

/** Adds the kernel's imports behind the guest's; the memories take the place of their section. */
function addImports(edited: EditedModule, options: InstrumentOptions): void {
  const { module } = edited;
  const entries = new WasmWriter();
  let count = 0;
  const add = (name: string, kind: ExternKind): void => {
    entries.name(kernelImports.module);
    entries.name(name);
    entries.u8(externKindCode(kind));
    count += 1;
  };
  if (options.checks) {
    add(kernelImports.yield, "function");
    entries.u32(module.types.offsets.length);
    edited.append(SectionId.type, { count: 1, entries: emptyFunctionType });
  }
  for (const [place, limits] of module.memories.slice(module.importedCounts.memory).entries()) {
    add(`${kernelImports.memory}${place}`, "memory");
    writeLimits(entries, limits);
  }
  if (options.checks) {
    add(kernelImports.flag, "memory");
    writeLimits(entries, flagLimits);
  }
  edited.append(SectionId.import, { count, entries: entries.peek() });
  edited.set(SectionId.memory, undefined);
}
