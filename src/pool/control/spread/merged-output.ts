import type { Output } from "#pool/control/executors";

/** So much is kept, as of one executor's. */
const keptBytesMax = 64 * 1024;

/**
 * What several executors wrote under one path, in the order in which it was seen here. Who asked
 * for what came after some of it while there was one can go on with that.
 */
export class MergedOutput {
  #bytes = new Uint8Array(0);
  #endBytes = 0;
  /** How much of each executor's is in it, by slots. */
  readonly #seen = new Map<number, number>();

  get view(): Output {
    return { bytes: this.#bytes, endBytes: this.#endBytes };
  }

  /** What one of them has kept by now: of that what is new is added. */
  add(slot: number, { bytes, endBytes }: Output): void {
    const known = this.#seen.get(slot) ?? 0;
    // One that wrote less than it had is another, which took its place.
    const since = endBytes < known ? 0 : known;
    this.#seen.set(slot, endBytes);
    const fresh = bytes.subarray(Math.max(0, bytes.length - (endBytes - since)));
    this.#endBytes += endBytes - since;
    if (fresh.length === 0) return;
    const all = new Uint8Array(this.#bytes.length + fresh.length);
    all.set(this.#bytes);
    all.set(fresh, this.#bytes.length);
    this.#bytes = all.slice(Math.max(0, all.length - keptBytesMax));
  }
}
