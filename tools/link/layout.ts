import { assert } from "#core/base";
import type { Import } from "#core/machine/wasm";
import type { Part } from "./part.ts";
import type { FunctionOf, Symbols } from "./symbols.ts";

/** Where everything is that parts share: in the memory, and in the table. */
export interface Layout {
  readonly pages: number;
  readonly slots: number;
  readonly memoryBase: ReadonlyMap<Part, number>;
  readonly tableBase: ReadonlyMap<Part, number>;
  /** Functions that have a slot because a library takes their address through a global. */
  readonly addressed: readonly FunctionOf[];
  readonly firstAddressedSlot: number;
  /** How many globals there are. */
  readonly globals: number;
  /** Where a part's own globals begin, which follow those of the parts before. */
  readonly globalBase: ReadonlyMap<Part, number>;
  /** By the index of an imported global of a library: the number it stands for. */
  readonly constants: ReadonlyMap<Part, ReadonlyMap<number, number>>;
}

const pageBytes = 65_536;
/** The one global that is shared and changes; it is the program's first. */
const stackPointer = "__stack_pointer";
/** Room for a variable that libraries name and nobody has: `errno` of a library never loaded. */
const orphanBytes = 16;

/** Puts the libraries behind the program's own memory and table, in their order. */
export function layOut(parts: readonly Part[], symbols: Symbols): Layout {
  const [program, ...libraries] = parts;
  const memory = program?.module.memories[0];
  const table = program?.module.tables[0];
  assert(program !== undefined && memory !== undefined && table !== undefined, "has both");
  let memoryTop = memory.min * pageBytes;
  let slots = table.min;
  const memoryBase = new Map([[program, 0]]);
  const tableBase = new Map([[program, 0]]);
  const globalBase = new Map([[program, 0]]);
  let globals = ownGlobals(program);
  for (const library of libraries) {
    const { memoryBytes, memoryAlignment, slots: wanted } = library.wants;
    memoryTop = Math.ceil(memoryTop / memoryAlignment) * memoryAlignment;
    memoryBase.set(library, memoryTop);
    tableBase.set(library, slots);
    globalBase.set(library, globals);
    memoryTop += memoryBytes;
    slots += wanted;
    globals += ownGlobals(library);
  }
  const firstAddressedSlot = slots;
  const addresses = new Addresses(parts, symbols, firstAddressedSlot, memoryTop);
  const constants = new Map<Part, ReadonlyMap<number, number>>();
  for (const part of libraries) {
    const bases = { memory: memoryBase.get(part) ?? 0, table: tableBase.get(part) ?? 0 };
    constants.set(part, constantsOf(part, bases, addresses));
  }
  return {
    pages: Math.ceil((memoryTop + orphanBytes) / pageBytes),
    slots: firstAddressedSlot + addresses.functions.length,
    memoryBase,
    tableBase,
    addressed: addresses.functions,
    firstAddressedSlot,
    globals,
    globalBase,
    constants,
  };
}

function ownGlobals({ module }: Part): number {
  return module.globals.length - module.importedCounts.global;
}

function constantsOf(
  { module }: Part,
  bases: { readonly memory: number; readonly table: number },
  addresses: Addresses,
): ReadonlyMap<number, number> {
  const constants = new Map<number, number>();
  for (const imported of module.imports) {
    if (imported.kind !== "global" || imported.name === stackPointer) continue;
    constants.set(imported.index, valueOf(imported, bases, addresses));
  }
  return constants;
}

function valueOf(
  { module, name }: Import,
  bases: { readonly memory: number; readonly table: number },
  addresses: Addresses,
): number {
  if (name === "__memory_base") return bases.memory;
  if (name === "__table_base") return bases.table;
  assert(module === "GOT.func" || module === "GOT.mem", `a global ${module}.${name} is known`);
  return module === "GOT.func" ? addresses.ofFunction(name) : addresses.ofVariable(name);
}

/** Addresses that libraries ask for by name. */
class Addresses {
  readonly functions: FunctionOf[] = [];
  readonly #parts: readonly Part[];
  readonly #symbols: Symbols;
  readonly #firstSlot: number;
  readonly #orphans: number;

  constructor(parts: readonly Part[], symbols: Symbols, firstSlot: number, orphans: number) {
    this.#parts = parts;
    this.#symbols = symbols;
    this.#firstSlot = firstSlot;
    this.#orphans = orphans;
  }

  /** Slot 0 is nobody's: calling it traps. */
  ofFunction(name: string): number {
    const found = this.#symbols.find(name);
    return found === undefined ? 0 : this.#firstSlot + this.functions.push(found) - 1;
  }

  /** Libraries share no variables; what they name comes from a library nobody loads. */
  ofVariable(name: string): number {
    for (const part of this.#parts) {
      const found = part.module.exports.find((e) => e.kind === "global" && e.name === name);
      assert(found === undefined, `nobody exports a variable: ${name}`);
    }
    return this.#orphans;
  }
}
