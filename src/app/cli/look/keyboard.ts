import { setTimeout as sleep } from "node:timers/promises";

/** Keys that mean "enough": q, Ctrl-C, Ctrl-D, Escape alone. */
const quitKeys = new Set(["q", "Q", "\u0003", "\u0004", "\u001b"]);

/** Listens for whoever has had enough: a key on a terminal, or the signal of Ctrl-C. */
export class Keyboard {
  readonly #enough = new AbortController();
  readonly #isTerminal = process.stdin.isTTY;
  readonly #quit = (): void => this.#enough.abort();
  readonly #key = (bytes: Buffer): void => {
    if (quitKeys.has(bytes.toString())) this.#quit();
  };

  constructor() {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, this.#quit);
    if (!this.#isTerminal) return;
    process.stdin.setRawMode(true).on("data", this.#key).resume();
  }

  /** Answers whether to go on, after `ms` or as soon as that is clear. */
  async pause(ms: number): Promise<boolean> {
    const { signal } = this.#enough;
    // Rejects only for the signal.
    await sleep(ms, undefined, { signal }).catch(() => undefined);
    return !signal.aborted;
  }

  [Symbol.dispose](): void {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, this.#quit);
    if (!this.#isTerminal) return;
    process.stdin.setRawMode(false).off("data", this.#key).pause();
  }
}
