import { endOfGuest } from "#core/machine";
import type { Duty } from "./personality.ts";
import type { Process } from "./process.ts";
import type { Wait } from "./wait.ts";

/** What the rounds of one process need beside it. */
export interface RoundsParts {
  readonly process: Process;
  readonly duty: Duty;
  /** Calls the program; the promise settles when it returns or traps. */
  readonly call: (first: number, second: number) => Promise<unknown>;
  /** As a check of the guest: pauses the process when its slice is over. */
  readonly check: () => Promise<void> | undefined;
}

/**
 * Calls a program for each thing it is there for, one after the other, until there is no more.
 * Looking for the next one is like a call that the program makes: an observer sees it as one, the
 * process waits in it, and is ended in it, as in any other. What follows a step is made once and
 * not for each call, for there may be a hundred thousand of them a second.
 */
export class Rounds {
  readonly #process: Process;
  readonly #duty: Duty;
  readonly #call: RoundsParts["call"];
  readonly #check: RoundsParts["check"];
  readonly #wait: Wait;
  readonly #over: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #look: () => void;
  readonly #begin: () => void;
  readonly #returned: () => void;
  readonly #failed = (thrown: unknown): void => this.#over.reject(thrown);

  constructor({ process, duty, call, check }: RoundsParts) {
    this.#process = process;
    this.#duty = duty;
    this.#call = call;
    this.#check = check;
    this.#wait = { attempt: () => duty.look(), on: duty.on };
    this.#look = this.#guarded(() => this.#lookAndCall());
    this.#begin = this.#guarded(() => this.#callOrEnd());
    this.#returned = this.#guarded(() => this.#goOn());
  }

  /** Settles when there is nothing more to do; rejects with what ended the guest otherwise. */
  run(): Promise<void> {
    this.#look();
    return this.#over.promise;
  }

  #lookAndCall(): void {
    const process = this.#process;
    if (process.isEnding) throw endOfGuest;
    process.meter.calls += 1;
    const { observer } = process;
    if (observer !== undefined) {
      process.noteObservedRow(this.#duty.row);
      observer.entered(process, this.#duty.row, []);
    }
    const answer = process.wait(this.#wait);
    if (answer instanceof Promise) {
      answer.then(this.#begin, this.#failed);
      return;
    }
    observer?.answered(process, this.#duty.row, 0);
    this.#callOrEnd();
  }

  #callOrEnd(): void {
    if (this.#duty.isOver) return this.#over.resolve();
    this.#call(this.#duty.first, this.#duty.second).then(this.#returned, this.#failed);
  }

  #goOn(): void {
    this.#duty.done();
    const pause = this.#check();
    if (pause === undefined) this.#lookAndCall();
    else pause.then(this.#look, this.#failed);
  }

  /** What a step throws ends the guest: no guest is below us to throw it to. */
  #guarded(step: () => void): () => void {
    return () => {
      try {
        step();
      } catch (thrown) {
        this.#over.reject(thrown);
      }
    };
  }
}
