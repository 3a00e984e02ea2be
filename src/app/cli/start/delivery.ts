import type { Timer, Turns } from "#core/host";

/** How long output may go on waiting for its reader once the run was told to end. */
const graceNs = 2e9;

/**
 * Waits until what a program wrote has been read: for ever, unless the run is told to end. A
 * program that is over may have left so much that its reader takes an hour; but who presses
 * Ctrl-C, or has set a limit, must not be kept by a reader that never reads.
 */
export class Delivery {
  readonly #turns: Turns;
  readonly #givenUp: PromiseWithResolvers<false> = Promise.withResolvers();
  #timer: Timer | undefined;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** From now on it is given up after a while. Only the first word counts. */
  bound(): void {
    this.#timer ??= this.#turns.after(graceNs, () => this.#givenUp.resolve(false));
  }

  /** Whether all of it was delivered. */
  async of(delivered: Promise<void>): Promise<boolean> {
    const isDelivered = await Promise.race([delivered.then(() => true), this.#givenUp.promise]);
    this.#timer?.cancel();
    return isDelivered;
  }
}
