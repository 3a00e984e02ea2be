import { basename } from "node:path";
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
import { fileDescriptorSink } from "#adapters/node";
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
    const hasStats = parsed.flags.has("stats");
    const lines = isJson
      ? [jsonLine(outcome)]
      : [...reportLines(outcome), ...(hasStats ? statsLines(outcome) : [])];
    const report = lines.map((line) => `${line}\n`).join("");
    if (outcome.isDelivered) terminal.err(report);
    else await sayInTime(report);
    return statusOf(outcome);
  } catch (error) {
    if (!isJson || !(error instanceof PlatformError)) throw error;
    const { code, message, hint } = error;
    const status = statusOfError(code);
    terminal.err(`${printable(JSON.stringify({ status, error: { code, message, hint } }))}\n`);
    return status;
  }
}

/** How long a report may take where nobody read the program's output: they may go the same way. */
const reportMs = 500;

/** Writes to stderr what is taken there in time. */
async function sayInTime(report: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  fileDescriptorSink(2).push(Buffer.from(report), () => resolve());
  setTimeout(resolve, reportMs);
  await promise;
}

async function follow(order: RunOrder, watch: PhaseWatch, terminal: Terminal): Promise<Outcome> {
  const interrupted = Promise.withResolvers<Outcome>();
  let asked: string | undefined;
  let endNow: ((who: string) => void) | undefined;
  let stopListening = (): void => undefined;
  const keeper: Keeper = {
    output: fileDescriptorSink,
    announce: (line) => terminal.err(`noos: ${printable(line)}\n`),
    // Not before: reading FILE may hold this thread up, and then nobody would hear a signal.
    found() {
      stopListening = onSignal((who) => {
        asked = who;
        if (endNow !== undefined) endNow(who);
        else interrupted.resolve(notStarted(order, watch, who));
      });
      return Promise.resolve();
    },
    started(end) {
      endNow = (who) => end({ who });
      if (asked !== undefined) endNow(asked);
    },
    ended: () => undefined,
  };
  try {
    if (order.isPreemptible) {
      return await Promise.race([runToEnd(order, watch, keeper), interrupted.promise]);
    }
    const { runOnThread } = await import("./supervise.ts");
    return await runOnThread(order, watch, keeper);
  } finally {
    stopListening();
  }
}

/** What there is to say of a program that was to end before it began, as while it is connected. */
function notStarted({ file }: RunOrder, { notes }: PhaseWatch, who: string): Outcome {
  const reason = { kind: "killed", by: { who } } as const;
  const { phases } = notes;
  return {
    program: basename(file),
    reason,
    usage: {},
    phases,
    recording: undefined,
    isDelivered: true,
  };
}
