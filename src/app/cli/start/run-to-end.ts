import type { ExitReason, KilledBy } from "#core/sys";
import type { RunOrder } from "./order.ts";
import type { Outcome } from "./outcome.ts";
import type { PhaseWatch } from "./phases.ts";
import { start } from "./start.ts";

/** Ends a program, wherever it stands. */
export type End = (by: KilledBy) => void;

/** Who looks after a run while it goes on. */
export interface Keeper {
  /** Told what a person should know at once. */
  announce(line: string): void;
  /** The program runs, and can be ended. */
  started(end: End): void;
  /** The program has ended. What it wrote may still be on its way. */
  ended(): void;
}

/** How long the output of a program that was ended may go on waiting for its reader. */
const deliveryMs = 2000;

/** Runs a program on this thread until what it wrote has been delivered. */
export async function runToEnd(
  order: RunOrder,
  watch: PhaseWatch,
  keeper: Keeper,
): Promise<Outcome> {
  const { name, running, recording, stdout } = await start(order, watch, (line) =>
    keeper.announce(line),
  );
  keeper.started((by) => running.process.end({ kind: "killed", by }));
  const { reason, usage } = await running.exit;
  keeper.ended();
  const isDelivered = await isDeliveredAfter(running.delivered, reason);
  const { phases } = watch.notes;
  const outcome = { program: name, reason, usage, phases, isDelivered };
  const lost = stdout.failed === undefined ? {} : { outputFailed: stdout.failed };
  return { ...outcome, ...lost, recording: await recording?.close() };
}

/** Who was told to end must not stay for a reader that never reads; who ended by itself may. */
async function isDeliveredAfter(delivered: Promise<void>, reason: ExitReason): Promise<boolean> {
  if (reason.kind !== "killed") {
    await delivered;
    return true;
  }
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, deliveryMs, false);
  void delivered.then(() => resolve(true));
  const isDelivered = await promise;
  clearTimeout(timer);
  return isDelivered;
}
