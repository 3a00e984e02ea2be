import { AbortController, type AbortSignal } from "#prelude/event";
import type { Pull } from "./body.ts";

/** Signals that only we abort, when whoever sent a request has gone. */
const ofSenders = new WeakSet<AbortSignal>();

/** Whether a program has no hold on what it stops. */
export function isOfSender(signal: AbortSignal): boolean {
  return ofSenders.has(signal);
}

/** A request as it came over an exchange. What hangs on it is made when somebody looks at it. */
export class Arrival {
  readonly exchange: number;
  /** Method, scheme, authority, target, then names and values, each ended by a NUL. */
  readonly head: string;
  readonly pullOf: (exchange: number) => Pull;
  /** Whether nothing of its body is left to be read: there is none, or it was read to its end. */
  isRead: boolean;
  /** Most requests are never stopped, and nobody asks: a signal costs more than all the rest. */
  controller: AbortController | undefined;

  constructor(exchange: number, head: string, pullOf: (exchange: number) => Pull) {
    this.exchange = exchange;
    this.head = head;
    this.pullOf = pullOf;
    this.isRead = head.startsWith("GET\0") || head.startsWith("HEAD\0");
    this.controller = undefined;
  }

  /** What reads its body. */
  pull(): Pull {
    const pull = this.pullOf(this.exchange);
    return async () => {
      const piece = await pull();
      if (piece.length === 0) this.isRead = true;
      return piece;
    };
  }

  get signal(): AbortSignal {
    const { signal } = (this.controller ??= new AbortController());
    ofSenders.add(signal);
    return signal;
  }

  /** Nobody wants an answer any more. */
  abort(reason: unknown): void {
    (this.controller ??= new AbortController()).abort(reason);
  }

  get isAborted(): boolean {
    return this.controller?.signal.aborted === true;
  }
}
