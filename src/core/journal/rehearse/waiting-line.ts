import type { ChildId, Connection, Notice, SourceAnswer, Timer } from "#core/host";
import { Errno } from "#core/sys";
import type { AcceptedPort, Arrival, Inputs } from "./inputs.ts";

interface Alarm {
  readonly dueNs: number;
  readonly callback: () => void;
}

/** Something recorded that somebody waits for now. */
interface Ready {
  readonly arrival: Arrival<unknown>;
  readonly deliver: () => void;
}

/** The recorded arrivals, in their order, and who waits for them. */
export class WaitingLine {
  readonly #inputs: Inputs;
  readonly #connect: (port: number) => Connection;
  readonly #pulls = new Map<number, (result: SourceAnswer) => void>();
  readonly #accepts = new Map<number, (result: Connection | Errno) => void>();
  readonly #alarms = new Set<Alarm>();
  /** Whoever waits for the next of some arrivals. */
  readonly #waiting = new Set<() => IterableIterator<Ready>>();
  #usedUp: (() => void) | undefined = undefined;
  #spawn: ((result: ChildId | Errno) => void) | undefined = undefined;
  #next: ((notice: Notice) => void) | undefined = undefined;
  /** Time passes only as far as it is waited for. */
  #nowNs = 0;

  constructor(inputs: Inputs, connect: (port: number) => Connection) {
    this.#inputs = inputs;
    this.#connect = connect;
  }

  pull(port: number, bytesMax: number, answer: (result: SourceAnswer) => void): void {
    this.#pulls.set(port, (result) => {
      if (!(result instanceof Uint8Array) || result.length <= bytesMax) return answer(result);
      const rest = { value: result.subarray(bytesMax), order: 0, due: 0, batch: 0 };
      this.#inputs.pulled.get(port)?.unshift(rest);
      answer(result.subarray(0, bytesMax));
    });
  }

  accept(port: number, answer: (result: Connection | Errno) => void): void {
    this.#accepts.set(port, answer);
  }

  /** Hands over the next of these arrivals, once. */
  until<T>(queue: Arrival<T>[], answer: (value: T) => void): void {
    const ready = (): IterableIterator<Ready> =>
      readyIn(queue, (value) => {
        this.#waiting.delete(ready);
        answer(value);
      });
    this.#waiting.add(ready);
  }

  /** Calls back, once, when whoever waits for one of these arrivals waits in vain. */
  whenUsedUp(queue: readonly unknown[], callback: () => void): void {
    this.#usedUp = () => {
      if (queue.length > 0) return;
      this.#usedUp = undefined;
      callback();
    };
  }

  /** Says that nothing is left to whoever wants to know; whether there was somebody. */
  tellUsedUp(): boolean {
    const usedUp = this.#usedUp;
    usedUp?.();
    return usedUp !== undefined && this.#usedUp === undefined;
  }

  /** Answers `false` when no start of a child is left. */
  spawn(answer: (result: ChildId | Errno) => void): boolean {
    if (this.#inputs.spawned.length === 0) return false;
    this.#spawn = answer;
    return true;
  }

  notice(answer: (notice: Notice) => void): void {
    this.#next = answer;
  }

  after(delayNs: number, callback: () => void): Timer {
    const alarm = { dueNs: this.#nowNs + Math.max(0, delayNs), callback };
    this.#alarms.add(alarm);
    return { cancel: () => void this.#alarms.delete(alarm) };
  }

  /** Hands over everything that was due by then, to those who wait for it. */
  deliverAll(due: number): void {
    for (let next = this.#first(); next !== undefined; next = this.#first()) {
      if (next.arrival.due > due) return;
      next.deliver();
    }
  }

  /** Hands over the first batch that was due by then; answers `false` when there is none. */
  deliverBatch(due: number): boolean {
    const first = this.#first();
    if (first === undefined || first.arrival.due > due) return false;
    for (let next: Ready | undefined = first; next !== undefined; next = this.#first()) {
      if (next.arrival.batch !== first.arrival.batch) break;
      next.deliver();
    }
    return true;
  }

  /** Rings the alarm that is due first, though none rang; answers `false` when there is none. */
  ring(): boolean {
    let first: Alarm | undefined = undefined;
    for (const alarm of this.#alarms) {
      if (first === undefined || alarm.dueNs < first.dueNs) first = alarm;
    }
    if (first === undefined) return false;
    this.#alarms.delete(first);
    this.#nowNs = Math.max(this.#nowNs, first.dueNs);
    first.callback();
    return true;
  }

  /** Answers those who wait for input of which nothing is left; whether there was somebody. */
  endInput(): boolean {
    const [port, answer] = [...this.#pulls][0] ?? [];
    if (port === undefined || answer === undefined) return false;
    this.#pulls.delete(port);
    answer("end");
    return true;
  }

  #first(): Ready | undefined {
    let first: Ready | undefined = undefined;
    for (const ready of this.#ready()) {
      if (first === undefined || ready.arrival.order < first.arrival.order) first = ready;
    }
    return first;
  }

  *#ready(): IterableIterator<Ready> {
    const { pulled, accepted, rang, spawned, noticed } = this.#inputs;
    for (const ready of this.#waiting) yield* ready();
    for (const [port, answer] of this.#pulls) {
      yield* readyIn(pulled.get(port), (result) => {
        this.#pulls.delete(port);
        answer(result);
      });
    }
    for (const [port, answer] of this.#accepts) {
      yield* readyIn(accepted.get(port), (result: AcceptedPort) => {
        this.#accepts.delete(port);
        answer(result instanceof Errno ? result : this.#connect(result));
      });
    }
    const [spawn, next] = [this.#spawn, this.#next];
    if (spawn !== undefined) {
      yield* readyIn(spawned, (result) => {
        this.#spawn = undefined;
        spawn(result);
      });
    }
    if (next !== undefined) {
      yield* readyIn(noticed, (notice) => {
        this.#next = undefined;
        next(notice);
      });
    }
    if (this.#alarms.size > 0) yield* readyIn(rang, () => void this.ring());
  }
}

function* readyIn<T>(
  queue: Arrival<T>[] | undefined,
  hand: (value: T) => void,
): IterableIterator<Ready> {
  const arrival = queue?.[0];
  if (queue === undefined || arrival === undefined) return;
  yield {
    arrival,
    deliver: () => {
      queue.shift();
      hand(arrival.value);
    },
  };
}
