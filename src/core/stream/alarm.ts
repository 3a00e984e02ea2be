import type { Outside, Timer } from "#core/host";
import { WaitQueue } from "./wait-queue.ts";

/** Rings once, not before its delay has passed. */
export class Alarm {
  readonly rings: WaitQueue = new WaitQueue();
  readonly #timer: Timer;
  #hasRung = false;

  constructor(timers: Outside["timers"], delayNs: number) {
    this.#timer = timers.after(delayNs, () => {
      this.#hasRung = true;
      this.rings.wake();
    });
  }

  get hasRung(): boolean {
    return this.#hasRung;
  }

  cancel(): void {
    this.#timer.cancel();
  }
}
