/**
 * What a durable queue knows of its messages, and what is decided about them, as pure plans.
 *
 * Knows: where each message stands, which are next, the order by key, what becomes of a lease that
 * ran out or a message that was given back; the moves by which all that changes. No log, no bytes.
 * Must hold: the same moves give the same ledger; deciding changes nothing; of one key only the
 * first message is ever offered.
 * Never imports: anything but base.
 * Start reading at `message.ts` and `moves.ts`, then `ledger.ts` and `decide.ts`.
 */
export { decideExpired, decideReturned, isLeased, isValid, type Terms } from "./decide.ts";
export { Ledger } from "./ledger.ts";
export {
  defaultQueueLimits,
  type QueueLimitName,
  queueLimits,
  type QueueLimits,
} from "./limits.ts";
export type {
  DeathCause,
  Delivery,
  Message,
  MessageId,
  MessageView,
  Outgoing,
  QueueCounts,
  Receipt,
  Stage,
} from "./message.ts";
export {
  type CheckpointPart,
  type DueAgain,
  idsMax,
  inBatches,
  type Move,
  type MoveEntry,
} from "./moves.ts";
export { type Standing, standingOf } from "./standing.ts";
