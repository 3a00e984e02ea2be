import { assert } from "#core/base";
import {
  hex,
  malformed,
  readHeapType,
  readValueType,
  skipBlockType,
  unsupported,
  WasmReader,
} from "#core/machine/wasm/binary";
import { type Flow, type Immediate, opcodes } from "./opcodes.ts";

const Step = {
  u32: 1,
  i64: 2,
  byte: 3,
  bytes4: 4,
  bytes8: 5,
  bytes16: 6,
  memarg: 7,
  block: 8,
  label: 9,
  labels: 10,
  catches: 11,
  heap: 12,
  types: 13,
  func: 14,
} as const;

const stepOf: Readonly<Record<Immediate, number>> = {
  block: Step.block,
  catches: Step.catches,
  count: Step.u32,
  data: Step.u32,
  elem: Step.u32,
  f32: Step.bytes4,
  f64: Step.bytes8,
  field: Step.u32,
  flags: Step.byte,
  func: Step.func,
  global: Step.u32,
  heap: Step.heap,
  i32: Step.u32,
  i64: Step.i64,
  label: Step.label,
  labels: Step.labels,
  lane: Step.byte,
  lanes: Step.bytes16,
  local: Step.u32,
  memarg: Step.memarg,
  memory: Step.u32,
  table: Step.u32,
  tag: Step.u32,
  type: Step.u32,
  types: Step.types,
  v128: Step.bytes16,
  zero: Step.byte,
};

/** Prefixed opcodes follow the 256 plain ones in the tables below, so many for each prefix. */
const firstPrefix = 0xfb;
const slotsPerPrefix = 0x200;
const slotCount = 0x100 + 4 * slotsPerPrefix;

/** By slot: what the opcode does to control; undefined for an opcode we do not know. */
const flows: (Flow | undefined)[] = Array.from({ length: slotCount }, () => undefined);
/** By slot: the steps over its immediates, four bits each, the first one lowest. */
const stepLists = new Uint16Array(slotCount);

for (const [code, , immediates = [], flow = "plain"] of opcodes) {
  const slot = code <= 0xff ? code : slotOf(code >> 12, code & 0xfff);
  assert(immediates.length <= 4, "the steps of an opcode fit in 16 bits");
  flows[slot] = flow;
  stepLists[slot] = immediates.reduceRight((steps, kind) => (steps << 4) | stepOf[kind], 0);
}

function slotOf(prefix: number, code: number): number {
  return 0x100 + (prefix - firstPrefix) * slotsPerPrefix + code;
}

/** Bit of a memory argument's first number that says: the index of the memory follows. */
const memoryIndexFollows = 0x40;

const i32Const = 0x41;
const i64Const = 0x42;
/** A longer one is none that anybody writes for what a number of 32 bits can say. */
const constantBytesMax = 6;

const catchKindsWithTag = 2;
const catchKinds = 4;

/**
 * Walks instructions one at a time without making objects: after each `step`, the fields say what
 * stands there. Offsets are the module's. The steps stay within the range given to `reset`.
 */
export class Instructions {
  readonly #bytes: Uint8Array;
  #reader: WasmReader;
  #end = 0;
  #slot = 0;

  /** Where the instruction begins, where the next one does, and the one before: -1 at first. */
  at = 0;
  next = 0;
  previous = -1;
  flow: Flow = "plain";
  /** The function index of `call`, `return_call` and `ref.func`, else -1, and where it stands. */
  functionIndex = -1;
  functionIndexAt = 0;
  /** The labels of the instruction, in order; the last one of `br_table` is its default. */
  readonly labels: number[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#reader = new WasmReader(bytes);
  }

