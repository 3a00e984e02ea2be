/** The pieces one after the other, as one. */
export function concatenate(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only as Uint8Array<ArrayBuffer>;
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** The bytes of a buffer or of a view of one. Throws a TypeError for all else. */
export function viewOf(source: unknown): Uint8Array<ArrayBuffer> {
  if (source instanceof Uint8Array) return source as Uint8Array<ArrayBuffer>;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (!ArrayBuffer.isView(source)) throw new TypeError("it is no ArrayBuffer, nor a view of one");
  const { buffer, byteOffset, byteLength } = source;
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
