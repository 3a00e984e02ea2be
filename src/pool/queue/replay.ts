import { PlatformError } from "#core/sys";
import type { MessageId } from "#pool/queue/ledger";
import { decodePosting, type Posting } from "./posting.ts";
import { judgeOutgoing, type Refusal } from "./refusal.ts";
import type { Work } from "./upkeep.ts";

/** Which messages are replayed: those that were sent from one on, up to another one. */
export interface ReplayRange {
  readonly from: MessageId;
  /** Not itself; up to the last that was sent when left out. */
  readonly to?: MessageId;
}

/** Read and sent again in one go. */
const chunk = { entries: 500, bytes: 4 * 1024 ** 2 };

/** See `Queue.replay`. */
export async function replayOf(
  work: Work,
  range: ReplayRange,
): Promise<{ readonly count: number; readonly refusal?: Refusal }> {
  const { book, logs, limits, nowMs } = work;
  const { first, next } = await logs.messages.bounds();
  if (range.from < first) throw notKept(logs.queue, range.from, first);
  const end = Math.min(range.to ?? next, next);
  let cursor = range.from;
  let count = 0;
  while (cursor < end) {
    const entries = await logs.messages.read(cursor, chunk);
    const last = entries.at(-1);
    if (last === undefined) break;
    const again = entries
      .filter(({ position }) => position < end)
      .map(({ position, bytes }) => ({ position, posting: decodePosting(bytes) }))
      .filter(({ position, posting }) => isDone(work, range, position, posting))
      .map(({ position, posting }): Posting => ({
        origin: position,
        key: posting.key,
        content: posting.content,
        sentAtMs: nowMs,
        dueAtMs: nowMs,
      }));
    const load = { messages: book.ledger.size, bytes: book.ledger.sizeBytes };
    const refusal = judgeOutgoing(again, load, { ...limits, batch: chunk.entries });
    if (refusal !== undefined) return { count, refusal };
    if (again.length > 0) await book.post(again);
    count += again.length;
    cursor = last.position + 1;
  }
  return { count };
}

/** Whether it is a message that is done with, and not itself one that stands for another. */
function isDone(work: Work, range: ReplayRange, position: number, posting: Posting): boolean {
  const { of, origin } = posting;
  if (of !== undefined || (origin !== undefined && origin >= range.from)) return false;
  return work.book.ledger.get(position) === undefined;
}

function notKept(queue: string, from: number, first: number): PlatformError {
  return new PlatformError(
    `cannot replay queue "${queue}" from message ${from}: the first that is kept is ${first}`,
    { code: "POSITION_UNKNOWN", hint: `replay from message ${first}` },
  );
}
