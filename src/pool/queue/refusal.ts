import { type ErrorCode, formatBytes, PlatformError } from "#core/sys";
import {
  type Outgoing,
  type QueueLimitName,
  queueLimits,
  type QueueLimits,
} from "#pool/queue/ledger";
import { sizeOf } from "./posting.ts";

/** Why messages were not sent, none of them. */
export interface Refusal {
  readonly code: Extract<ErrorCode, "QUEUE_FULL" | "MESSAGE_REFUSED">;
  readonly limit: QueueLimitName;
  /** In the limit's unit: what it would have been, and the most it may be. */
  readonly wanted: number;
  readonly most: number;
}

/** What a queue holds, with what is on its way into it. */
interface Load {
  readonly messages: number;
  readonly bytes: number;
}

/** Whether messages can be sent, all of them. */
export function judgeOutgoing(
  messages: readonly Outgoing[],
  load: Load,
  limits: QueueLimits,
): Refusal | undefined {
  const sizes = messages.map(sizeOf);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const delays = messages.map(({ delayMs = 0 }) => delayMs);
  return (
    exceeds("MESSAGE_REFUSED", "batch", messages.length, limits) ??
    exceeds("MESSAGE_REFUSED", "message-bytes", Math.max(0, ...sizes), limits) ??
    exceeds("MESSAGE_REFUSED", "delay", Math.max(0, ...delays), limits) ??
    exceeds("QUEUE_FULL", "messages", load.messages + messages.length, limits) ??
    exceeds("QUEUE_FULL", "bytes", load.bytes + bytes, limits)
  );
}

function exceeds(
  code: Refusal["code"],
  limit: QueueLimitName,
  wanted: number,
  limits: QueueLimits,
): Refusal | undefined {
  const most = limits[limit];
  return wanted > most ? { code, limit, wanted, most } : undefined;
}

/** A refusal to whoever sent the messages by hand. */
export function refusalProblem(queue: string, refusal: Refusal): PlatformError {
  const { code, limit, wanted, most } = refusal;
  const [is, may] = [formatQuantity(limit, wanted), formatQuantity(limit, most)];
  return new PlatformError(
    `cannot send to queue "${queue}": its ${limit} would be ${is}, and may be ${may}`,
    {
      code,
      hint:
        code === "QUEUE_FULL"
          ? "send again when messages were acknowledged, or purge dead ones"
          : "send less at once",
    },
  );
}

function formatQuantity(limit: QueueLimitName, value: number): string {
  const { unit } = queueLimits[limit];
  if (unit === "bytes") return formatBytes(value);
  return unit === "ms" ? `${value} ms` : String(value);
}