  /** Starts anew at `from`, to end before `end`. */
  reset(from: number, end: number): void {
    if (this.#reader.end !== end) this.#reader = new WasmReader(this.#bytes, from, end);
    this.#end = end;
    this.next = from;
    this.at = -1;
  }

  /** The opcode as the table writes it. */
  get opcode(): number {
    const slot = this.#slot;
    if (slot < 0x100) return slot;
    const behindPrefix = slot - 0x100;
    const prefix = firstPrefix + Math.floor(behindPrefix / slotsPerPrefix);
    return (prefix << 12) | (behindPrefix % slotsPerPrefix);
  }

  /** The first immediates, which are all unsigned numbers. Expects there to be so many of them. */
  numbers(count: number): readonly number[] {
    const reader = new WasmReader(this.#bytes, this.at, this.next);
    reader.u8("an opcode");
    if (this.#slot >= 0x100) reader.u32("an opcode");
    return Array.from({ length: count }, () => reader.u32("an immediate"));
  }

  /** The number the instruction before pushes, if that is a constant that is not below zero. */
  constantBefore(): number | undefined {
    if (this.previous < 0) return undefined;
    const code = this.#bytes[this.previous];
    if (code !== i32Const && code !== i64Const) return undefined;
    if (this.at - this.previous > constantBytesMax) return undefined;
    const reader = new WasmReader(this.#bytes, this.previous + 1, this.at);
    const value = reader.s33("a constant");
    return value < 0 ? undefined : value;
  }

  /** Goes to the next instruction; false at the end of the range. */
  step(): boolean {
    if (this.next >= this.#end) return false;
    const at = this.next;
    this.previous = this.at;
    this.at = at;
    let slot = this.#bytes[at] as number;
    this.next = at + 1;
    if (slot >= firstPrefix) slot = this.#prefixedSlot(slot);
    const flow = flows[slot];
    if (flow === undefined) throw unsupported(`opcode ${hex(slot)} is unknown`, at);
    this.#slot = slot;
    this.flow = flow;
    this.functionIndex = -1;
    for (let steps = stepLists[slot] as number; steps !== 0; steps >>= 4) this.#skip(steps & 15);
    if (this.next > this.#end) throw malformed("the code ends inside an instruction", at);
    return true;
  }

  #prefixedSlot(prefix: number): number {
    const at = this.at;
    const reader = this.#readerHere();
    const code = reader.u32("an opcode");
    this.next = reader.at;
    const slot = slotOf(prefix, code);
    if (prefix === 0xff || code >= slotsPerPrefix || flows[slot] === undefined) {
      const shown = prefix === 0xff ? hex(prefix) : `${hex(prefix)} ${hex(code)}`;
      throw unsupported(`opcode ${shown} is unknown`, at);
    }
    return slot;
  }

  #skip(step: number): void {
    switch (step) {
      case Step.u32:
        this.#skipLeb(5);
        break;
      case Step.i64:
        this.#skipLeb(10);
        break;
      case Step.byte:
        this.next += 1;
        break;
      case Step.bytes4:
        this.next += 4;
        break;
      case Step.bytes8:
        this.next += 8;
        break;
      case Step.bytes16:
        this.next += 16;
        break;
      case Step.memarg:
        this.#skipMemarg();
        break;
      case Step.func:
        this.functionIndexAt = this.next;
        this.functionIndex = this.#u32("a function index");
        break;
      case Step.label:
        this.labels.length = 0;
        this.labels.push(this.#u32("a label"));
        break;
      default:
        this.#skipComposite(step);
    }
  }

  /** Immediates made of several parts, or of types. */
  #skipComposite(step: number): void {
    const reader = this.#readerHere();
    switch (step) {
      case Step.block:
        skipBlockType(reader);
        break;
      case Step.heap:
        readHeapType(reader);
        break;
      case Step.types:
        for (let count = reader.count("types"); count > 0; count--) readValueType(reader);
        break;
      case Step.labels:
        this.#readLabels(reader);
        break;
      case Step.catches:
        this.#readCatches(reader);
        break;
      default:
        assert(false, "every step over an immediate is handled");
    }
    this.next = reader.at;
  }

  #readLabels(reader: WasmReader): void {
    this.labels.length = 0;
    // The default label comes after the counted ones.
    for (let count = reader.count("labels"); count >= 0; count--) {
      this.labels.push(reader.u32("a label"));
    }
  }

  #readCatches(reader: WasmReader): void {
    this.labels.length = 0;
    for (let count = reader.count("catch clauses"); count > 0; count--) {
      const kind = reader.u8("a catch clause");
      if (kind >= catchKinds) throw unsupported(`catch clause ${hex(kind)} is unknown`, reader.at);
      if (kind < catchKindsWithTag) reader.u32("a tag index");
      this.labels.push(reader.u32("a label"));
    }
  }

  #skipMemarg(): void {
    const alignment = this.#u32("an alignment");
    if ((alignment & memoryIndexFollows) !== 0) this.#skipLeb(5);
    this.#skipLeb(10);
  }

  #skipLeb(lengthMax: number): void {
    const bytes = this.#bytes;
    const start = this.next;
    let at = start;
    while ((bytes[at++] as number) >= 0x80) {
      if (at - start >= lengthMax) throw malformed("a number is too long", start);
    }
    this.next = at;
  }

  #u32(what: string): number {
    const first = this.#bytes[this.next] as number;
    if (first < 0x80) {
      this.next += 1;
      return first;
    }
    const reader = this.#readerHere();
    const value = reader.u32(what);
    this.next = reader.at;
    return value;
  }

  #readerHere(): WasmReader {
    this.#reader.at = this.next;
    return this.#reader;
  }
}
