import { ByteReader, ByteWriter } from "#core/base";
import type { MemoryDescription, ModuleDescription, TableDescription } from "#core/machine/wasm";

/** An instrumented module, and what it declares: to read that again would take longer. */
export interface KeptProgram {
  readonly bytes: Uint8Array;
  readonly description: ModuleDescription;
}

/** The description goes first, as JSON: it says how long it is, and the module is the rest. */
export function saveProgram({ bytes, description }: KeptProgram): Uint8Array {
  const json = JSON.stringify(description);
  const writer = new ByteWriter(bytes.length + json.length + 16);
  writer.text(json);
  writer.raw(bytes);
  return writer.peek();
}

/** Throws for what `saveProgram` has not written. */
export function restoreProgram(kept: Uint8Array): KeptProgram {
  const reader = new ByteReader(kept);
  const { memories, tables, ...rest } = JSON.parse(reader.text()) as ModuleDescription;
  const description = { ...rest, memories: memories.map(sized), tables: tables.map(sized) };
  return { description, bytes: reader.raw(reader.remainingBytes) };
}

/** JSON has no undefined: a maximum that was not declared is not there at all. */
function sized<T extends MemoryDescription | TableDescription>(row: T): T {
  return { ...row, max: row.max };
}
