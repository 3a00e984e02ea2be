import {
  findSection,
  type Limits,
  SectionId,
  walkTableSection,
  type WasmModule,
} from "#core/machine/wasm";
import { WasmReader } from "#core/machine/wasm/binary";
import { Instructions } from "#core/machine/wasm/code";
import { ObjectSizes } from "./object-sizes.ts";
import { arrayLength, type Bytes, constant, get, Op, tableSize, Type, u32 } from "./ops.ts";

/** What one piece works on at most: little beside a slice of time, much beside a check. */
export const bytesPerPiece: number = 256 * 1024;
export const elementsPerPiece: number = 4096;

/** A parameter that says where a range begins. */
export interface Place {
  readonly parameter: number;
  /** How much further the range goes with each that is counted. */
  readonly step: number;
  /** Code that pushes the size of what the range lies in, as an i64; a segment tells nobody. */
  readonly size: Bytes | undefined;
}

/** An instruction that works on as long a range as its last operand says. */
export interface RangeOperation {
  /** The instruction itself. */
  readonly instruction: Bytes;
  /** The types of its operands, as the binary format writes them. */
  readonly parameters: readonly Bytes[];
  /** The operands that are references, of which it traps if one is null. */
  readonly references: readonly number[];
  readonly places: readonly Place[];
  readonly perPiece: number;
}

const i32: Bytes = [Type.i32];
const i64: Bytes = [Type.i64];
const pageShift = 16;

/** Tells for each instruction of a module that works on a range what it works on. */
export class RangeOperations {
  readonly #module: WasmModule;
  readonly #sizes: ObjectSizes;
  readonly #instructions: Instructions;
  #tableElements: readonly Bytes[] | undefined;

  constructor(module: WasmModule) {
    this.#module = module;
    this.#sizes = new ObjectSizes(module);
    this.#instructions = new Instructions(module.bytes);
  }

  /** The operation `at` stands at; undefined where its operands are not known to us. */
  read(at: Instructions): RangeOperation | undefined {
    const shape = this.#shape(at);
    if (shape === undefined) return undefined;
    return {
      references: [],
      instruction: [...this.#module.bytes.subarray(at.at, at.next)],
      ...shape,
    };
  }

  #shape(at: Instructions): Omit<RangeOperation, "instruction" | "references"> | undefined {
    const row = rows.get(at.opcode);
    if (row === undefined) return undefined;
    const [first = 0, second = 0] = at.numbers(row.numbers);
    return row.shape(this, first, second);
  }

  /** The type of an address in a memory, and code for the memory's size. */
  memory(index: number): Room | undefined {
    return roomOf(this.#module.memories[index], [
      [Op.memorySize, ...u32(index)],
      [...constant(Op.i64Const, pageShift), Op.i64Shl],
    ]);
  }

  table(index: number): Room | undefined {
    return roomOf(this.#module.tables[index], [[...tableSize, ...u32(index)], []]);
  }

  /** The type of a table's elements; of an imported one it is not known. */
  tableElement(index: number): Bytes | undefined {
    this.#tableElements ??= this.#readTableElements();
    return this.#tableElements[index - this.#module.importedCounts.table];
  }

  array(type: number): ArrayRoom | undefined {
    const element = this.#sizes.element(type);
    return element && { ...element, reference: [nullable, ...signed33(type)] };
  }

  #readTableElements(): readonly Bytes[] {
    const { bytes, sections } = this.#module;
    const section = findSection(sections, SectionId.table);
    const elements: Bytes[] = [];
    if (section === undefined) return elements;
    walkTableSection(new WasmReader(bytes, section.from, section.to), this.#instructions, {
      table: ({ elementFrom, limitsFrom }) =>
        elements.push([...bytes.subarray(elementFrom, limitsFrom)]),
    });
    return elements;
  }
}

interface Room {
  readonly address: Bytes;
  readonly size: Bytes;
}

interface ArrayRoom {
  readonly reference: Bytes;
  readonly bytes: Bytes;
  readonly sizeBytes: number;
}

const nullable = 0x63;

function roomOf(
  limits: Limits | undefined,
  [size, scale]: readonly [Bytes, Bytes],
): Room | undefined {
  if (limits === undefined) return undefined;
  if (limits.address64) return { address: i64, size: [...size, ...scale] };
  return { address: i32, size: [...size, Op.i64ExtendI32U, ...scale] };
}

