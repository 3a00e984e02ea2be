import type { Process } from "#core/kernel";
import { errno, type Errno } from "#core/sys";
import { bounds, sizes } from "#core/personality/wasi-p1/abi";

/** The buffers a guest's vector names, empty ones left out; EINVAL for too many of them. */
export function buffersOf(process: Process, vector: number, count: number): Uint8Array[] | Errno {
  if (count >>> 0 > bounds.iovecsMax) return errno.EINVAL;
  const { memory } = process;
  const buffers: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const at = vector + index * sizes.iovec;
    const buffer = memory.bytes(memory.u32(at), memory.u32(at + 4));
    if (buffer.length > 0) buffers.push(buffer);
  }
  return buffers;
}

/** The bytes all buffers hold together. */
export function totalBytes(buffers: readonly Uint8Array[]): number {
  let total = 0;
  for (const buffer of buffers) total += buffer.length;
  return total;
}
