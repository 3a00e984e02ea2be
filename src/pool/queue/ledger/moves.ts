import type { DeathCause, MessageView, MessageId } from "./message.ts";

/** A message and when it is due again. */
export interface DueAgain {
  readonly id: MessageId;
  readonly dueAtMs: number;
}

/**
 * What happens to messages, as it was decided: applied one after the other, the same moves give
 * the same queue, whatever its limits are by then and whatever the clock says.
 */
export type Move =
  | { readonly kind: "leased"; readonly ids: readonly MessageId[]; readonly untilMs: number }
  | { readonly kind: "extended"; readonly ids: readonly MessageId[]; readonly untilMs: number }
  | { readonly kind: "acknowledged"; readonly ids: readonly MessageId[] }
  | { readonly kind: "returned"; readonly messages: readonly DueAgain[] }
  /** Nobody looked at them: that they were handed out is no attempt. */
  | { readonly kind: "released"; readonly messages: readonly DueAgain[] }
  | {
      readonly kind: "died";
      readonly ids: readonly MessageId[];
      readonly atMs: number;
      readonly cause: DeathCause;
    }
  | { readonly kind: "redriven"; readonly ids: readonly MessageId[]; readonly atMs: number }
  | { readonly kind: "removed"; readonly ids: readonly MessageId[] };

/**
 * A part of all that a queue knows, at the place of all moves before it. What stands in the log of
 * messages from `seen` on is not in it.
 */
export interface CheckpointPart {
  readonly kind: "checkpoint";
  readonly seen: number;
  readonly part: number;
  readonly parts: number;
  readonly messages: readonly MessageView[];
}

/** An entry of a queue's log of moves. */
export type MoveEntry = Move | CheckpointPart;

/** Of one move at most, so that it fits into an entry of a log. */
export const idsMax = 10_000;

/** The same ids, in as many groups as moves are needed. */
export function inBatches(ids: readonly MessageId[]): readonly (readonly MessageId[])[] {
  return Array.from({ length: Math.ceil(ids.length / idsMax) }, (_, index) =>
    ids.slice(index * idsMax, (index + 1) * idsMax),
  );
}
