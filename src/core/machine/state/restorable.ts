import { externKindCode, findSection, SectionId, type WasmModule } from "#core/machine/wasm";
import { WasmReader, WasmWriter } from "#core/machine/wasm/binary";
import { Instructions, readBodies } from "#core/machine/wasm/code";
import { restorableExport, restoredExport, savedGlobalName } from "./names.ts";

/** What a global may be for it to be read and set from outside, to the last bit. */
const numbers: ReadonlySet<string> = new Set(["i32", "i64"]);

/** Instructions that change what lies neither in a memory nor in a global: tables and segments. */
const changesElsewhere: ReadonlySet<number> = new Set([
  0x26, // table.set
  0xfc009, // data.drop
  0xfc00c, // table.init
  0xfc00d, // elem.drop
  0xfc00e, // table.copy
  0xfc00f, // table.grow
  0xfc011, // table.fill
]);

/**
 * The exports that let another instance of a module go on from the state of one:
 * `restorableExport`, and each global that may change. None for a module that does not ask for it
 * by exporting `restoredExport`, and for one of which memories and numbers are not all that running
 * changes.
 */
export function restorableExports(
  module: WasmModule,
  moved: (functionIndex: number) => number,
): { readonly count: number; readonly entries: Uint8Array } {
  const entries = new WasmWriter();
  const restored = module.exports.find(
    ({ name, kind }) => name === restoredExport && kind === "function",
  );
  if (restored === undefined || !isRestorable(module)) return { count: 0, entries: entries.peek() };
  entries.name(restorableExport);
  entries.u8(externKindCode("function"));
  entries.u32(moved(restored.index));
  let count = 1;
  for (const [index, { mutable }] of module.globals.entries()) {
    if (!mutable) continue;
    entries.name(savedGlobalName(index));
    entries.u8(externKindCode("global"));
    entries.u32(index);
    count += 1;
  }
  return { count, entries: entries.peek() };
}

function isRestorable(module: WasmModule): boolean {
  const { globals, importedCounts, memories, tags, types } = module;
  if (types.usesGc || tags.length > 0) return false;
  if (importedCounts.global > 0 || importedCounts.table > 0) return false;
  if (memories.some(({ shared, address64 }) => shared || address64)) return false;
  if (globals.some(({ mutable, value }) => mutable && !numbers.has(value))) return false;
  return !changesSomethingElse(module);
}

function changesSomethingElse({ bytes, sections }: WasmModule): boolean {
  const code = findSection(sections, SectionId.code);
  if (code === undefined) return false;
  const instructions = new Instructions(bytes);
  for (const body of readBodies(new WasmReader(bytes, code.from, code.to))) {
    instructions.reset(body.code, body.to);
    while (instructions.step()) if (changesElsewhere.has(instructions.opcode)) return true;
  }
  return false;
}
