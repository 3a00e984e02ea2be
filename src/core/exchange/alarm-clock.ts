import { NumberTable } from "#core/base/collections";
import type { Outside, Timer } from "#core/host";
import { errno, type Errno } from "#core/sys";

/** Timers that a program may have set at a time. */
const alarmsMax = 1024;

/** The timers a program has set, by numbers of its own. */
export class AlarmClock {
  readonly #timers: Outside["timers"];
  readonly #rang: (id: number) => void;
  readonly #set = new NumberTable<Timer>();

  constructor(timers: Outside["timers"], rang: (id: number) => void) {
    this.#timers = timers;
    this.#rang = rang;
  }

  get count(): number {
    return this.#set.size;
  }

  /** Lets timer `id` ring once, in place of when it was to ring before; EAGAIN for one too many. */
  set(id: number, delayNs: number): Errno | undefined {
    if (!this.#set.has(id) && this.#set.size >= alarmsMax) return errno.EAGAIN;
    this.#set.get(id)?.cancel();
    const timer = this.#timers.after(delayNs, () => {
      this.#set.delete(id);
      this.#rang(id);
    });
    this.#set.set(id, timer);
    return undefined;
  }

  /** It does not ring. Harmless for one that is not set. */
  cancel(id: number): void {
    this.#set.get(id)?.cancel();
    this.#set.delete(id);
  }

  cancelAll(): void {
    for (const timer of this.#set.values()) timer.cancel();
    this.#set.clear();
  }
}
