import type { OutputView } from "#pool/api";

/** Tells what is new of an output that is looked at again and again. */
export class NewOutput {
  #seenBytes = 0;

  /** What came since the last look; what came and is no longer kept is counted. */
  of({ text, startBytes, endBytes }: OutputView): {
    readonly lostBytes: number;
    readonly bytes: Uint8Array;
  } {
    // Another executor runs it now, whose count begins anew.
    if (endBytes < this.#seenBytes) this.#seenBytes = 0;
    const lostBytes = Math.max(0, startBytes - this.#seenBytes);
    const newBytes = endBytes - Math.max(startBytes, this.#seenBytes);
    this.#seenBytes = endBytes;
    return { lostBytes, bytes: lastBytes(Buffer.from(text), newBytes, endBytes - startBytes) };
  }
}

/**
 * The last `count` of what were `total` bytes. What is no UTF-8 is longer as text; then the place
 * is only near, and no character is cut in two.
 */
function lastBytes(text: Uint8Array, count: number, total: number): Uint8Array {
  if (count === total) return text;
  let from = Math.max(0, text.length - count);
  while (from < text.length && isWithinCharacter(text[from] ?? 0)) from += 1;
  return text.subarray(from);
}

function isWithinCharacter(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
