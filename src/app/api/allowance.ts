import { assert } from "#core/base";
import { PlatformError } from "#core/sys";

/** So much of something that all requests together may take. */
export class Allowance {
  readonly #what: string;
  readonly #max: number;
  #taken = 0;

  /** Expects `what` to be a sentence's object: "bytes of answers". */
  constructor(what: string, max: number) {
    this.#what = what;
    this.#max = max;
  }

  /** Throws `DAEMON_BUSY` where it is too much beside what others have. */
  take(amount: number): void {
    if (this.#taken > 0 && this.#taken + amount > this.#max) {
      throw new PlatformError(`the daemon has ${this.#max} ${this.#what} at hand, and no more`, {
        code: "DAEMON_BUSY",
        hint: "do it again in a little while",
      });
    }
    this.#taken += amount;
  }

  give(amount: number): void {
    assert(amount <= this.#taken, "what is given back was taken");
    this.#taken -= amount;
  }
}
