import type { Process } from "#core/kernel";
import type { Errno } from "#core/sys";

const encoder = new TextEncoder();

export function argsSizesGet(process: Process, count: number, size: number): undefined {
  writeSizes(process, process.args, { count, size });
}

export function argsGet(process: Process, pointers: number, buffer: number): Errno | undefined {
  writeTexts(process, process.args, { pointers, buffer });
  return undefined;
}

export function environSizesGet(process: Process, count: number, size: number): undefined {
  writeSizes(process, process.env, { count, size });
}

export function environGet(process: Process, pointers: number, buffer: number): Errno | undefined {
  writeTexts(process, process.env, { pointers, buffer });
  return undefined;
}

function writeSizes(
  process: Process,
  texts: readonly string[],
  at: { readonly count: number; readonly size: number },
): void {
  let sizeBytes = 0;
  for (const text of texts) sizeBytes += encoder.encode(text).length + 1;
  process.memory.setU32(at.count, texts.length);
  process.memory.setU32(at.size, sizeBytes);
}

/** Writes each text with a NUL behind it, and a pointer to each. */
function writeTexts(
  process: Process,
  texts: readonly string[],
  at: { readonly pointers: number; readonly buffer: number },
): void {
  const { memory } = process;
  let address = at.buffer;
  for (const [index, text] of texts.entries()) {
    const bytes = encoder.encode(text);
    memory.setU32(at.pointers + index * 4, address);
    memory.bytes(address, bytes.length).set(bytes);
    memory.setU8(address + bytes.length, 0);
    address += bytes.length + 1;
  }
}
