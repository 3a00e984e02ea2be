/** The most bytes that one entry of a journal holds of what a guest reads, writes or draws. */
export const pieceBytesMax: number = 1024 * 1024;

/** `all` in pieces that each fit one entry. */
export function* piecesOf(all: Uint8Array): IterableIterator<Uint8Array> {
  for (let at = 0; at < all.length; at += pieceBytesMax) {
    yield all.subarray(at, at + pieceBytesMax);
  }
}
