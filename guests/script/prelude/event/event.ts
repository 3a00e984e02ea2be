import { native } from "#prelude/engine";

export interface EventOptions {
  readonly bubbles?: boolean;
  readonly cancelable?: boolean;
  readonly composed?: boolean;
}

/** What `EventTarget` keeps of an event while it is told. */
interface Telling {
  target: object | null;
  isCanceled: boolean;
  isStopped: boolean;
}

/** How an event is being told. */
export let tellingOf: (event: Event) => Telling;

export class Event {
  static readonly NONE = 0;
  static readonly CAPTURING_PHASE = 1;
  static readonly AT_TARGET = 2;
  static readonly BUBBLING_PHASE = 3;
  readonly type: string;
  readonly bubbles: boolean;
  readonly cancelable: boolean;
  readonly composed: boolean;
  readonly isTrusted = false;
  readonly timeStamp: number;
  readonly #telling: Telling = { target: null, isCanceled: false, isStopped: false };

  static {
    tellingOf = (event) => event.#telling;
  }

  constructor(type: string, options: EventOptions = {}) {
    this.type = `${type}`;
    this.bubbles = Boolean(options.bubbles);
    this.cancelable = Boolean(options.cancelable);
    this.composed = Boolean(options.composed);
    this.timeStamp = native.clock(1);
  }

  get target(): object | null {
    return this.#telling.target;
  }
  get currentTarget(): object | null {
    return this.#telling.target;
  }
  get srcElement(): object | null {
    return this.#telling.target;
  }
  get eventPhase(): number {
    return this.#telling.target === null ? Event.NONE : Event.AT_TARGET;
  }
  get defaultPrevented(): boolean {
    return this.#telling.isCanceled;
  }
  get returnValue(): boolean {
    return !this.#telling.isCanceled;
  }
  get cancelBubble(): boolean {
    return this.#telling.isStopped;
  }

  preventDefault(): void {
    if (this.cancelable) this.#telling.isCanceled = true;
  }
  stopPropagation(): void {
    // There is nothing above a target.
  }
  stopImmediatePropagation(): void {
    this.#telling.isStopped = true;
  }
  composedPath(): object[] {
    const { target } = this.#telling;
    return target === null ? [] : [target];
  }
  get [Symbol.toStringTag](): string {
    return "Event";
  }
}

export class CustomEvent extends Event {
  readonly detail: unknown;
  constructor(type: string, options: EventOptions & { readonly detail?: unknown } = {}) {
    super(type, options);
    this.detail = options.detail ?? null;
  }
}

interface MessageOptions extends EventOptions {
  readonly data?: unknown;
  readonly origin?: string;
  readonly lastEventId?: string;
  readonly source?: object | null;
  readonly ports?: readonly object[];
}

const noPorts: readonly object[] = Object.freeze([]);

export class MessageEvent extends Event {
  readonly data: unknown;
  readonly origin: string;
  readonly lastEventId: string;
  readonly source: object | null;
  readonly ports: readonly object[];
  constructor(type: string, options: MessageOptions = {}) {
    super(type, options);
    this.data = options.data ?? null;
    this.origin = options.origin ?? "";
    this.lastEventId = options.lastEventId ?? "";
    this.source = options.source ?? null;
    this.ports = options.ports === undefined ? noPorts : Object.freeze([...options.ports]);
  }
}

interface CloseOptions extends EventOptions {
  readonly code?: number;
  readonly reason?: string;
  readonly wasClean?: boolean;
}

export class CloseEvent extends Event {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  constructor(type: string, options: CloseOptions = {}) {
    super(type, options);
    this.code = options.code ?? 0;
    this.reason = options.reason ?? "";
    this.wasClean = Boolean(options.wasClean);
  }
}

interface ErrorOptions extends EventOptions {
  readonly message?: string;
  readonly filename?: string;
  readonly lineno?: number;
  readonly colno?: number;
  readonly error?: unknown;
}

export class ErrorEvent extends Event {
  readonly message: string;
  readonly filename: string;
  readonly lineno: number;
  readonly colno: number;
  readonly error: unknown;
  constructor(type: string, options: ErrorOptions = {}) {
    super(type, options);
    this.message = options.message ?? "";
    this.filename = options.filename ?? "";
    this.lineno = options.lineno ?? 0;
    this.colno = options.colno ?? 0;
    this.error = options.error ?? null;
  }
}
