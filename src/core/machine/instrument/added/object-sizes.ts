import type { WasmModule } from "#core/machine/wasm";
import { readStorageType, WasmReader } from "#core/machine/wasm/binary";
import type { Instructions } from "#core/machine/wasm/code";

const arrayForm = 0x5e;
const arrayNewFixed = 0xfb008;

/** What V8 puts before the fields of a struct and the elements of an array, rounded up. */
const structHeadBytes = 16;
const arrayHeadBytes = 24;
/** An exception and its values, each as V8 keeps them: a vector takes the most. */
const exceptionHeadBytes = 128;
const exceptionValueBytes = 64;

const packedBytes: ReadonlyMap<string, number> = new Map([
  ["i8", 1],
  ["i16", 2],
  ["i32", 4],
  ["f32", 4],
  ["v128", 16],
]);
/** Numbers of 64 bits and references. */
const wordBytes = 8;

/** An array's element: its type, as it is written, and its size. */
export interface ElementType {
  /** As a value on the stack: what is packed in the array is an i32 there. */
  readonly bytes: readonly number[];
  readonly sizeBytes: number;
}

/** How much room the objects of a module's types take, at most. */
export class ObjectSizes {
  readonly #module: WasmModule;
  readonly #structs = new Map<number, number>();

  constructor(module: WasmModule) {
    this.#module = module;
  }

  /** Bytes of a struct, if it is one, of this type. */
  struct(type: number): number {
    return this.#structs.getOrInsertComputed(type, () => {
      const reader = this.#typeReader(type);
      reader.u8("a type");
      let total = structHeadBytes;
      for (let count = reader.count("fields"); count > 0; count--) {
        const sizeBytes = sizeOf(readStorageType(reader));
        reader.u8("a field's mutability");
        // Fields begin where their size divides the offset.
        total = Math.ceil(total / sizeBytes) * sizeBytes + sizeBytes;
      }
      return Math.ceil(total / wordBytes) * wordBytes;
    });
  }

  array(type: number, length: number): number {
    return arrayHeadBytes + length * (this.element(type)?.sizeBytes ?? wordBytes);
  }

  /** Bytes of what an instruction makes whose flow is `allocate`. */
  made(instructions: Instructions): number {
    if (instructions.opcode !== arrayNewFixed) return this.struct(instructions.numbers(1)[0] ?? 0);
    const [type = 0, length = 0] = instructions.numbers(2);
    return this.array(type, length);
  }

  /** Undefined if the type is no array. */
  element(type: number): ElementType | undefined {
    const reader = this.#typeReader(type);
    if (reader.u8("a type") !== arrayForm) return undefined;
    const start = reader.at;
    const text = readStorageType(reader);
    const isPacked = text === "i8" || text === "i16";
    const bytes = isPacked ? [0x7f] : [...reader.bytes.subarray(start, reader.at)];
    return { bytes, sizeBytes: sizeOf(text) };
  }

  exception(tag: number): number {
    const reader = this.#typeReader(this.#module.tags[tag] ?? -1);
    reader.u8("a type");
    return exceptionHeadBytes + reader.u32("the number of parameters") * exceptionValueBytes;
  }

  #typeReader(type: number): WasmReader {
    const { bytes, types } = this.#module;
    return new WasmReader(bytes, types.offsets[type] ?? bytes.length);
  }
}

function sizeOf(storageType: string): number {
  return packedBytes.get(storageType) ?? wordBytes;
}
