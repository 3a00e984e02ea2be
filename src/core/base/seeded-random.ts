/**
 * A repeatable stream of 32-bit numbers from one seed, for simulation and tests only; never for
 * secrets. The generator is sfc32 (Chris Doty-Humphrey, PractRand).
 */
export class SeededRandom {
  #a = 0x9e3779b9;
  #b = 0x243f6a88;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#c = seed >>> 0;
    for (let round = 0; round < 15; round++) this.next();
  }

  /** The next whole number from 0 to 2³²−1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** A whole number from 0 to `bound`−1. */
  below(bound: number): number {
    return Math.floor((this.next() / 2 ** 32) * bound);
  }

  /** Fills `target` with the stream's bytes. */
  fill(target: Uint8Array): void {
    for (let index = 0; index < target.length; index++) target[index] = this.next();
  }
}
