import { Event } from "./event.ts";
import { EventTarget, handlerOf } from "./event-target.ts";
import { setTimeout } from "./timers.ts";

/** Only controllers and the makers below may make signals. */
const own = Symbol("an own signal");

/** Aborts a signal, which only its maker may. */
let abort: (signal: AbortSignal, reason: unknown) => void;

export class AbortSignal extends EventTarget {
  #isAborted = false;
  #reason: unknown = undefined;
  declare onabort: ((event: Event) => unknown) | null;

  static {
    abort = (signal, reason) => signal.#abort(reason);
  }

  constructor(key?: symbol) {
    if (key !== own) throw new TypeError("Illegal constructor");
    super();
  }

  static abort(reason?: unknown): AbortSignal {
    const signal = new AbortSignal(own);
    abort(signal, reason);
    return signal;
  }

  static timeout(ms: number): AbortSignal {
    const signal = new AbortSignal(own);
    setTimeout(() => {
      abort(signal, new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    }, ms);
    return signal;
  }

  static any(signals: Iterable<AbortSignal>): AbortSignal {
    const all = [...signals];
    const signal = new AbortSignal(own);
    const aborted = all.find((one) => one.aborted);
    if (aborted !== undefined) {
      abort(signal, aborted.reason);
      return signal;
    }
    for (const one of all) one.addEventListener("abort", () => abort(signal, one.reason));
    return signal;
  }

  get aborted(): boolean {
    return this.#isAborted;
  }
  get reason(): unknown {
    return this.#reason;
  }

  throwIfAborted(): void {
    if (this.#isAborted) throw this.#reason;
  }

  #abort(reason: unknown): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason ?? new DOMException("This operation was aborted", "AbortError");
    this.dispatchEvent(new Event("abort"));
  }

  override get [Symbol.toStringTag](): string {
    return "AbortSignal";
  }
}

Object.defineProperty(AbortSignal.prototype, "onabort", handlerOf("abort"));

export class AbortController {
  #signal: AbortSignal | undefined = undefined;

  get signal(): AbortSignal {
    return (this.#signal ??= new AbortSignal(own));
  }

  abort(reason?: unknown): void {
    abort(this.signal, reason);
  }

  get [Symbol.toStringTag](): string {
    return "AbortController";
  }
}
