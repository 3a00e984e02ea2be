import type { AbortSignal } from "./abort.ts";
import { Event, tellingOf } from "./event.ts";

type Callback = ((event: Event) => unknown) | { handleEvent(event: Event): unknown };

interface Listener {
  readonly callback: Callback;
  readonly once: boolean;
  readonly capture: boolean;
}

type ListenerOptions =
  | boolean
  | {
      readonly once?: boolean | undefined;
      readonly capture?: boolean | undefined;
      readonly signal?: AbortSignal | undefined;
    };

/** Where errors of listeners go, which whoever dispatches does not see. */
let report: (error: unknown) => void = () => undefined;

export function onListenerError(callback: (error: unknown) => void): void {
  report = callback;
}

export class EventTarget {
  readonly #listeners = new Map<string, Listener[]>();

  addEventListener(type: string, callback: Callback | null, options: ListenerOptions = {}): void {
    if (callback === null || callback === undefined) return;
    const { once, capture, signal } =
      typeof options === "boolean" ? { once: false, capture: options, signal: undefined } : options;
    if (signal?.aborted === true) return;
    const list = this.#listeners.get(type) ?? [];
    const isCapture = Boolean(capture);
    if (list.some((known) => known.callback === callback && known.capture === isCapture)) return;
    this.#listeners.set(type, [...list, { callback, once: Boolean(once), capture: isCapture }]);
    signal?.addEventListener("abort", () => this.removeEventListener(type, callback, options));
  }

  removeEventListener(
    type: string,
    callback: Callback | null,
    options: ListenerOptions = {},
  ): void {
    const capture = Boolean(typeof options === "boolean" ? options : options.capture);
    const list = this.#listeners.get(type) ?? [];
    this.#listeners.set(
      type,
      list.filter((known) => known.callback !== callback || known.capture !== capture),
    );
  }

  dispatchEvent(event: Event): boolean {
    if (!(event instanceof Event)) throw new TypeError("dispatchEvent takes an Event");
    const telling = tellingOf(event);
    telling.target = this;
    for (const listener of this.#listeners.get(event.type) ?? []) {
      if (telling.isStopped) break;
      if (listener.once) this.removeEventListener(event.type, listener.callback, listener.capture);
      try {
        const { callback } = listener;
        if (typeof callback === "function") callback.call(this, event);
        else callback.handleEvent(event);
      } catch (error) {
        report(error);
      }
    }
    return !event.defaultPrevented;
  }

  get [Symbol.toStringTag](): string {
    return "EventTarget";
  }
}

/** An `onNAME` of a target: getting and setting its one listener. */
export function handlerOf(type: string): PropertyDescriptor {
  const handlers = new WeakMap<object, { readonly set: unknown; readonly listener: Callback }>();
  return {
    configurable: true,
    enumerable: true,
    get(this: EventTarget): unknown {
      return handlers.get(this)?.set ?? null;
    },
    set(this: EventTarget, callback: unknown): void {
      const known = handlers.get(this);
      if (known !== undefined) this.removeEventListener(type, known.listener);
      handlers.delete(this);
      if (typeof callback !== "function") return;
      const listener = (event: Event): unknown => callback.call(this, event);
      handlers.set(this, { set: callback, listener });
      this.addEventListener(type, listener);
    },
  };
}
