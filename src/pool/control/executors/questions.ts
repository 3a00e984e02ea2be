import type { Turns } from "#core/host";
import type { ExecutorEvent, ExecutorOrder } from "#pool/host";
import type { Slot } from "./slot.ts";

/** An executor that takes longer is not waited for, where nothing else is said. */
const answerNsMax = 2e9;

/** What is asked of executors, and what becomes of their answers. */
export interface Question {
  readonly order: (request: number) => ExecutorOrder;
  readonly take: (event: ExecutorEvent, slot: Slot) => void;
  readonly answerNsMax?: number;
}

interface Asked {
  readonly slots: Set<Slot>;
  readonly take: Question["take"];
  readonly complete: () => void;
}

/** What executors were asked and have still to answer: nobody is waited for without an end. */
export class Questions {
  readonly #turns: Pick<Turns, "after">;
  readonly #asked = new Map<number, Asked>();
  #lastNumber = 0;

  constructor(turns: Pick<Turns, "after">) {
    this.#turns = turns;
  }

  /** Puts orders to the slots, for the caller to send. Answers when all did, or are late. */
  ask(slots: readonly Slot[], { order, take, ...question }: Question): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    const asked = slots.filter(({ link }) => link !== undefined);
    if (asked.length === 0) {
      resolve();
      return promise;
    }
    const timer = this.#turns.after(question.answerNsMax ?? answerNsMax, () => complete());
    const complete = (): void => {
      timer.cancel();
      this.#asked.delete(number);
      resolve();
    };
    this.#asked.set(number, { slots: new Set(asked), take, complete });
    for (const slot of asked) slot.order(order(number));
    return promise;
  }

  answered(slot: Slot, number: number, event?: ExecutorEvent): void {
    const asked = this.#asked.get(number);
    if (asked === undefined || !asked.slots.delete(slot)) return;
    if (event !== undefined) asked.take(event, slot);
    if (asked.slots.size === 0) asked.complete();
  }

  /** It will answer nothing any more. */
  gone(slot: Slot): void {
    for (const number of this.#asked.keys()) this.answered(slot, number);
  }
}
