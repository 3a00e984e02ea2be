/** A call as it was made, for people. */
export interface CallSeen {
  /** Counted from 1. */
  readonly number: number;
  readonly name: string;
  readonly parameters: readonly (number | bigint)[];
  /** `undefined` of a call that has not answered. */
  readonly answer: number | undefined;
}

const keptMax = 12;

/** The last calls of a guest. */
export class CallLog {
  #last: CallSeen[] = [];
  #count = 0;

  /** How many were made in all. */
  get count(): number {
    return this.#count;
  }

  /** Oldest first. */
  get last(): readonly CallSeen[] {
    return this.#last;
  }

  made(name: string, parameters: readonly (number | bigint)[]): void {
    this.#count += 1;
    if (this.#last.length === keptMax) this.#last.shift();
    this.#last.push({ number: this.#count, name, parameters, answer: undefined });
  }

  answered(answer: number): void {
    const call = this.#last.pop();
    if (call !== undefined) this.#last.push({ ...call, answer });
  }
}
