import type { OutputView } from "#pool/api";

/** A character of UTF-8 has so many bytes at most. */
const characterBytesMax = 4;

/** A byte order mark is a character like any other in the middle of an output. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What an executor keeps of what a process wrote. */
interface Written {
  readonly bytes: Uint8Array;
  /** How many bytes were written in all. */
  readonly endBytes: number;
}

/**
 * The text of what was written after `after` bytes, or of all that is kept. A character that was
 * cut when what came before it was let go of is left out whole; one that is not whole yet is held
 * back for who asks for what comes `after`, and is told in the next look.
 */
export function outputView(
  path: string,
  { bytes, endBytes }: Written,
  after: number | undefined,
): OutputView {
  const keptFrom = endBytes - bytes.length;
  // Whoever has seen more than there is has seen another count, which was of another executor.
  const seen = after === undefined || after > endBytes ? 0 : after;
  const skipped = keptFrom > seen ? cutAtStart(bytes) : seen - keptFrom;
  const heldBack = after === undefined ? 0 : cutAtEnd(bytes.subarray(skipped));
  const told = bytes.subarray(skipped, bytes.length - heldBack);
  return {
    path,
    text: decoder.decode(told),
    endBytes: endBytes - heldBack,
    startBytes: keptFrom + skipped,
    heldBytes: heldBack,
  };
}

/** How many bytes at the start are the rest of a character. */
function cutAtStart(bytes: Uint8Array): number {
  let count = 0;
  while (count < characterBytesMax - 1 && isContinuation(bytes[count])) count += 1;
  return count;
}

/** How many bytes at the end begin a character that is not whole. */
function cutAtEnd(bytes: Uint8Array): number {
  for (let count = 1; count < characterBytesMax && count <= bytes.length; count += 1) {
    const byte = bytes[bytes.length - count] ?? 0;
    if (!isContinuation(byte)) return lengthOf(byte) > count ? count : 0;
  }
  return 0;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Of the character that begins with this byte. */
function lengthOf(byte: number): number {
  if (byte >= 0xf0 && byte <= 0xf4) return 4;
  if (byte >= 0xe0 && byte < 0xf0) return 3;
  return byte >= 0xc2 && byte < 0xe0 ? 2 : 1;
}
