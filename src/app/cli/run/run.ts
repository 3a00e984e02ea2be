import type { ParsedArguments, Terminal } from "#app/cli/command";
import { statusOfError } from "#app/cli/command";
import {
  type Keeper,
  type Outcome,
  PhaseWatch,
  type RunOrder,
  runToEnd,
  statusOf,
} from "#app/cli/start";
import { printable } from "#core/base";
import { PlatformError } from "#core/sys";
import { readOrder } from "./order.ts";
import { reportLines } from "./report.ts";
import { onSignal } from "./signals.ts";
import { jsonLine, statsLines } from "./stats.ts";

/** `noos run`: runs a program to its end, and answers the exit status that says how it ended. */
export async function run(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const isJson = parsed.flags.has("json");
  const isMeasured = isJson || parsed.flags.has("stats");
  const watch = isMeasured ? PhaseWatch.sinceNodeStarted() : new PhaseWatch();
  try {
    const outcome = await follow(readOrder(parsed, process.env), watch, terminal);
    if (isJson) terminal.err(`${jsonLine(outcome)}\n`);
    else for (const line of reportLines(outcome)) terminal.err(`${line}\n`);
    if (parsed.flags.has("stats") && !isJson) {
      for (const line of statsLines(outcome)) terminal.err(`${line}\n`);
    }
    const status = statusOf(outcome);
    // What nobody reads would keep this OS process for ever.
    if (!outcome.isDelivered) process.exit(status);
    return status;
  } catch (error) {
    if (!isJson || !(error instanceof PlatformError)) throw error;
    const { code, message, hint } = error;
    const status = statusOfError(code);
    terminal.err(`${printable(JSON.stringify({ status, error: { code, message, hint } }))}\n`);
    return status;
  }
}

async function follow(order: RunOrder, watch: PhaseWatch, terminal: Terminal): Promise<Outcome> {
  // From the start on: a program on its own thread may be at work before we hear that it is.
  let asked: string | undefined;
  let endNow: ((who: string) => void) | undefined;
  const stopListening = onSignal((who) => {
    asked = who;
    endNow?.(who);
  });
  const keeper: Keeper = {
    announce: (line) => terminal.err(`noos: ${printable(line)}\n`),
    started(end) {
      endNow = (who) => end({ who });
      if (asked !== undefined) endNow(asked);
    },
    ended: () => undefined,
  };
  try {
    if (order.isPreemptible) return await runToEnd(order, watch, keeper);
    const { runOnThread } = await import("./supervise.ts");
    return await runOnThread(order, watch, keeper);
  } finally {
    stopListening();
  }
}
