import type { Log } from "#pool/host";
import type { Message, MessageId } from "#pool/queue/ledger";
import { decodePosting } from "./posting.ts";

/** The contents of messages; of one that a repair could not bring back there is none. */
export async function readContents(
  log: Log,
  messages: readonly Placed[],
): Promise<ReadonlyMap<MessageId, Uint8Array>> {
  const contents = new Map<MessageId, Uint8Array>();
  const sought = messages.map((message) => ({ message, position: message.position }));
  sought.sort((a, b) => a.position - b.position);
  let start = 0;
  while (start < sought.length) {
    const end = runEnd(sought, start);
    await readRun(log, sought.slice(start, end), contents);
    start = end;
  }
  // Some may have been written elsewhere meanwhile, and forgotten where they stood.
  const moved = sought.filter(
    ({ message, position }) => !contents.has(message.id) && message.position !== position,
  );
  if (moved.length === 0) return contents;
  const found = await readContents(
    log,
    moved.map(({ message }) => message),
  );
  return new Map([...contents, ...found]);
}

/** A message, whose position may change at any time. */
type Placed = Pick<Message, "id" | "position">;

interface Sought {
  readonly message: Placed;
  readonly position: number;
}

/** Reads messages that stand one directly after the other. */
async function readRun(
  log: Log,
  run: readonly Sought[],
  contents: Map<MessageId, Uint8Array>,
): Promise<void> {
  const from = run[0]?.position ?? 0;
  const entries = await log.read(from, { entries: run.length, bytes: Infinity });
  const found = new Map(entries.map(({ position, bytes }) => [position, bytes]));
  for (const { message, position } of run) {
    const bytes = found.get(position);
    if (bytes !== undefined) contents.set(message.id, decodePosting(bytes).content);
  }
}

/** Where those end that stand one directly after the other from `start` on. */
function runEnd(sorted: readonly Sought[], start: number): number {
  let end = start + 1;
  while (end < sorted.length && sorted[end]?.position === (sorted[end - 1]?.position ?? 0) + 1) {
    end += 1;
  }
  return end;
}
