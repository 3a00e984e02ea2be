/** A byte that is no UTF-8, and where in the decoded text its replacement stands. */
interface BadByte {
  readonly offset: number;
  readonly value: number;
}

const replacement = "\ufffd";
const replacementBytes = [0xef, 0xbf, 0xbd];
const byteOrderMark = [0xef, 0xbb, 0xbf];

/** The text of `bytes`, and the first byte that keeps them from being UTF-8. */
export function decodeUtf8(bytes: Uint8Array): {
  readonly text: string;
  readonly badByte: BadByte | undefined;
} {
  const text = new TextDecoder().decode(bytes);
  return { text, badByte: findBadByte(bytes, text) };
}

/** A replacement that does not stand in the bytes as such was put there for a bad byte. */
function findBadByte(bytes: Uint8Array, text: string): BadByte | undefined {
  const encoder = new TextEncoder();
  let at = startsWith(bytes, 0, byteOrderMark) ? byteOrderMark.length : 0;
  let done = 0;
  for (const { index } of text.matchAll(/\ufffd/g)) {
    at += encoder.encode(text.slice(done, index)).length;
    if (!startsWith(bytes, at, replacementBytes)) return { offset: index, value: bytes[at] ?? 0 };
    at += replacementBytes.length;
    done = index + replacement.length;
  }
  return undefined;
}

function startsWith(bytes: Uint8Array, at: number, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[at + index] === byte);
}