/** An index of a type where a heap type stands: a signed number. */
function signed33(index: number): Bytes {
  return constant(Op.i64Const, index).slice(1);
}

type Shape = Omit<RangeOperation, "instruction" | "references"> & {
  readonly references?: readonly number[];
};

interface Row {
  /** How many immediates the instruction has. */
  readonly numbers: number;
  readonly shape: (operations: RangeOperations, first: number, second: number) => Shape | undefined;
}

function fill(
  room: Room | undefined,
  value: Bytes | undefined,
  perPiece: number,
): Shape | undefined {
  if (room === undefined || value === undefined) return undefined;
  return {
    parameters: [room.address, value, room.address],
    places: [{ parameter: 0, step: 1, size: room.size }],
    perPiece,
  };
}

function copy(to: Room | undefined, from: Room | undefined, perPiece: number): Shape | undefined {
  if (to === undefined || from === undefined) return undefined;
  const isNarrow = to.address === i32 || from.address === i32;
  return {
    parameters: [to.address, from.address, isNarrow ? i32 : i64],
    places: [
      { parameter: 0, step: 1, size: to.size },
      { parameter: 1, step: 1, size: from.size },
    ],
    perPiece,
  };
}

function initialize(room: Room | undefined, perPiece: number): Shape | undefined {
  if (room === undefined) return undefined;
  return {
    parameters: [room.address, i32, i32],
    places: [
      { parameter: 0, step: 1, size: room.size },
      { parameter: 1, step: 1, size: undefined },
    ],
    perPiece,
  };
}

/** The place in the array that parameter `array` is, which the next parameter says. */
function placeIn(array: number): Place {
  const size = [...get(array), ...arrayLength, Op.i64ExtendI32U];
  return { parameter: array + 1, step: 1, size };
}

function initializeArray(array: ArrayRoom | undefined, step: number): Shape | undefined {
  if (array === undefined) return undefined;
  return {
    parameters: [array.reference, i32, i32, i32],
    references: [0],
    places: [placeIn(0), { parameter: 2, step, size: undefined }],
    perPiece: elementsPerPiece,
  };
}

/** One row per instruction. */
const rows: ReadonlyMap<number, Row> = new Map<number, Row>([
  // memory.init, memory.copy, memory.fill
  [0xfc008, { numbers: 2, shape: (of, _, to) => initialize(of.memory(to), bytesPerPiece) }],
  [
    0xfc00a,
    { numbers: 2, shape: (of, to, from) => copy(of.memory(to), of.memory(from), bytesPerPiece) },
  ],
  [0xfc00b, { numbers: 1, shape: (of, to) => fill(of.memory(to), i32, bytesPerPiece) }],
  // table.init, table.copy, table.fill
  [0xfc00c, { numbers: 2, shape: (of, _, to) => initialize(of.table(to), elementsPerPiece) }],
  [
    0xfc00e,
    { numbers: 2, shape: (of, to, from) => copy(of.table(to), of.table(from), elementsPerPiece) },
  ],
  [
    0xfc011,
    { numbers: 1, shape: (of, to) => fill(of.table(to), of.tableElement(to), elementsPerPiece) },
  ],
  // array.fill, array.copy, array.init_data, array.init_elem
  [
    0xfb010,
    {
      numbers: 1,
      shape(of, type) {
        const array = of.array(type);
        return (
          array && {
            parameters: [array.reference, i32, array.bytes, i32],
            references: [0],
            places: [placeIn(0)],
            perPiece: elementsPerPiece,
          }
        );
      },
    },
  ],
  [
    0xfb011,
    {
      numbers: 2,
      shape(of, toType, fromType) {
        const [to, from] = [of.array(toType), of.array(fromType)];
        if (to === undefined || from === undefined) return undefined;
        return {
          parameters: [to.reference, i32, from.reference, i32, i32],
          references: [0, 2],
          places: [placeIn(0), placeIn(2)],
          perPiece: elementsPerPiece,
        };
      },
    },
  ],
  [
    0xfb012,
    {
      numbers: 2,
      shape(of, type) {
        const array = of.array(type);
        return initializeArray(array, array?.sizeBytes ?? 1);
      },
    },
  ],
  [0xfb013, { numbers: 2, shape: (of, type) => initializeArray(of.array(type), 1) }],
]);
