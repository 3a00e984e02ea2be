import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "#adapters/sqlite/file";

interface Step {
  readonly run: () => void;
  readonly settle: (error: Error | undefined) => void;
}

/**
 * Changes of the file that are made together: all that is asked for in one turn of the event loop
 * is one transaction, so that a thousand writers wait for one sync of the disk, not for a thousand.
 * While that lasts, those that come next gather for the next turn.
 */
export class Group {
  readonly #database: DatabaseSync;
  readonly #onFailure: (error: unknown) => Error;
  #steps: Step[] = [];
  #turn: NodeJS.Immediate | undefined;

  /** `onFailure` is told before anybody else that nothing of a transaction was made. */
  constructor(database: DatabaseSync, onFailure: (error: unknown) => Error) {
    this.#database = database;
    this.#onFailure = onFailure;
  }

  /** Answers what `deed` did, once it is durable. Deeds are done in the order they came. */
  do<T>(deed: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: { readonly value: T } | undefined;
      this.#steps.push({
        run: () => (result = { value: deed() }),
        settle: (error) => {
          if (result === undefined || error !== undefined) reject(error);
          else resolve(result.value);
        },
      });
      this.#turn ??= setImmediate(() => this.flush());
    });
  }

  /** Makes what waits now. */
  flush(): void {
    clearImmediate(this.#turn);
    this.#turn = undefined;
    const steps = this.#steps;
    if (steps.length === 0) return;
    this.#steps = [];
    const error = this.#attempt(steps);
    for (const step of steps) step.settle(error);
  }

  #attempt(steps: readonly Step[]): Error | undefined {
    try {
      inTransaction(this.#database, () => {
        for (const step of steps) step.run();
      });
      return undefined;
    } catch (error) {
      return this.#onFailure(error);
    }
  }
}
