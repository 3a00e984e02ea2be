/** Bytes that come in pieces, of which no more than so many are kept. */
export class Pieces {
  readonly #pieces: Uint8Array[] = [];
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Whether there were more than may be kept. */
  get isOver(): boolean {
    return this.#bytes > this.#bytesMax;
  }

  add(piece: Uint8Array): void {
    this.#bytes += piece.length;
    if (this.isOver) this.#pieces.length = 0;
    else this.#pieces.push(piece.slice());
  }

  /** All that came; nothing where that was too much. */
  all(): Uint8Array {
    if (this.isOver) return new Uint8Array(0);
    const all = new Uint8Array(this.#bytes);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }
}
