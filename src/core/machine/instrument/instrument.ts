import { AddedCode, makeCheck, ObjectSizes } from "#core/machine/instrument/added";
import { isStateName, restorableExports } from "#core/machine/state";
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
import type { Instructions } from "#core/machine/wasm/code";
import { EditedModule } from "./edited-module.ts";
import { IndexMover } from "./index-mover.ts";
import { kernelImports, layoutSectionName, startExport } from "./instrumented.ts";
import { writeLayout } from "./layout.ts";
import type { IndexShift } from "./names.ts";
import { rewriteCode } from "./rewrite-code.ts";
import { shareOutElements } from "./table-limits.ts";

export interface InstrumentOptions {
  /**
   * Whether to write checks: without them nothing stops the program before its end. A program with
   * types of the garbage collector has them in any case, or it could fill the engine's heap, which
   * V8 answers by ending the OS process.
   */
  readonly checks: boolean;
  /** Elements that all tables the guest defines may hold together. */
  readonly tableElementsMax: number;
}

/** Custom sections that speak of offsets in the code, which checks move. */
const outdatedByChecks =
  /^(?:\.debug_.*|external_debug_info|linking|metadata\.code\..*|reloc\..*|sourceMappingURL)$/;

/** What may be made by expressions that the engine evaluates, before the program can be ended. */
const constantObjectBytesMax = 64 * 1024 * 1024;

/** `(mut i64)`, which begins at 0. */
const creditGlobal = Uint8Array.of(0x7e, 1, 0x42, 0, 0x0b);
const flagLimits: Limits = { min: 1, max: 1, shared: true, address64: false };

/**
 * Makes a core module ready to run under the kernel: it checks the flag in loops and functions,
 * its memories are the kernel's, its tables are bounded, its start function waits to be called as
 * `startExport`, what is restorable says so. Expects the module to be valid. Throws a
 * `PlatformError` if it cannot be done.
 */
export function instrument(bytes: Uint8Array, options: InstrumentOptions): Uint8Array {
  if (readBinaryKind(bytes) === "component") {
    throw unsupported("it is a component, where a core module is expected", 4);
  }
  const module = readModule(bytes);
  refuseReservedNames(module);
  const edited = new EditedModule(module);
  const isChecked = options.checks || module.types.usesGc;
  const shift = shiftOf(module, isChecked);
  const mover = new IndexMover(bytes, shift, constantObjectCounter(module));
  const added = isChecked ? writeCode(edited, shift) : undefined;
  moveIndices(edited, mover);
  boundTables(edited, mover, options.tableElementsMax);
  replaceStart(edited, mover);
  edited.append(
    SectionId.export,
    restorableExports(module, (index) => mover.move(index)),
  );
  addImports(edited, added);
  return edited.toBytes();
}

/** The kernel's functions are the only things that go before something of the guest's. */
function shiftOf(module: WasmModule, isChecked: boolean): IndexShift {
  const firstMoved = module.importedCounts.function;
  if (!isChecked) return { firstMoved, by: 0 };
  return { firstMoved, by: makesObjects(module) ? 2 : 1 };
}

/** Exceptions are objects as well, and can hold one another. */
function makesObjects(module: WasmModule): boolean {
  return module.types.usesGc || module.tags.length > 0;
}

function refuseReservedNames(module: WasmModule): void {
  const at = (id: number): number => findSection(module.sections, id)?.at ?? 0;
  const imported = module.imports.find((row) => row.module === kernelImports.module);
  if (imported !== undefined) {
    const what = `it imports "${imported.name}" from "${imported.module}"`;
    throw unsupported(`${what}, a module only the kernel uses`, at(SectionId.import));
  }
  // Also without a start section: the kernel would take the export for a start function.
  const exported = module.exports.find(({ name }) => name === startExport || isStateName(name));
  if (exported !== undefined) {
    const what = `it exports "${exported.name}"`;
    throw unsupported(`${what}, a name only the kernel uses`, at(SectionId.export));
  }
}

/** Writes checks and charges into the code, and adds what they need. */
function writeCode(edited: EditedModule, shift: IndexShift): AddedCode {
  const { module } = edited;
  const check = makeCheck({
    flagMemory: module.memories.length,
    yieldFunction: shift.firstMoved,
  });
  const firstFunction = module.functions.length + shift.by;
  const added = new AddedCode(module, check, {
    firstType: module.types.offsets.length,
    firstFunction,
    charges: makesObjects(module)
      ? { creditGlobal: module.globals.length, allocateFunction: shift.firstMoved + 1 }
      : undefined,
  });
  for (const section of module.sections) {
    const { name } = section;
    const isOutdated = name !== undefined && outdatedByChecks.test(name);
    if (isOutdated || name === layoutSectionName) edited.setCustom(section, undefined);
  }
  const code = rewriteCode(module, { check, indexShift: shift.by, added });
  if (code === undefined) return added;
  edited.set(SectionId.code, code.payload);
  edited.addCustomBeforeCode(writeLayout({ indexShift: shift.by, firstAdded: firstFunction }));
  if (code.hints !== undefined) edited.addCustomBeforeCode(code.hints);
  const types = new WasmWriter();
  for (const { type } of added.functions) types.u32(type);
  edited.append(SectionId.function, { count: added.functions.length, entries: types.peek() });
  return added;
}

/** Counts what constant expressions make: nothing can end a program while they are evaluated. */
function constantObjectCounter(module: WasmModule): (instructions: Instructions) => void {
  const sizes = new ObjectSizes(module);
  let bytes = 0;
  return (instructions) => {
    if (instructions.flow === "allocate") {
      bytes += sizes.made(instructions);
    } else {
      const [type = 0] = instructions.numbers(1);
      bytes += sizes.array(type, instructions.constantBefore() ?? Infinity);
    }
    if (bytes > constantObjectBytesMax) {
      const what = "its globals and segments make objects of more than 64 MiB";
      throw unsupported(what, instructions.at);
    }
  };
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

/**
 * Adds the kernel's imports behind the guest's, and the types and the global of what was added;
 * the memories take the place of their section.
 */
function addImports(edited: EditedModule, added: AddedCode | undefined): void {
  const { module } = edited;
  const entries = new WasmWriter();
  let count = 0;
  const add = (name: string, kind: ExternKind): void => {
    entries.name(kernelImports.module);
    entries.name(name);
    entries.u8(externKindCode(kind));
    count += 1;
  };
  if (added !== undefined) {
    add(kernelImports.yield, "function");
    entries.u32(added.yieldType);
    if (makesObjects(module)) {
      add(kernelImports.allocate, "function");
      entries.u32(added.allocateType);
      edited.append(SectionId.global, { count: 1, entries: creditGlobal });
    }
    const types = Uint8Array.from(added.types.flat());
    edited.append(SectionId.type, { count: added.types.length, entries: types });
  }
  for (const [place, limits] of module.memories.slice(module.importedCounts.memory).entries()) {
    add(`${kernelImports.memory}${place}`, "memory");
    writeLimits(entries, limits);
  }
  if (added !== undefined) {
    add(kernelImports.flag, "memory");
    writeLimits(entries, flagLimits);
  }
  edited.append(SectionId.import, { count, entries: entries.peek() });
  edited.set(SectionId.memory, undefined);
}
