/**
 * Queues, their messages, and schedules as the management protocol shows them.
 *
 * Knows: the shapes of what is asked about queues, and of what is answered.
 * Must hold: plain data; times are ISO 8601 in UTC.
 * Never imports: anything.
 */
export type {
  PeekRange,
  QueuedMessage,
  QueueStanding,
  QueueView,
  ScheduleView,
  SentMessage,
} from "./queued.ts";
