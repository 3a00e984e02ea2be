import type { Clock, Watchdog } from "#core/host";
import { type WatchOrder, words } from "./words.ts";

/**
 * A thread takes 3 ms of this one to make, so short programs go without: the flag is up from
 * the start, and each check asks for the time. That makes a program many times slower, which is
 * why it ends after this long.
 */
const watchedFromNs = 2e6;

/** The flag's value while there is no thread; slices have numbers over zero. */
const askEachTime = -1;

/**
 * Raises the flag from a thread of its own. A raised flag names its slice, so that one meant for
 * the slice before, raised a moment too late, is known from one that is due.
 */
export class ThreadWatchdog implements Watchdog {
  readonly flag: WebAssembly.Memory = new WebAssembly.Memory({
    initial: 1,
    maximum: 1,
    shared: true,
  });
  readonly #shared: Int32Array = new Int32Array(this.flag.buffer);
  readonly #clock: Clock;
  #slice = 0;
  #sliceNs = 0;
  #flagAtStart = askEachTime;
  #mayHaveThread = true;
  /** While there is no thread: when the slice's first check was, and when its last. */
  #firstCheckNs: number | undefined;
  #lastCheckNs = 0;
  #unwatchedNs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(sliceNs: number): void {
    const shared = this.#shared;
    if (sliceNs !== this.#sliceNs) this.#setSlice(sliceNs);
    this.#slice = this.#slice === 0x7fff_ffff ? 1 : this.#slice + 1;
    this.#firstCheckNs = undefined;
    shared[words.flag] = this.#flagAtStart;
    // In this order, and not to be reordered: see the thread's way to sleep.
    Atomics.store(shared, words.running, this.#slice);
    if (Atomics.load(shared, words.isAsleep) !== 0) Atomics.notify(shared, words.running);
  }

  stop(): void {
    this.#shared[words.running] = 0;
    this.#shared[words.flag] = 0;
  }

  isDue(): boolean {
    if (this.#flagAtStart === askEachTime) return this.#isTimeOver();
    if (this.#shared[words.flag] === this.#slice) return true;
    this.#shared[words.flag] = 0;
    return false;
  }

  #isTimeOver(): boolean {
    const nowNs = this.#clock.monotonicNs();
    if (this.#firstCheckNs === undefined) {
      this.#firstCheckNs = nowNs;
    } else {
      this.#unwatchedNs += nowNs - this.#lastCheckNs;
    }
    this.#lastCheckNs = nowNs;
    if (this.#unwatchedNs > watchedFromNs && this.#mayHaveThread) this.#startThread();
    if (Atomics.load(this.#shared, words.isWatching) !== 0) this.#handOver();
    return nowNs - this.#firstCheckNs >= this.#sliceNs;
  }

  #setSlice(sliceNs: number): void {
    this.#sliceNs = sliceNs;
    Atomics.store(this.#shared, words.sliceMicros, Math.ceil(sliceNs / 1000));
  }

  /** The thread starts without this one's event loop, which a running program may hold up. */
  #startThread(): void {
    this.#mayHaveThread = false;
    const { Worker } = process.getBuiltinModule("node:worker_threads");
    const order: WatchOrder = { shared: this.flag.buffer as SharedArrayBuffer, words };
    try {
      const thread = new Worker(new URL(import.meta.resolve("#adapters/node/watchdog-thread")), {
        workerData: order,
        name: "noos watchdog",
        // Flags that were meant for this thread's program may keep another from loading its own.
        execArgv: [],
      });
      thread.on("error", () => this.#goWithout());
      thread.unref();
    } catch {
      // Where threads are not permitted, checks go on asking for the time: slower, but it holds.
    }
  }

  /** Checks ask for the time until the thread says that it looks: no program is ever unwatched. */
  #handOver(): void {
    this.#flagAtStart = 0;
    this.#shared[words.flag] = 0;
  }

  #goWithout(): void {
    this.#flagAtStart = askEachTime;
    this.#shared[words.isWatching] = 0;
  }
}
