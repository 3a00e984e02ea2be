import type { HopTarget } from "#adapters/node/hop";
import { assert } from "#core/base";

/** The executors that serve by one process: who has none of it hands on to each in turn. */
export class ByTurns {
  readonly #targets: HopTarget[] = [];
  #nextIndex = 0;

  add(target: HopTarget): void {
    this.#targets.push(target);
  }

  /** Expects that one was added. */
  next(): HopTarget {
    const target = this.nextOrOwn() ?? this.nextOrOwn();
    assert(target !== undefined, "there is a place only where an executor has it");
    return target;
  }

  /** The same, where this executor has its turn too: `undefined`. */
  nextOrOwn(): HopTarget | undefined {
    const target = this.#targets[this.#nextIndex];
    this.#nextIndex = (this.#nextIndex + 1) % (this.#targets.length + 1);
    return target;
  }
}
