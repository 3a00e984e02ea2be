import { errno, native } from "#prelude/engine";
import type { AbortSignal } from "#prelude/event";
import { type Content, isOfSender, onceReader, type Pull } from "#prelude/message";
import { NetworkError } from "./network-error.ts";

/** The events of `noos:http`, whose numbers begin with 1. */
export const eventKinds = [
  "none",
  "request",
  "readable",
  "writable",
  "answered",
  "message",
  "gone",
  "timer",
  "notice",
] as const;
export type EventKind = (typeof eventKinds)[number];

/** Who waits for an event of an exchange: at most one for each kind. */
const waiters = new Map<string, () => void>();

/** Resolves with the next event of this kind. Only after an answer that says: again. */
export function whenTold(kind: EventKind, exchange: number): Promise<void> {
  return new Promise((resolve) => {
    waiters.set(`${kind} ${exchange}`, resolve);
  });
}

/** Resolves what waits for it, if anything does. */
export function tell(kind: EventKind, exchange: number): void {
  const waiter = waiters.get(`${kind} ${exchange}`);
  forget(kind, exchange);
  waiter?.();
}

/** Nobody waits for it any more. */
function forget(kind: EventKind, exchange: number): void {
  waiters.delete(`${kind} ${exchange}`);
}

/** Closes an answer's exchange when nobody can read it any more, read or not. */
const unread = new FinalizationRegistry((exchange: number) => void native.close(exchange));

/** The answer to a request of the program's, behind what reads its body. */
interface Answered {
  readonly exchange: number;
  /** Nobody has read of it, or has another hold on it by which it could be stopped. */
  isUntouched: boolean;
}

const answers = new WeakMap<Pull, Answered>();

/**
 * Reads the body of an answer, whose exchange is closed after it. By `signal` the program, or
 * whoever it does this for, may stop that.
 */
export function pullAnswer(exchange: number, signal: AbortSignal | undefined): Pull {
  const pull = pullOf(exchange);
  const isStoppable = signal !== undefined && !isOfSender(signal);
  const answered: Answered = { exchange, isUntouched: !isStoppable };
  // It knows nothing of itself: what holds itself is not found to be unread at once.
  const whole: Pull = async () => {
    answered.isUntouched = false;
    try {
      signal?.throwIfAborted();
      const piece = await pull();
      if (piece.length === 0) native.close(exchange);
      return piece;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  };
  unread.register(whole, exchange);
  answers.set(whole, answered);
  return whole;
}

/**
 * Answers with a body that came as an answer and that nobody has read of: it goes by the program.
 * Answers `false` where it is no such body, or does not go.
 */
export function pass(exchange: number, content: Content, head: string): boolean {
  const answered = typeof content === "function" ? answers.get(content) : undefined;
  if (answered?.isUntouched !== true) return false;
  return native.pass(exchange, answered.exchange, head) === 0;
}

/** Reads the body of an exchange, piece by piece. */
export function pullOf(exchange: number): Pull {
  let isOver = false;
  return async () => {
    for (;;) {
      const piece = isOver ? new Uint8Array() : native.read(exchange);
      if (typeof piece !== "number") {
        isOver = piece.length === 0;
        return piece;
      }
      if (piece !== errno.again) throw new NetworkError("reading the body", piece);
      await whenTold("readable", exchange);
    }
  };
}

/**
 * Writes all that a body brings, and ends it. Throws if nobody takes it any more; with `signal` it
 * also learns that while it waits for the body, which is cancelled then.
 */
export async function pour(
  exchange: number,
  content: Exclude<Content, string | Uint8Array | null>,
  signal?: AbortSignal,
): Promise<void> {
  const reader = onceReader(content);
  signal?.addEventListener("abort", () => reader.cancel(signal.reason));
  try {
    for (let piece = await reader.next(); piece.length > 0; piece = await reader.next()) {
      await write(exchange, piece);
    }
  } catch (error) {
    reader.cancel(error);
    throw error;
  }
  native.finish(exchange);
}

async function write(exchange: number, bytes: Uint8Array): Promise<void> {
  let from = 0;
  while (from < bytes.length) {
    const written = native.write(exchange, bytes, from);
    if (written >= 0) from += written;
    else if (written === errno.again) await whenTold("writable", exchange);
    else throw new NetworkError("writing the body", written);
  }
}
