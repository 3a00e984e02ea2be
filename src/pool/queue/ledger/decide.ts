import type { QueueLimits } from "./limits.ts";
import type { DeathCause, Message, Receipt } from "./message.ts";
import type { DueAgain, Move } from "./moves.ts";

/** What decisions are made by, beside the messages they are about. */
export interface Terms {
  readonly nowMs: number;
  readonly limits: QueueLimits;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
}

/**
 * How long a message pauses that was given back: a step that doubles with each attempt, up to the
 * ceiling. The pause is drawn from the upper half of the step, so that messages that failed
 * together do not come back together.
 */
export function pauseMs(attempts: number, { limits, chance }: Omit<Terms, "nowMs">): number {
  const doublings = Math.max(0, attempts - 1);
  const stepMs = Math.min(limits["retry-delay"] * 2 ** doublings, limits["retry-delay-most"]);
  return Math.round((stepMs / 2) * (1 + chance()));
}

/** Messages whose lease ran out: due again at once, for they have waited, or dead. */
export function decideExpired(messages: readonly Message[], terms: Terms): readonly Move[] {
  return returnOrBury(messages, "expired", terms, () => 0);
}

/** Messages that were given back: due again after a pause, or dead. */
export function decideReturned(
  messages: readonly Message[],
  terms: Terms,
  delayMs: number | undefined,
): readonly Move[] {
  const delayOf = ({ attempts }: Message): number => delayMs ?? pauseMs(attempts, terms);
  return returnOrBury(messages, "failed", terms, delayOf);
}

function returnOrBury(
  messages: readonly Message[],
  cause: DeathCause,
  { nowMs, limits }: Terms,
  delayOf: (message: Message) => number,
): readonly Move[] {
  const again: DueAgain[] = [];
  const dead: number[] = [];
  for (const message of messages) {
    if (message.attempts >= limits.attempts) dead.push(message.id);
    else again.push({ id: message.id, dueAtMs: nowMs + delayOf(message) });
  }
  const moves: Move[] = [];
  if (again.length > 0) moves.push({ kind: "returned", messages: again });
  if (dead.length > 0) moves.push({ kind: "died", ids: dead, atMs: nowMs, cause });
  return moves;
}

/**
 * Whether a receipt still counts: nobody was given the message since. The lease may be over, as
 * long as that has had no consequence.
 */
export function isValid(receipt: Receipt, message: Message | undefined): message is Message {
  return message?.deliveries === receipt.deliveries && message.stage.kind !== "dead";
}

/** The same, for what only a lease entitles to. */
export function isLeased(receipt: Receipt, message: Message | undefined): message is Message {
  return isValid(receipt, message) && message.stage.kind === "leased";
}
