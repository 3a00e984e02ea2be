import { Heap } from "#core/base/collections";
import type { Entry } from "./entry.ts";

/** The messages of one key in their order: only the first may be handed out. */
export class Line {
  readonly #heap = new Heap<Entry>((a, b) => a.id < b.id);

  /** Expects that it is not dead. It may stand there already. */
  join(entry: Entry): void {
    this.#heap.push(entry);
  }

  /** `undefined` when nobody is left. */
  first(): Entry | undefined {
    for (;;) {
      const entry = this.#heap.peek();
      if (entry === undefined || isInLine(entry)) return entry;
      this.#heap.pop();
    }
  }
}

/** A dead message does not hold up those behind it. */
function isInLine({ isGone, stage }: Entry): boolean {
  return !isGone && stage.kind !== "dead";
}
