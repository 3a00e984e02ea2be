import type { ByteSink, Turns } from "#core/host";
import type { KilledBy } from "#core/sys";
import type { RunningProcess } from "#core/system";
import { Delivery } from "./delivery.ts";
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
  /** A sink for descriptor 1 or 2 of this OS process. */
  output(fd: 1 | 2): ByteSink;
  /**
   * FILE has been read, which may have waited for a pipe. The program begins once this is answered,
   * so that whoever looks after it hears from then on who wants its end.
   */
  found(): Promise<void>;
  /** The program runs, and can be ended; what it wrote can still be given up when it is over. */
  started(end: End): void;
  /** The program has ended. What it wrote may still be on its way. */
  ended(): void;
}

/** Runs a program on this thread until what it wrote has been delivered, or is given up. */
export async function runToEnd(
  order: RunOrder,
  watch: PhaseWatch,
  keeper: Keeper,
): Promise<Outcome> {
  const { name, running, recording, stdout, turns } = await start(order, watch, keeper);
  const delivery = new Delivery(turns);
  using _wallTime = boundWallTime({ running, delivery, turns, watch });
  keeper.started((by) => {
    running.process.end({ kind: "killed", by });
    delivery.bound();
  });
  const { reason, usage } = await running.exit;
  keeper.ended();
  if (reason.kind === "killed") delivery.bound();
  const isDelivered = await delivery.of(running.delivered);
  const { phases } = watch.notes;
  const outcome = { program: name, reason, usage, phases, isDelivered };
  const lost = stdout.failed === undefined ? {} : { outputFailed: stdout.failed };
  return { ...outcome, ...lost, recording: await recording?.close() };
}

interface WallTime {
  readonly running: RunningProcess;
  readonly delivery: Delivery;
  readonly turns: Turns;
  readonly watch: PhaseWatch;
}

/**
 * The kernel counts a process's wall time from its start to its end. Who gives a limit on the
 * command line means the command: what came before counts, and what comes after is bounded.
 */
function boundWallTime({ running, delivery, turns, watch }: WallTime): Disposable {
  const { process } = running;
  const leftNs = process.limits["wall-time"] - watch.sinceStartNs();
  const over = (): void => {
    process.endByLimit("wall-time");
    delivery.bound();
  };
  if (leftNs === Infinity) return { [Symbol.dispose]: () => undefined };
  // Before its first instruction, if its time is over already.
  if (leftNs <= 0) over();
  const timer = turns.after(leftNs, over);
  return { [Symbol.dispose]: () => timer.cancel() };
}
