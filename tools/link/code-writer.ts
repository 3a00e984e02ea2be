import { assert } from "#core/base";
import { WasmReader, WasmWriter } from "#core/machine/wasm/binary";
import { Instructions } from "#core/machine/wasm/code";
import type { Layout } from "./layout.ts";
import { writeSigned } from "./numbers.ts";
import type { Part } from "./part.ts";
import { writeConstant } from "./segments.ts";
import type { FunctionOf } from "./symbols.ts";
import type { TypeTable } from "./type-table.ts";

const Opcode = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  callIndirect: 0x11,
  globalGet: 0x23,
  globalSet: 0x24,
} as const;

/** It is the program's first global. */
const stackPointerIndex = 0;

/** What indices become in the linked module. */
export interface Indices {
  readonly types: TypeTable;
  readonly layout: Layout;
  readonly functionIndex: (at: FunctionOf) => number;
}

/** Copies functions with the indices of the linked module in place of their part's. */
export class CodeWriter {
  readonly #indices: Indices;
  readonly #body = new WasmWriter(1 << 16);

  constructor(indices: Indices) {
    this.#indices = indices;
  }

  write(part: Part, index: number, target: WasmWriter): void {
    const { module, bodies } = part;
    const range = bodies[index - module.importedCounts.function];
    assert(range !== undefined, "it has a body");
    const body = this.#body;
    body.clear();
    const instructions = new Instructions(module.bytes);
    instructions.reset(range.code, range.to);
    let copied = range.from;
    while (instructions.step()) {
      const { at, next } = instructions;
      // Most instructions are copied with those around them.
      if (!this.#changes(part, instructions)) continue;
      body.copy(module.bytes, copied, at);
      this.#rewrite(part, instructions);
      copied = next;
    }
    body.copy(module.bytes, copied, range.to);
    target.u32(body.lengthBytes);
    target.copy(body.peek());
  }

  #changes({ module }: Part, instructions: Instructions): boolean {
    if (instructions.functionIndex >= 0) return true;
    switch (instructions.opcode) {
      case Opcode.callIndirect:
      case Opcode.globalGet:
      case Opcode.globalSet:
        return true;
      case Opcode.block:
      case Opcode.loop:
      case Opcode.if:
        return blockType(module.bytes, instructions) >= 0;
      default:
        return false;
    }
  }

  #rewrite(part: Part, instructions: Instructions): void {
    const { types, functionIndex } = this.#indices;
    const { opcode, at, functionIndexAt } = instructions;
    const body = this.#body;
    const { bytes } = part.module;
    if (instructions.functionIndex >= 0) {
      body.copy(bytes, at, functionIndexAt);
      body.u32(functionIndex({ part, index: instructions.functionIndex }));
      return;
    }
    switch (opcode) {
      case Opcode.callIndirect: {
        const [type, table] = instructions.numbers(2);
        body.u8(opcode);
        body.u32(types.indexOf(part, type as number));
        body.u32(table as number);
        break;
      }
      case Opcode.globalGet:
      case Opcode.globalSet:
        this.#global(part, instructions);
        break;
      default:
        body.u8(opcode);
        writeSigned(body, types.indexOf(part, blockType(bytes, instructions)));
    }
  }

  /** Imported globals of libraries are numbers by now, all but the stack pointer. */
  #global(part: Part, instructions: Instructions): void {
    const { opcode } = instructions;
    const [index] = instructions.numbers(1);
    const { constants, globalBase } = this.#indices.layout;
    const value = constants.get(part)?.get(index as number);
    if (value !== undefined) {
      assert(opcode === Opcode.globalGet, "a number is not assigned to");
      writeConstant(this.#body, value);
      return;
    }
    const own = (index as number) - part.module.importedCounts.global;
    this.#body.u8(opcode);
    this.#body.u32(own < 0 ? stackPointerIndex : (globalBase.get(part) ?? 0) + own);
  }
}

/** The index of a block's type; below zero if it is written without one. */
function blockType(bytes: Uint8Array, { at, next }: Instructions): number {
  return new WasmReader(bytes, at + 1, next).s33("a block type");
}
