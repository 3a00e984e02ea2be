import type { Clock, Watchdog } from "#core/host";
import { type WatchOrder, words } from "./words.ts";

/**
 * A thread takes 4 ms of this one to make and 3 to end, and it is there only 35 ms later. So
 * short programs go without: the flag is up from the start, and checks look at the time. That
 * makes a program two to three times slower, which is why it ends after this long.
 */
const watchedFromNs = 25e6;

/**
 * While there is no thread, so many checks pass between two looks at the time that about this
 * long goes by. Looking takes a fifth of a microsecond, most checks two thousandths.
 */
const lookEveryNs = 20e3;

/** Checks may be much further apart after a look than they were before it, so it has a bound. */
const checksToPassMax = 1023;

/** The flag's value while there is no thread; slices have numbers over zero. */
const checksLook = -1;

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
  #flagAtStart = checksLook;
  #mayHaveThread = true;
  /** While there is no thread: when the slice's first check was, and when its last. */
  #firstCheckNs: number | undefined;
  #lastCheckNs = 0;
  #unwatchedNs = 0;
  #checksToPass = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(sliceNs: number): void {
    const shared = this.#shared;
    if (sliceNs !== this.#sliceNs) this.#setSlice(sliceNs);
    this.#slice = this.#slice === 0x7fff_ffff ? 1 : this.#slice + 1;
    this.#firstCheckNs = undefined;
    this.#letPass(0);
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
    if (this.#flagAtStart === checksLook) return this.#isTimeOver();
    if (this.#shared[words.flag] === this.#slice) return true;
    this.#shared[words.flag] = 0;
    return false;
  }

  #isTimeOver(): boolean {
    const nowNs = this.#clock.monotonicNs();
    if (this.#firstCheckNs === undefined) {
      this.#firstCheckNs = nowNs;
    } else {
      const passedNs = nowNs - this.#lastCheckNs;
      this.#unwatchedNs += passedNs;
      const checks = this.#checksToPass;
      this.#letPass(passedNs < lookEveryNs ? checks * 2 + 1 : checks >> 1);
    }
    this.#lastCheckNs = nowNs;
    if (this.#unwatchedNs > watchedFromNs && this.#mayHaveThread) this.#startThread();
    if (Atomics.load(this.#shared, words.isWatching) !== 0) this.#handOver();
    return nowNs - this.#firstCheckNs >= this.#sliceNs;
  }

  #letPass(checks: number): void {
    this.#checksToPass = Math.min(checks, checksToPassMax);
    this.#shared[words.checksToPass] = this.#checksToPass;
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
      // Where threads are not permitted, checks go on looking at the time: slower, but it holds.
    }
  }

  /** Checks look at the time until the thread says that it looks: no program is ever unwatched. */
  #handOver(): void {
    this.#flagAtStart = 0;
    this.#shared[words.flag] = 0;
    this.#letPass(0);
  }

  #goWithout(): void {
    this.#flagAtStart = checksLook;
    this.#shared[words.isWatching] = 0;
  }
}
