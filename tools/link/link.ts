import { assert } from "#core/base";
import { externKindCode, SectionId } from "#core/machine/wasm";
import { WasmWriter } from "#core/machine/wasm/binary";
import { CodeWriter } from "./code-writer.ts";
import { globalName } from "./freeze.ts";
import { type Layout, layOut } from "./layout.ts";
import { type Part, readPart, readerOf } from "./part.ts";
import { Reachable } from "./reachable.ts";
import { elementSegments, dataSegments, writeOffset } from "./segments.ts";
import { type FunctionOf, Symbols } from "./symbols.ts";
import { TypeTable } from "./type-table.ts";

export interface LinkOptions {
  /** The program, and libraries for it, each with the name that imports of its own go by. */
  readonly parts: readonly (readonly [name: string, bytes: Uint8Array])[];
  /** What the module exports, beside its memory, and its globals for `freeze`. */
  readonly exports: readonly string[];
  /** Functions of the program that one of a library, by name, stands in for. */
  readonly replace?: (program: Uint8Array) => ReadonlyMap<number, string>;
}

/** One module of all parts. A function that no part has traps when it is called. */
export function link(options: LinkOptions): Uint8Array {
  const parts = options.parts.map(([name, bytes]) => readPart(name, bytes));
  const [program] = parts;
  assert(program !== undefined, "the program is the first part");
  const replaced = new Map<number, FunctionOf>();
  const symbols = new Symbols(parts, new Map([[program, replaced]]));
  for (const [index, name] of options.replace?.(program.module.bytes) ?? []) {
    const stand = symbols.find(name);
    assert(stand !== undefined, `a library has ${name}`);
    replaced.set(index, stand);
  }
  const roots = options.exports.map((name) => {
    const found = symbols.find(name, parts.at(-1)?.name);
    assert(found !== undefined, `the last part exports ${name}`);
    return found;
  });
  return new Linking(parts, symbols, roots, options.exports).toBytes();
}

class Linking {
  readonly #parts: readonly Part[];
  readonly #names: readonly string[];
  readonly #roots: readonly FunctionOf[];
  readonly #layout: Layout;
  readonly #reachable: Reachable;
  readonly #types = new TypeTable();

  constructor(
    parts: readonly Part[],
    symbols: Symbols,
    roots: readonly FunctionOf[],
    names: readonly string[],
  ) {
    this.#parts = parts;
    this.#names = names;
    this.#roots = roots;
    this.#layout = layOut(parts, symbols);
    this.#reachable = new Reachable(parts, symbols, [...roots, ...this.#layout.addressed]);
  }

  toBytes(): Uint8Array {
    const payloads = new Map<number, Uint8Array>([
      [SectionId.code, this.#code()],
      [SectionId.import, this.#imports()],
      [SectionId.function, this.#functions()],
      [SectionId.table, this.#table()],
      [SectionId.memory, this.#memory()],
      [SectionId.global, this.#globals()],
      [SectionId.export, this.#exports()],
      [SectionId.element, this.#elements()],
      [SectionId.data, this.#data()],
    ]);
    payloads.set(SectionId.type, this.#types.payload());
    const module = new WasmWriter(1 << 20);
    module.copy(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    for (const [id, payload] of [...payloads].toSorted(([a], [b]) => a - b)) {
      module.u8(id);
      module.u32(payload.length);
      module.copy(payload);
    }
    return module.peek().slice();
  }

  #code(): Uint8Array {
    const { bodies, missing } = this.#reachable;
    const writer = new WasmWriter(1 << 20);
    writer.u32(bodies.length + missing.length);
    const code = new CodeWriter({
      types: this.#types,
      layout: this.#layout,
      functionIndex: (at) => this.#reachable.indexOf(at),
    });
    for (const { part, index } of bodies) code.write(part, index, writer);
    const trap = [3, 0, 0x00, 0x0b];
    for (const _ of missing) for (const byte of trap) writer.u8(byte);
    return writer.peek();
  }

  #imports(): Uint8Array {
    const writer = new WasmWriter();
    writer.u32(this.#reachable.imports.length);
    for (const { part, row } of this.#reachable.imports) {
      writer.name(row.module);
      writer.name(row.name);
      writer.u8(externKindCode("function"));
      writer.u32(this.#typeOf({ part, index: row.index }));
    }
    return writer.peek();
  }

  #functions(): Uint8Array {
    const { bodies, missing } = this.#reachable;
    const writer = new WasmWriter();
    writer.u32(bodies.length + missing.length);
    for (const at of [...bodies, ...missing]) writer.u32(this.#typeOf(at));
    return writer.peek();
  }

  #typeOf({ part, index }: FunctionOf): number {
    return this.#types.indexOf(part, part.module.functions[index] as number);
  }

  #table(): Uint8Array {
    const writer = new WasmWriter();
    for (const byte of [1, 0x70, 0]) writer.u8(byte);
    writer.u32(this.#layout.slots);
    return writer.peek();
  }

  #memory(): Uint8Array {
    const writer = new WasmWriter();
    for (const byte of [1, 0]) writer.u8(byte);
    writer.u32(this.#layout.pages);
    return writer.peek();
  }

  /** Each part's own, one after the other. The first values are constants, the same anywhere. */
  #globals(): Uint8Array {
    const writer = new WasmWriter();
    const readers = this.#parts.flatMap((part) => readerOf(part, SectionId.global) ?? []);
    const counts = readers.map((reader) => reader.count("globals"));
    writer.u32(counts.reduce((sum, count) => sum + count, 0));
    for (const { bytes, at, end } of readers) writer.copy(bytes, at, end);
    return writer.peek();
  }

  #exports(): Uint8Array {
    const writer = new WasmWriter();
    const { globals } = this.#layout;
    writer.u32(this.#names.length + 1 + globals);
    writer.name("memory");
    writer.u8(externKindCode("memory"));
    writer.u32(0);
    for (const [place, name] of this.#names.entries()) {
      writer.name(name);
      writer.u8(externKindCode("function"));
      writer.u32(this.#reachable.indexOf(this.#roots[place] as FunctionOf));
    }
    for (let index = 0; index < globals; index++) {
      writer.name(globalName(index));
      writer.u8(externKindCode("global"));
      writer.u32(index);
    }
    return writer.peek();
  }

  #elements(): Uint8Array {
    const segments = this.#parts.flatMap((part) => elementSegments(part, this.#layout));
    const { addressed, firstAddressedSlot } = this.#layout;
    if (addressed.length > 0) segments.push({ offset: firstAddressedSlot, functions: addressed });
    const writer = new WasmWriter();
    writer.u32(segments.length);
    for (const { offset, functions } of segments) {
      writeOffset(writer, offset);
      writer.u32(functions.length);
      for (const at of functions) writer.u32(this.#reachable.indexOf(at));
    }
    return writer.peek();
  }

  #data(): Uint8Array {
    const segments = this.#parts.flatMap((part) => dataSegments(part, this.#layout));
    const writer = new WasmWriter(1 << 18);
    writer.u32(segments.length);
    for (const { offset, bytes } of segments) {
      writeOffset(writer, offset);
      writer.u32(bytes.length);
      writer.copy(bytes);
    }
    return writer.peek();
  }
}
