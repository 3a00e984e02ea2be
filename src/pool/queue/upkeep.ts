import { inBatches, type Message, type QueueLimits } from "#pool/queue/ledger";
import type { Book, QueueLogs } from "./book.ts";
import { readContents } from "./contents.ts";
import { decodePosting, type Posting } from "./posting.ts";

/** What is done with a queue as a whole. */
export interface Work {
  readonly book: Book;
  readonly logs: QueueLogs;
  readonly limits: QueueLimits;
  readonly nowMs: number;
}

/** Contents written once more in one go, at most. */
const relocatedMessagesMax = 500;
const relocatedBytesMax = 8 * 1024 ** 2;

/** One content written once more has to free so many entries. */
const freedPerRelocated = 4;

/** Removes what has been dead for long enough. */
export async function forgetDead({ book, limits, nowMs }: Work): Promise<void> {
  const untilMs = nowMs - limits["dead-kept"];
  const old = [...book.ledger.all()].filter(
    ({ stage }) => stage.kind === "dead" && stage.sinceMs <= untilMs,
  );
  await book.move(inBatches(old.map(({ id }) => id)).map((ids) => ({ kind: "removed", ids })));
}

/**
 * Writes contents once more that are still needed, where all around them could be forgotten: one
 * message that waits for a month must not keep a month's messages on the disk.
 */
export async function relocateOld(work: Work): Promise<void> {
  const { book, logs, nowMs } = work;
  const { first } = await logs.messages.bounds();
  const cut = await retentionCut(work);
  const old = [...book.ledger.all()]
    .filter(({ position }) => position < cut)
    .sort((a, b) => a.position - b.position);
  if (old.length === 0 || cut - first < old.length * freedPerRelocated) return;
  const chosen = chooseRelocated(old);
  const contents = await readContents(logs.messages, chosen);
  const postings = chosen.flatMap(({ id, key }): readonly Posting[] => {
    const content = contents.get(id);
    // It was sent long ago, but stands among those that were sent now.
    return content === undefined ? [] : [{ of: id, key, content, sentAtMs: nowMs, dueAtMs: nowMs }];
  });
  if (postings.length > 0) await book.post(postings);
}

function chooseRelocated(old: readonly Message[]): readonly Message[] {
  let bytes = 0;
  return old
    .slice(0, relocatedMessagesMax)
    .filter(({ sizeBytes }, index) => (bytes += sizeBytes) <= relocatedBytesMax || index === 0);
}

/** Forgets messages that nobody needs and that are not kept to be replayed. */
export async function trimOld(work: Work): Promise<void> {
  const { book, logs } = work;
  let keepFrom = await retentionCut(work);
  // What took a message off must be durable before the message goes.
  await book.settled();
  keepFrom = Math.min(keepFrom, book.summedUp);
  for (const { position } of book.ledger.all()) keepFrom = Math.min(keepFrom, position);
  await logs.messages.trim(keepFrom);
}

/** Messages before this position are not kept to be replayed. */
async function retentionCut({ book, logs, limits, nowMs }: Work): Promise<number> {
  const { first, next } = await logs.messages.bounds();
  // Those that are not durable yet do not count.
  const end = Math.min(next, book.nextMessage);
  const sinceMs = nowMs - limits.kept;
  let low = Math.max(first, end - limits["kept-messages"]);
  let high = end;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = await logs.messages.read(middle, { entries: 1, bytes: 0 });
    const isKept =
      entry === undefined ||
      entry.position >= high ||
      decodePosting(entry.bytes).sentAtMs > sinceMs;
    if (isKept) high = middle;
    else low = entry.position + 1;
  }
  return low;
}
