import { randomFillSync } from "node:crypto";
import type { IdSource } from "#core/http";

const poolBytes = 4096;

/** Chance of the machine, fetched and spelled for some hundred ids at a time. */
export class RandomIds implements IdSource {
  readonly #pool = Buffer.alloc(poolBytes);
  #digits = "";
  #at = 0;

  hex(bytes: number): string {
    if (this.#at + 2 * bytes > this.#digits.length) {
      this.#digits = randomFillSync(this.#pool).toString("hex");
      this.#at = 0;
    }
    const start = this.#at;
    this.#at += 2 * bytes;
    return this.#digits.slice(start, this.#at);
  }
}
