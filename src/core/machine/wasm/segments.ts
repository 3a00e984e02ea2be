import { hex, readTableElementType, unsupported, type WasmReader } from "#core/machine/wasm/binary";
import {
  type ConstantVisitor,
  type Instructions,
  skipConstantExpression,
} from "#core/machine/wasm/code";

/** Bits of an element segment's flags. */
const elementFlag = { notActive: 1, tableOrDeclarative: 2, expressions: 4 } as const;
const elementFlagsMax = 7;

const dataFlag = { passive: 1, memory: 2 } as const;
const dataFlagsMax = 2;

/** Walks the payload of an element section, naming every function index and object in it. */
export function walkElementSection(
  reader: WasmReader,
  instructions: Instructions,
  visit?: ConstantVisitor,
): void {
  for (let count = reader.count("element segments"); count > 0; count--) {
    walkElementSegment(reader, instructions, visit);
  }
  reader.finish("the element section");
}

/**
 * Walks the payload of a data section and answers how many segments it has. No function index can
 * stand in it.
 */
export function walkDataSection(reader: WasmReader, instructions: Instructions): number {
  const segmentCount = reader.count("data segments");
  for (let count = segmentCount; count > 0; count--) {
    const start = reader.at;
    const flags = reader.u32("the flags of a data segment");
    if (flags > dataFlagsMax)
      throw unsupported(`data segment flags ${hex(flags)} are unknown`, start);
    if ((flags & dataFlag.memory) !== 0) reader.u32("the memory of a data segment");
    if ((flags & dataFlag.passive) === 0) skipConstantExpression(reader, instructions);
    reader.skip(reader.u32("the length of a data segment"), "a data segment");
  }
  reader.finish("the data section");
  return segmentCount;
}

function walkElementSegment(
  reader: WasmReader,
  instructions: Instructions,
  visit: ConstantVisitor | undefined,
): void {
  const start = reader.at;
  const flags = reader.u32("the flags of an element segment");
  if (flags > elementFlagsMax) {
    throw unsupported(`element segment flags ${hex(flags)} are unknown`, start);
  }
  const active = (flags & elementFlag.notActive) === 0;
  const explicit = (flags & elementFlag.tableOrDeclarative) !== 0;
  const expressions = (flags & elementFlag.expressions) !== 0;
  if (active && explicit) reader.u32("the table of an element segment");
  if (active) skipConstantExpression(reader, instructions, visit);
  if (!active || explicit) {
    if (expressions) readTableElementType(reader);
    else reader.u8("the kind of an element segment");
  }
  for (let count = reader.count("elements"); count > 0; count--) {
    if (expressions) {
      skipConstantExpression(reader, instructions, visit);
    } else {
      const from = reader.at;
      const index = reader.u32("a function index");
      visit?.functionIndex?.(index, from, reader.at);
    }
  }
}
