import type { Terminal } from "#app/cli/command";
import type { OutputView } from "#pool/api";

/** A character that was begun, and not gone on with in so many looks, is shown as none. */
const heldLooksMax = 4;
const noCharacter = "\ufffd";

/** How far the output of one process was shown, and what comes next. */
export class ShownOutput {
  readonly #terminal: Terminal;
  #seenBytes: number | undefined;
  #heldLooks = 0;

  /** Without `after`, all that is kept is shown, also a character that is not whole yet. */
  constructor(terminal: Terminal, after: number | undefined) {
    this.#terminal = terminal;
    this.#seenBytes = after;
  }

  /** What comes after this many bytes was not shown yet. */
  get seenBytes(): number | undefined {
    return this.#seenBytes;
  }

  /** The count of bytes begins anew: all is new. */
  beginAnew(): void {
    this.#seenBytes = 0;
    this.#heldLooks = 0;
  }

  /** Prints what an answer brings that was asked for with `seenBytes`. */
  print({ text, startBytes, endBytes, heldBytes }: OutputView): void {
    const before = this.#seenBytes;
    // Of an executor that runs it now, and whose count begins anew, all is new.
    const fromBytes = before === undefined || endBytes < before ? 0 : before;
    const lostBytes = startBytes - fromBytes;
    if (lostBytes > 0) this.#terminal.err(`noos: ${lostBytes} bytes before this are not kept\n`);
    if (text !== "") this.#terminal.out(text);
    this.#seenBytes = endBytes;
    this.#heldLooks = heldBytes > 0 && text === "" ? this.#heldLooks + 1 : 0;
    if (this.#heldLooks < heldLooksMax) return;
    this.#terminal.out(noCharacter);
    this.#seenBytes += heldBytes;
    this.#heldLooks = 0;
  }
}
