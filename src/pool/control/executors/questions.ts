import type { Turns } from "#core/host";
import type { ExecutorEvent, ExecutorOrder, Life, Measured, ProcessOrder } from "#pool/host";
import type { FindingReport } from "#pool/scale/finding";
import type { Slot } from "./slot.ts";

/** An executor that takes longer is not waited for. */
const answerNsMax = 2e9;

/** But for a rehearsal, which has bounds of its own. */
const rehearsedNsMax = 55e9;

export interface QuestionsPorts {
  readonly turns: Turns;
  /** Sends what was ordered. */
  flush(): void;
}

/** What was written last, and how much in all. */
export interface Output {
  readonly bytes: Uint8Array;
  readonly endBytes: number;
}

/** What an executor says of a rehearsal. */
export type Rehearsed = ExecutorEvent & { readonly kind: "rehearsed" | "not-rehearsed" };

type Answer = Rehearsed | (ExecutorEvent & { readonly kind: "measured" | "explained" | "output" });

/** What a question waits for. */
interface Question {
  readonly slots: Set<Slot>;
  readonly take: (event: Answer, slot: Slot) => void;
  readonly complete: () => void;
}

/** What executors are asked, and who still has to answer. */
export class Questions {
  readonly #ports: QuestionsPorts;
  readonly #open = new Map<number, Question>();
  #last = 0;

  constructor(ports: QuestionsPorts) {
    this.#ports = ports;
  }

  /** What is known of each process; those of an executor that does not answer are missing. */
  async measure(slots: readonly Slot[]): Promise<ReadonlyMap<Life, Measured>> {
    const all = new Map<Life, Measured>();
    await this.#ask(
      slots,
      (request) => ({ kind: "measure", request }),
      (event) => {
        if (event.kind !== "measured") return;
        for (const [life, measured] of event.processes) all.set(life, measured);
      },
    );
    return all;
  }

  /**
   * What was last written under a path, or of that what came after `after` bytes; nothing where no
   * executor remembers it. Of several that do, the one that has `life` now counts, and else the
   * one that remembers most.
   */
  async readOutput(
    slots: readonly Slot[],
    what: {
      readonly path: string;
      readonly life: Life | undefined;
      readonly after?: number | undefined;
    },
  ): Promise<Output> {
    const { path, life, after } = what;
    let found: Output = { bytes: new Uint8Array(0), endBytes: 0 };
    let isOfLife = false;
    await this.#ask(
      slots,
      (request) => ({
        kind: "read-output",
        request,
        path,
        ...(after === undefined ? {} : { after }),
      }),
      (event, slot) => {
        if (event.kind !== "output" || event.endBytes === 0 || isOfLife) return;
        isOfLife = life !== undefined && slot.lives.has(life);
        if (isOfLife || event.endBytes > found.endBytes) found = event;
      },
    );
    return found;
  }

  /** What each executor remembers of what was written under a path, by slots. */
  async readOutputs(slots: readonly Slot[], path: string): Promise<ReadonlyMap<number, Output>> {
    const all = new Map<number, Output>();
    await this.#ask(
      slots,
      (request) => ({ kind: "read-output", request, path }),
      (event, slot) => {
        if (event.kind === "output" && event.endBytes > 0) all.set(slot.number, event);
      },
    );
    return all;
  }

  /** Why what serves under a life does so; `undefined` where it does not, or nobody answers. */
  async explain(slots: readonly Slot[], life: Life): Promise<readonly FindingReport[] | undefined> {
    let findings: readonly FindingReport[] | undefined;
    await this.#ask(
      slots,
      (request) => ({ kind: "explain", request, life }),
      (event) => void (findings = event.kind === "explained" ? event.findings : undefined),
    );
    return findings;
  }

  /** What a build answers that would serve by this order; `undefined` where nobody says. */
  async rehearse(slots: readonly Slot[], order: ProcessOrder): Promise<Rehearsed | undefined> {
    let answer: Rehearsed | undefined;
    await this.#ask(
      slots,
      (request) => ({ kind: "rehearse", request, order }),
      (event) => {
        if (event.kind === "rehearsed" || event.kind === "not-rehearsed") answer = event;
      },
      rehearsedNsMax,
    );
    return answer;
  }

  answered(slot: Slot, event: Answer): void {
    const question = this.#open.get(event.request);
    if (question?.slots.has(slot) !== true) return;
    question.take(event, slot);
    this.#settle(slot, question);
  }

  /** An executor is gone, and answers nothing any more. */
  gone(slot: Slot): void {
    for (const question of this.#open.values()) this.#settle(slot, question);
  }

  #settle(slot: Slot, { slots, complete }: Question): void {
    if (slots.delete(slot) && slots.size === 0) complete();
  }

  #ask(
    slots: readonly Slot[],
    order: (request: number) => ExecutorOrder,
    take: Question["take"],
    nsMax: number = answerNsMax,
  ): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last += 1;
    const number = this.#last;
    const asked = slots.filter(({ link }) => link !== undefined);
    const timer = this.#ports.turns.after(nsMax, () => complete());
    const complete = (): void => {
      timer.cancel();
      this.#open.delete(number);
      resolve();
    };
    if (asked.length === 0) {
      complete();
      return promise;
    }
    this.#open.set(number, { slots: new Set(asked), take, complete });
    for (const slot of asked) slot.order(order(number));
    this.#ports.flush();
    return promise;
  }
}
