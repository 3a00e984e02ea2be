import { assert } from "#core/base";
import { Heap } from "#core/base/collections";
import type { Clock, Timer, Turns } from "#core/host";

interface Event {
  readonly atNs: number;
  readonly order: number;
  callback: (() => void) | undefined;
}

/** Not zero, so that code which takes a missing time for an early one is found out. */
const startNs = 1e9;

/** One run may have this many events before it counts as going on for ever. */
const eventsMaxPerRun = 10_000_000;

/** An idle `until` gives up after so many turns of the engine's loop, a tenth of a second. */
const idleTurnsMax = 30_000;

/**
 * A clock that only moves when told, and the event queue that moves it: time jumps to the next
 * event, and events of one moment happen in the order they were asked for.
 */
export class VirtualTime implements Clock, Turns {
  readonly #events: Heap<Event> = new Heap<Event>(isBefore);
  readonly #settleWord = new Int32Array(new SharedArrayBuffer(4));
  #nowNs = startNs;
  #order = 0;

  monotonicNs(): number {
    return this.#nowNs;
  }

  /** Lets time pass without running what falls due: somebody computed for this long. */
  advance(ns: number): void {
    assert(ns >= 0, "time never goes back");
    this.#nowNs += ns;
  }

  next(callback: () => void): void {
    this.#schedule(this.#nowNs, callback);
  }

  after(delayNs: number, callback: () => void): Timer {
    const event = this.#schedule(this.#nowNs + Math.max(0, delayNs), callback);
    return {
      cancel() {
        event.callback = undefined;
      },
    };
  }

  /** Runs the next event and answers true, or answers false when there is none. */
  step(): boolean {
    for (;;) {
      const event = this.#events.pop();
      if (event === undefined) return false;
      const callback = event.callback;
      if (callback === undefined) continue;
      event.callback = undefined;
      this.#nowNs = Math.max(this.#nowNs, event.atNs);
      callback();
      return true;
    }
  }

  /** Runs events until none is left, with all promises settled between two of them. */
  async run(): Promise<void> {
    await this.#settle();
    for (let count = 0; this.step(); count++) {
      assert(count < eventsMaxPerRun, "a simulated run comes to rest");
      await this.#settle();
    }
  }

  /** Runs events up to `ns` from now and leaves the clock there. */
  async runFor(ns: number): Promise<void> {
    const endNs = this.#nowNs + ns;
    await this.#settle();
    for (let atNs = this.#nextNs(); atNs <= endNs; atNs = this.#nextNs()) {
      this.step();
      await this.#settle();
    }
    this.#nowNs = Math.max(this.#nowNs, endNs);
  }

  /** Runs events until `promise` settles; a `Defect` when nothing is left that could settle it. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const note = (): void => {
      settled = true;
    };
    promise.then(note, note);
    await this.#settle();
    for (let idleTurns = 0; !settled;) {
      // The engine may still be at work on its own threads (compiling, say), so one look is not
      // enough to call it a deadlock.
      if (this.step()) idleTurns = 0;
      else idleTurns += 1;
      assert(idleTurns < idleTurnsMax, "something is left that can settle the promise awaited");
      await this.#settle();
    }
    return promise;
  }

  #schedule(atNs: number, callback: () => void): Event {
    this.#order += 1;
    const event: Event = { atNs, order: this.#order, callback };
    this.#events.push(event);
    return event;
  }

  #nextNs(): number {
    for (;;) {
      const event = this.#events.peek();
      if (event === undefined) return Infinity;
      if (event.callback !== undefined) return event.atNs;
      this.#events.pop();
    }
  }

  /**
   * Answers in a new turn of the engine's own loop, when every promise that can settle has. An
   * asynchronous wait that is woken at once is the only such turn ECMAScript itself knows.
   */
  async #settle(): Promise<void> {
    const waiting = Atomics.waitAsync(this.#settleWord, 0, 0);
    Atomics.notify(this.#settleWord, 0);
    await waiting.value;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atNs < b.atNs || (a.atNs === b.atNs && a.order < b.order);
}
