import type { Terminal } from "#app/cli/command";
import { printable } from "#core/base";

const startOfLine = "\r";
const restOfLine = "\u001b[K";

/** A line is not drawn more often than an eye follows. */
const drawnMsMin = 50;

/** How long work goes on: a line that changes on a terminal, plain lines anywhere else. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #nowMs: () => number;
  #drawnMs = -Infinity;
  #isDrawn = false;

  constructor(terminal: Terminal, nowMs: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#nowMs = nowMs;
  }

  /** What is being done at the moment; seen on a terminal only. */
  show(text: string): void {
    const { isErrTerminal, size } = this.#terminal;
    const nowMs = this.#nowMs();
    if (!isErrTerminal || nowMs - this.#drawnMs < drawnMsMin) return;
    this.#drawnMs = nowMs;
    this.#isDrawn = true;
    const line = printable(text).slice(0, (size?.columns ?? 80) - 1);
    this.#terminal.err(`${startOfLine}${line}${restOfLine}`);
  }

  /** Something that was done. */
  say(text: string): void {
    this.clear();
    this.#terminal.err(`${printable(text)}\n`);
  }

  /** Takes away the line that changes. */
  clear(): void {
    if (this.#isDrawn) this.#terminal.err(`${startOfLine}${restOfLine}`);
    this.#isDrawn = false;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}
