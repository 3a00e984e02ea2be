/**
 * The thread of a program that runs without checks: it runs one order and reports to the thread
 * that made it, which can end it at any instruction.
 *
 * Knows: the messages between the two. It does its work when it is loaded as a worker, which only
 * `#app/cli/run` does, by its address.
 * Must hold: the last message is how the run ended, or why it could not begin; only plain data is
 * sent.
 * Never imports: a command.
 */
import { isMainThread, type MessagePort, parentPort, workerData } from "node:worker_threads";
import { threadSink } from "#adapters/node";
import {
  type End,
  type Outcome,
  type PhaseNotes,
  PhaseWatch,
  runToEnd,
  type RunOrder,
} from "#app/cli/start";
import { type ErrorCode, type KilledBy, PlatformError } from "#core/sys";

/** What the thread is given to work on. */
export interface ThreadOrder {
  readonly order: RunOrder;
  readonly notes: PhaseNotes;
  /** Behind each its descriptor of the OS process, 1 and 2, is served. */
  readonly outputs: Readonly<Record<1 | 2, MessagePort>>;
}

/** What the thread reports. */
export type ThreadReport =
  | { readonly kind: "announce"; readonly line: string }
  | { readonly kind: "found" }
  | { readonly kind: "started" }
  /** The program has ended; what it wrote is still on its way. */
  | { readonly kind: "ended" }
  | { readonly kind: "outcome"; readonly outcome: Outcome }
  | {
      readonly kind: "failed";
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint: string;
    };

/** What the thread is told. */
export type ThreadMessage =
  /** That it was heard what it has found: it may begin. */
  | { readonly kind: "heard" }
  /** To end the program, where it waits. */
  | { readonly kind: "end"; readonly by: KilledBy };

if (!isMainThread) await work(workerData as ThreadOrder);

async function work({ order, notes, outputs }: ThreadOrder): Promise<void> {
  const report = (message: ThreadReport): void => parentPort?.postMessage(message);
  const heard = Promise.withResolvers<void>();
  let end: End | undefined;
  parentPort?.on("message", (message: ThreadMessage) => {
    if (message.kind === "heard") heard.resolve();
    else end?.(message.by);
  });
  const watch = new PhaseWatch(notes);
  watch.over("start thread");
  try {
    const outcome = await runToEnd(order, watch, {
      output: (fd) => threadSink(fd, outputs[fd]),
      announce: (line) => report({ kind: "announce", line }),
      found() {
        report({ kind: "found" });
        return heard.promise;
      },
      started(endNow) {
        end = endNow;
        report({ kind: "started" });
      },
      ended: () => report({ kind: "ended" }),
    });
    report({ kind: "outcome", outcome });
  } catch (error) {
    // An error of another kind is a defect: the thread dies of it, and its maker is told.
    if (!(error instanceof PlatformError)) throw error;
    const { code, message, hint } = error;
    report({ kind: "failed", code, message, hint });
  } finally {
    parentPort?.close();
  }
}
