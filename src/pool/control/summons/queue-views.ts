import type { QueuedMessage, QueueView } from "#pool/api/queued";
import { queueMap } from "#pool/manifest";
import { openLetter, type Peeked, type QueueCounts } from "#pool/queue";
import type { TendedQueue } from "./tended-queue.ts";
import { timeText } from "./time-text.ts";

/** So much of a body is shown. */
const shownBytesMax = 64 * 1024;

export function queueView(
  { app, name, isWanted, consumers, limits }: TendedQueue,
  counts: QueueCounts,
  nowMs: number,
): QueueView {
  const { ready, held, delayed, leased, dead, sizeBytes, oldestReadySentAtMs } = counts;
  const oldestNs =
    oldestReadySentAtMs === undefined ? undefined : Math.max(0, nowMs - oldestReadySentAtMs) * 1e6;
  return {
    app,
    name,
    isWanted,
    ready,
    held,
    delayed,
    leased,
    dead,
    sizeBytes,
    ...(oldestNs === undefined ? {} : { oldestNs }),
    // All shares of a process are one consumer.
    consumers: [...new Set(consumers.values().map(({ path }) => path))],
    bounds: queueMap(limits),
  };
}

export function messageView(message: Peeked): QueuedMessage {
  const { id, standing, key, attempts, deliveries, sentAtMs, stage, content } = message;
  const letter = content === undefined ? undefined : openLetter(content);
  const atMs = {
    waiting: () => (stage.kind === "waiting" && standing === "delayed" ? stage.dueAtMs : undefined),
    leased: () => (stage.kind === "leased" ? stage.untilMs : undefined),
    dead: () => (stage.kind === "dead" ? stage.sinceMs : undefined),
  }[stage.kind]();
  return {
    id,
    standing,
    ...(key === undefined ? {} : { key }),
    attempts,
    deliveries,
    sentAt: timeText(sentAtMs),
    ...(atMs === undefined ? {} : { at: timeText(atMs) }),
    ...(stage.kind === "dead" ? { cause: stage.cause } : {}),
    fields: letter?.fields ?? [],
    bodyBytes: letter?.body.length ?? 0,
    body: (letter?.body ?? new Uint8Array(0)).subarray(0, shownBytesMax).toBase64(),
  };
}
