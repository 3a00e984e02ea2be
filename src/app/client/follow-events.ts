import { setTimeout as delay } from "node:timers/promises";
import { PlatformError } from "#core/sys";
import { type EventView, operations, ProblemError } from "#pool/api";
import type { Answer, Asker } from "./ask.ts";
import { type EventBlock, EventBlocks } from "./event-blocks.ts";

export interface EventOptions {
  /** Begin after this position, or with the `oldest` that is kept. Without it: from now on. */
  readonly after?: string;
  /** `false`: end with the newest. Without it: go on. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
  /** How long to look for a daemon that went away, before that is thrown. */
  readonly reconnectMs?: number;
}

const reconnectMsUsual = 10_000;
const firstDelayMs = 20;
const delayMsMax = 1000;

/**
 * What happens, each event once and in order, over as many connections as it takes. Ends when
 * `signal` says so. Throws `POSITION_UNKNOWN` where what came next is no longer kept, and
 * `DAEMON_UNREACHABLE` where there is no daemon at first, or none came back in time.
 */
export async function* followEvents(
  asker: Asker,
  { after, follow = true, signal, reconnectMs = reconnectMsUsual }: EventOptions,
): AsyncGenerator<EventView, void> {
  let position = after;
  let isFirst = true;
  for (let attempts = 0, lostMs = 0; ; attempts += 1) {
    const delayMs = delayBefore(attempts);
    try {
      if (delayMs > 0) await delay(delayMs, undefined, signal === undefined ? {} : { signal });
      lostMs += delayMs;
      const stream = await openStream(asker, { after: position, follow, signal });
      isFirst = false;
      for await (const { id, data } of blocksOf(stream)) {
        position = id ?? position;
        [attempts, lostMs] = [0, 0];
        if (data !== "") yield JSON.parse(data);
      }
      if (!follow) return;
    } catch (error) {
      if (signal?.aborted === true) return;
      if (isFirst || !isPassing(error) || lostMs >= reconnectMs) throw error;
    }
  }
}

/** At once after a connection that brought something; then twice as long each time. */
function delayBefore(attempts: number): number {
  return attempts < 2 ? 0 : Math.min(firstDelayMs * 2 ** (attempts - 2), delayMsMax);
}

async function openStream(
  asker: Asker,
  {
    after,
    follow,
    signal,
  }: Pick<EventOptions, "follow"> & {
    readonly after: string | undefined;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Answer> {
  const parameters = {
    ...(after === undefined ? {} : { after }),
    ...(follow === false ? { follow: "false" } : {}),
  };
  return await asker.open({ operation: operations.events, parameters, signal });
}

/** Throws a `Broken` where the stream ends in the middle, and what the daemon ended it with. */
async function* blocksOf(stream: Answer): AsyncGenerator<EventBlock, void> {
  const blocks = new EventBlocks();
  try {
    for await (const chunk of broken(stream)) {
      for (const block of blocks.read(chunk)) {
        if (block.event === "problem") throw new ProblemError(JSON.parse(block.data));
        yield block;
      }
    }
  } finally {
    stream.destroy();
  }
}

/** The connection went while events were read from it. */
class Broken extends Error {
  override readonly name = "Broken";
}

async function* broken(stream: Answer): AsyncGenerator<Uint8Array, void> {
  try {
    yield* stream;
  } catch (cause) {
    throw new Broken("the stream of events broke off", { cause });
  }
}

/** What another attempt may find mended. */
function isPassing(error: unknown): boolean {
  if (error instanceof Broken) return true;
  if (!(error instanceof PlatformError)) return false;
  return error.code === "DAEMON_UNREACHABLE" || error.code === "DAEMON_BUSY";
}
