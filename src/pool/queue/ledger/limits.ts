// table: one row per bound of a queue
type Unit = "ms" | "bytes" | "count";

interface QueueLimitRow {
  readonly unit: Unit;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly meaning: string;
}

/** The name of a bound, as a manifest may spell it. */
export type QueueLimitName =
  | "message-bytes"
  | "messages"
  | "bytes"
  | "batch"
  | "lease"
  | "attempts"
  | "retry-delay"
  | "retry-delay-most"
  | "delay"
  | "kept"
  | "kept-messages"
  | "dead-kept";

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Every bound that a queue keeps. */
export const queueLimits: Readonly<Record<QueueLimitName, QueueLimitRow>> = {
  "message-bytes": {
    unit: "bytes",
    default: 256 * KiB,
    min: 1,
    // A message is one entry of a log, which NATS bounds by 1 MiB unless told otherwise.
    max: 960 * KiB,
    meaning: "a message's content and key together; a larger one is refused",
  },
  messages: {
    unit: "count",
    default: 100_000,
    min: 1,
    max: 1_000_000,
    meaning: "messages that are not acknowledged, dead ones too; one more is refused",
  },
  bytes: {
    unit: "bytes",
    default: GiB,
    min: 1,
    max: 64 * GiB,
    meaning: "all messages that are not acknowledged together; more is refused",
  },
  batch: {
    unit: "count",
    default: 1000,
    min: 1,
    max: 10_000,
    meaning: "messages in one request; more are refused, or not handed out",
  },
  lease: {
    unit: "ms",
    default: 30 * second,
    min: 1,
    max: 12 * hour,
    meaning: "time to acknowledge a message, if the consumer asks for no other",
  },
  attempts: {
    unit: "count",
    default: 5,
    min: 1,
    max: 1000,
    meaning: "deliveries of a message; after the last it is dead",
  },
  "retry-delay": {
    unit: "ms",
    default: second,
    min: 0,
    max: hour,
    meaning: "pause after a message was given back once; it doubles each time",
  },
  "retry-delay-most": {
    unit: "ms",
    default: 10 * minute,
    min: 0,
    max: day,
    meaning: "the longest of these pauses",
  },
  delay: {
    unit: "ms",
    default: 30 * day,
    min: 0,
    max: 365 * day,
    meaning: "the longest delay that may be asked for",
  },
  kept: {
    unit: "ms",
    default: day,
    min: 0,
    max: 365 * day,
    meaning: "how long messages can be replayed after they were sent",
  },
  "kept-messages": {
    unit: "count",
    default: 10_000,
    min: 0,
    max: 100_000_000,
    meaning: "how many of the last messages can be replayed",
  },
  "dead-kept": {
    unit: "ms",
    default: 14 * day,
    min: second,
    max: 3650 * day,
    meaning: "how long dead messages are kept",
  },
};

/** The bounds of one queue, each in its row's unit. */
export type QueueLimits = { readonly [Name in QueueLimitName]: number };

/** Every bound at its default. */
export const defaultQueueLimits: QueueLimits = Object.fromEntries(
  Object.entries(queueLimits).map(([name, row]) => [name, row.default]),
) as QueueLimits;
