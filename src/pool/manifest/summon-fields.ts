// table: one row per field of what summons a process without a request from anybody
import type { Node } from "#pool/manifest/document";
import {
  type At,
  type Fields,
  located,
  type Located,
  oneOf,
  record,
  type Shape,
} from "#pool/manifest/shape";
import { type QueueLimitName, queueLimits, type QueueLimits } from "#pool/queue/ledger";
import { exactQueueLimit } from "#pool/manifest/spelling";
import type { Consume, ProcessSchedule } from "./manifest.ts";
import {
  cron,
  every,
  messagesAtOnce,
  messagesInBatch,
  name,
  queueLimit,
  quietTime,
  zone,
} from "./text-forms.ts";

/** What a process consumes, as it is written. */
export interface WrittenConsume {
  readonly queue: Located<string>;
  readonly "at-once": number;
  readonly batch: Located<number> | undefined;
  readonly wait: Located<number> | undefined;
}

/** When a process runs, as it is written. */
export interface WrittenTimes {
  readonly every: Located<string> | undefined;
  readonly cron: Located<string> | undefined;
  readonly zone: Located<string> | undefined;
  readonly missed: Located<ProcessSchedule["missed"]> | undefined;
}

const queueLimitFields = Object.fromEntries(
  Object.entries(queueLimits).map(([key, row]) => {
    const limitName = key as QueueLimitName;
    const field: Fields<QueueLimits>["lease"] = {
      shape: queueLimit(limitName),
      default: row.default,
      meaning: `${row.meaning} (${exactQueueLimit(limitName, row.default)})`,
      elsewhere: elsewhereOf(limitName),
    };
    return [limitName, field];
  }),
) as Fields<QueueLimits>;

/** What bounds are called in other tools. */
function elsewhereOf(limitName: QueueLimitName): readonly string[] {
  const names: Partial<Record<QueueLimitName, readonly string[]>> = {
    lease: ["visibility-timeout", "ack-wait"],
    attempts: ["max-receive-count", "max-deliver", "retries"],
    messages: ["max-length"],
    kept: ["retention"],
  };
  return names[limitName] ?? [];
}

/** The bounds of one queue. */
export const queue: Shape<QueueLimits> = record<QueueLimits>("a queue", queueLimitFields);

const atOnceDefault = 100;
const batchWaitNs = 1e9;

const wholeConsume = record<WrittenConsume>("what a process consumes", {
  queue: { shape: located(name), meaning: "the queue whose messages it is given" },
  "at-once": {
    shape: messagesAtOnce,
    default: atOnceDefault,
    meaning: "messages that all its instances have at a time (100)",
    elsewhere: ["concurrency", "prefetch"],
  },
  batch: {
    shape: optional(located(messagesInBatch)),
    default: undefined,
    meaning: "messages that come in one request at most (1: each in one of its own)",
    elsewhere: ["max-batch-size", "batch-size"],
  },
  wait: {
    shape: optional(located(quietTime)),
    default: undefined,
    meaning: "how long a message waits for others to fill a batch (1s)",
    elsewhere: ["max-batch-timeout", "batch-timeout", "linger"],
  },
});

/** A queue's name, or a map with more to say. */
export const consume: Shape<WrittenConsume | undefined> = {
  standIn: () => undefined,
  schema: () => ({ anyOf: [name.schema(), wholeConsume.schema()] }),
  read(node: Node, at: At) {
    if (node.kind === "map") return wholeConsume.read(node, at);
    const queueName = { value: name.read(node, at), node };
    return { queue: queueName, "at-once": atOnceDefault, batch: undefined, wait: undefined };
  },
};

const missed: Shape<ProcessSchedule["missed"]> = oneOf(["run-once", "skip"]);

function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return shape;
}

/** The fields of a process that say when it runs. */
export const timeFields: Fields<WrittenTimes> = {
  every: {
    shape: optional(located(every)),
    default: undefined,
    meaning: "runs it again and again after this time, as in 5m",
    elsewhere: ["interval"],
  },
  cron: {
    shape: optional(located(cron)),
    default: undefined,
    meaning: `runs it at these times: minute, hour, day, month, day of the week; "30 2 * * *"`,
    elsewhere: ["schedule"],
  },
  zone: {
    shape: optional(located(zone)),
    default: undefined,
    meaning: "the time zone of cron, as in Europe/Berlin (UTC)",
    elsewhere: ["timezone", "tz"],
  },
  missed: {
    shape: optional(located(missed)),
    default: undefined,
    meaning: "what becomes of times when it could not run: run-once for all, or skip (run-once)",
    elsewhere: ["catch-up"],
  },
};

/** The plain data of what a process consumes. */
export function consumeOf(written: WrittenConsume): Consume {
  const { queue: from, "at-once": atOnce, wait } = written;
  const batch = written.batch?.value ?? 1;
  const waitNs = batch === 1 ? 0 : (wait?.value ?? batchWaitNs);
  return { queue: from.value, atOnce, batch, waitNs };
}

/** The plain data of when it runs, if it does at certain times. */
export function scheduleOf({
  every: period,
  cron: expression,
  zone: where,
  missed: policy,
}: WrittenTimes): ProcessSchedule | undefined {
  const rest = { missed: policy?.value ?? "run-once" } as const;
  if (period !== undefined) return { every: period.value, ...rest };
  if (expression === undefined) return undefined;
  return { cron: expression.value, zone: where?.value ?? "UTC", ...rest };
}

/** Whether something but a request of somebody summons it. */
export function isSummoned(
  written: WrittenTimes & { readonly consume: WrittenConsume | undefined },
): boolean {
  return [written.consume, written.every, written.cron].some((one) => one !== undefined);
}
