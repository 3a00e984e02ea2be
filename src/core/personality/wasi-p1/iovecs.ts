import type { Process } from "#core/kernel";
import { errno, Errno } from "#core/sys";
import { bounds, sizes } from "#core/personality/wasi-p1/abi";

/**
 * The buffers a guest's vector names, empty ones left out; EINVAL for too many of them. Together
 * they hold no more than one call may move: what is beyond is left for the next call.
 */
export function buffersOf(process: Process, vector: number, count: number): Uint8Array[] | Errno {
  if (count >>> 0 > bounds.iovecsMax) return errno.EINVAL;
  const { memory } = process;
  // As a whole, so that no place in it comes round to the start of the memory.
  memory.check(vector, count * sizes.iovec);
  if (count === 1) {
    // As nearly always; a list that could grow would take six times the memory while it waits.
    const only = memory.bytes(memory.u32(vector), memory.u32(vector + 4));
    if (only.length === 0) return [];
    const isShort = only.length <= bounds.transferBytesMax;
    return [isShort ? only : only.subarray(0, bounds.transferBytesMax)];
  }
  const buffers: Uint8Array[] = [];
  let room: number = bounds.transferBytesMax;
  for (let index = 0; index < count; index++) {
    const at = vector + index * sizes.iovec;
    const buffer = memory.bytes(memory.u32(at), memory.u32(at + 4));
    if (buffer.length > 0 && room > 0) buffers.push(buffer.subarray(0, room));
    room = Math.max(0, room - buffer.length);
  }
  return buffers;
}

/**
 * Moves bytes buffer by buffer, until `move` does less than a whole one; answers how many. An
 * error after the first bytes is left for the next call to find.
 */
export function transfer(
  buffers: readonly Uint8Array[],
  move: (buffer: Uint8Array, done: number) => number | Errno,
): number | Errno {
  let total = 0;
  for (const buffer of buffers) {
    const moved = move(buffer, total);
    if (moved instanceof Errno) return total === 0 ? moved : total;
    total += moved;
    if (moved < buffer.length) break;
  }
  return total;
}

/** The bytes all buffers hold together. */
export function totalBytes(buffers: readonly Uint8Array[]): number {
  let total = 0;
  for (const buffer of buffers) total += buffer.length;
  return total;
}
