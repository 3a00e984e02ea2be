import { assert } from "#core/base";
import {
  externKindCode,
  findSection,
  readModule,
  SectionId,
  type WasmModule,
} from "#core/machine/wasm";
import { WasmWriter } from "#core/machine/wasm/binary";
import { writeSigned } from "./numbers.ts";
import { writeOffset } from "./segments.ts";

const pageBytes = 65_536;

/** Shorter stretches of zeros are cheaper written than left out. */
const gapBytesMin = 16;

const i32 = 0x7f;
const mutable = 1;
const i32Const = 0x41;
const end = 0x0b;

/** Linked modules export their globals by these names, for `freeze`, which takes them away. */
export function globalName(index: number): string {
  return `__global ${index}`;
}

/**
 * The module that begins where an instance of it is: with its memory, and its globals. Expects a
 * module that `link` made, whose tables nobody changed.
 */
export function freeze(bytes: Uint8Array, exports: WebAssembly.Exports): Uint8Array {
  const module = readModule(bytes);
  const { memory } = exports;
  assert(memory instanceof WebAssembly.Memory, "a linked module exports its memory");
  const content = new Uint8Array(memory.buffer);
  const values = module.globals.map((_, index) => globalOf(exports, index));
  const writers = new Map<number, (payload: WasmWriter) => void>([
    [SectionId.memory, (payload) => writeMemory(payload, content.length)],
    [SectionId.global, (payload) => writeGlobals(payload, values)],
    [SectionId.export, (payload) => writeExports(payload, module)],
    [SectionId.data, (payload) => writeRuns(payload, content)],
  ]);
  const whole = new WasmWriter(bytes.length + content.length);
  let copied = 0;
  for (const [id, write] of writers) {
    const section = findSection(module.sections, id);
    assert(section !== undefined, "a linked module has all of these");
    whole.copy(bytes, copied, section.at);
    const payload = new WasmWriter(1024);
    write(payload);
    whole.u8(id);
    whole.u32(payload.lengthBytes);
    whole.copy(payload.peek());
    copied = section.to;
  }
  whole.copy(bytes, copied);
  return whole.peek().slice();
}

function globalOf(exports: WebAssembly.Exports, index: number): number {
  const found = exports[globalName(index)];
  assert(found instanceof WebAssembly.Global, "a linked module exports its globals");
  return Number(found.value);
}

function writeMemory(writer: WasmWriter, lengthBytes: number): void {
  writer.u8(1);
  writer.u8(0);
  writer.u32(lengthBytes / pageBytes);
}

function writeGlobals(writer: WasmWriter, values: readonly number[]): void {
  writer.u32(values.length);
  for (const value of values) {
    for (const byte of [i32, mutable, i32Const]) writer.u8(byte);
    writeSigned(writer, value);
    writer.u8(end);
  }
}

function writeExports(writer: WasmWriter, module: WasmModule): void {
  const kept = module.exports.filter(({ kind }) => kind !== "global");
  writer.u32(kept.length);
  for (const { name, kind, index } of kept) {
    writer.name(name);
    writer.u8(externKindCode(kind));
    writer.u32(index);
  }
}

function writeRuns(writer: WasmWriter, memory: Uint8Array): void {
  const runs = [...runsOf(memory)];
  writer.u32(runs.length);
  for (const [from, to] of runs) {
    writeOffset(writer, from);
    writer.u32(to - from);
    writer.copy(memory, from, to);
  }
}

/** What lies between long stretches of zeros. */
function* runsOf(memory: Uint8Array): Generator<readonly [from: number, to: number]> {
  let from = -1;
  let lastSet = -1;
  for (let at = 0; at < memory.length; at++) {
    if (memory[at] === 0) continue;
    if (from >= 0 && at - lastSet > gapBytesMin) {
      yield [from, lastSet + 1];
      from = at;
    }
    if (from < 0) from = at;
    lastSet = at;
  }
  if (from >= 0) yield [from, lastSet + 1];
}
