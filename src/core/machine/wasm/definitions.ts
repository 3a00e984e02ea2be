import {
  malformed,
  moduleLimits,
  readTableElementType,
  type WasmReader,
} from "#core/machine/wasm/binary";
import {
  type ConstantVisitor,
  type Instructions,
  skipConstantExpression,
} from "#core/machine/wasm/code";
import {
  type GlobalType,
  readGlobalType,
  readTableLimits,
  type TableType,
} from "./extern-types.ts";

/** Stands before a table's type if an initial value follows it. */
const tableWithValue = 0x40;

/**
 * A table of the table section: the type of its elements is written from `elementFrom`, its limits
 * from `limitsFrom` up to `limitsTo`.
 */
export interface TableDefinition {
  readonly type: TableType;
  readonly elementFrom: number;
  readonly limitsFrom: number;
  readonly limitsTo: number;
}

/** Walks the payload of a table section, naming every table, function index and object in order. */
export function walkTableSection(
  reader: WasmReader,
  instructions: Instructions,
  visit: ConstantVisitor & { readonly table: (definition: TableDefinition) => void },
): void {
  for (let count = reader.count("tables", moduleLimits.tables); count > 0; count--) {
    const hasValue = reader.bytes[reader.at] === tableWithValue;
    if (hasValue) {
      reader.skip(1, "a table");
      if (reader.u8("a table") !== 0) throw malformed("a reserved byte is not 0", reader.at - 1);
    }
    const elementFrom = reader.at;
    const element = readTableElementType(reader);
    const limitsFrom = reader.at;
    const type = { element, ...readTableLimits(reader) };
    visit.table({ type, elementFrom, limitsFrom, limitsTo: reader.at });
    if (hasValue) skipConstantExpression(reader, instructions, visit);
  }
  reader.finish("the table section");
}

/** Walks the payload of a global section, naming globals, function indices, objects in order. */
export function walkGlobalSection(
  reader: WasmReader,
  instructions: Instructions,
  visit: ConstantVisitor & { readonly global?: (type: GlobalType) => void },
): void {
  for (let count = reader.count("globals", moduleLimits.globals); count > 0; count--) {
    const type = readGlobalType(reader);
    visit.global?.(type);
    skipConstantExpression(reader, instructions, visit);
  }
  reader.finish("the global section");
}
