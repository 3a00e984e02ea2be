/**
 * Durable queues on the port `Logs`: at least once, in order by key, with leases, paced retries and
 * dead messages. Decision 19 says why a queue is two logs.
 *
 * Knows: what a message goes through, the bounds of a queue, what lies in its logs; no process, no
 * manifest. Whoever owns a queue calls `upkeep` now and then, and has it open alone.
 * Must hold: what is acknowledged is not handed out again; what was sent is handed out until it is
 * acknowledged, rejected, dead or purged, whenever the machine ends; of one key one is out at a
 * time, in order; the same moves give the same queue. Time and chance come from the caller.
 * Never imports: anything but base, sys, the ports and its ledger.
 * Start reading at `queue.ts`; then `ledger/` (what is where, and why) and `book.ts`.
 */
export {
  type DeathCause,
  defaultQueueLimits,
  type Delivery,
  type MessageId,
  type Outgoing,
  type QueueCounts,
  type QueueLimitName,
  queueLimits,
  type QueueLimits,
  type Receipt,
  type Stage,
  type Standing,
} from "#pool/queue/ledger";
export { type Peeked, Queue, type QueueHost, type Wanted } from "./queue.ts";
export { type Letter, openLetter, sealLetter } from "./letter.ts";
export type { ReplayRange } from "./replay.ts";
export { type Refusal, refusalProblem } from "./refusal.ts";
