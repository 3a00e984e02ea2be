/** Distinguished encoding, as far as keys need it: tag, length, content. */
export const Tag = {
  integer: 2,
  bits: 3,
  octets: 4,
  oid: 6,
  sequence: 0x30,
  publicKey: 0xa1,
} as const;

type Bytes = Uint8Array<ArrayBuffer>;

/** One value, with its content in pieces. */
export function der(tag: number, ...content: readonly Uint8Array[]): Bytes {
  const length = content.reduce((sum, piece) => sum + piece.length, 0);
  const size = length < 0x80 ? [length] : longLength(length);
  const whole = new Uint8Array(1 + size.length + length);
  whole[0] = tag;
  whole.set(size, 1);
  let at = 1 + size.length;
  for (const piece of content) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** A bit string of whole bytes. */
export function derBits(bytes: Uint8Array): Bytes {
  return der(Tag.bits, new Uint8Array(1), bytes);
}

/** A number that is not negative, of its bytes without zeros in front. */
export function derInteger(bytes: Uint8Array): Bytes {
  const isSigned = (bytes[0] ?? 0xff) >= 0x80;
  return isSigned ? der(Tag.integer, new Uint8Array(1), bytes) : der(Tag.integer, bytes);
}

export interface DerValue {
  readonly tag: number;
  readonly content: Bytes;
}

/** The values that follow one another in these bytes. Throws a DataError for anything else. */
function readDer(bytes: Uint8Array): readonly DerValue[] {
  const values: DerValue[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] as number;
    let length = bytes[at + 1] ?? -1;
    at += 2;
    if (length >= 0x80) {
      const size = length - 0x80;
      length = 0;
      for (let left = size; left > 0; left--) length = length * 256 + (bytes[at++] ?? -1);
    }
    if (length < 0 || at + length > bytes.length) throw broken();
    values.push({ tag, content: bytes.slice(at, at + length) });
    at += length;
  }
  return values;
}

/** The values within the one value that these bytes are. */
export function readSequence(bytes: Uint8Array): readonly DerValue[] {
  const [whole, more] = readDer(bytes);
  if (whole?.tag !== Tag.sequence || more !== undefined) throw broken();
  return readDer(whole.content);
}

export function broken(): DOMException {
  return new DOMException("the key is not well formed", "DataError");
}

function longLength(length: number): readonly number[] {
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 + bytes.length, ...bytes];
}
