import { basename } from "node:path";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { fileDescriptorSink, nodeExecutor, serveSink } from "#adapters/node";
import type { ThreadMessage, ThreadOrder, ThreadReport } from "#app/cli/run-thread";
import type { End, Outcome, PhaseWatch, RunOrder } from "#app/cli/start";
import type { Timer } from "#core/host";
import type { Usage } from "#core/kernel";
import { formatLimit, type KilledBy, type LimitName, type Limits, PlatformError } from "#core/sys";
import { completeLimits } from "#core/system";

/** A program that waits ends by itself when told to; one that computes is cut off after this. */
const graceNs = 100e6;

/** What a supervisor tells whoever looks after the run. */
interface Listener {
  announce(line: string): void;
  found(): Promise<void>;
  started(end: End): void;
}

/**
 * Runs a program without checks, on a thread of its own, and sees to its limits from here: where
 * it computes without end, it is ended by ending its thread.
 */
export async function runOnThread(
  order: RunOrder,
  watch: PhaseWatch,
  listener: Listener,
): Promise<Outcome> {
  const supervisor = new Supervisor(order, watch, listener);
  try {
    return await supervisor.outcome;
  } finally {
    await supervisor.close();
  }
}

class Supervisor {
  readonly #order: RunOrder;
  readonly #watch: PhaseWatch;
  readonly #listener: Listener;
  readonly #limits: Limits;
  readonly #worker: Worker;
  readonly #result: PromiseWithResolvers<Outcome> = Promise.withResolvers<Outcome>();
  readonly #executor = nodeExecutor();
  readonly #timers = new Set<Timer>();
  #startNs: number | undefined;
  #hasEnded = false;

  constructor(order: RunOrder, watch: PhaseWatch, listener: Listener) {
    this.#order = order;
    this.#watch = watch;
    this.#listener = listener;
    this.#limits = completeLimits(order.limits);
    const outputs = { 1: servedOutput(1), 2: servedOutput(2) };
    const workerData: ThreadOrder = { order, notes: watch.notes, outputs };
    const transferList = Object.values(outputs);
    const address = new URL(import.meta.resolve("#app/cli/run-thread"));
    this.#worker = new Worker(address, { workerData, transferList, name: "noos run" });
    this.#worker.on("message", (report: ThreadReport) => this.#reported(report));
    this.#worker.on("error", (error) => this.#result.reject(error));
    listener.started((by) => this.#end(by));
    const wallNs = this.#limits["wall-time"] - watch.sinceStartNs();
    if (wallNs < Infinity) this.#after(wallNs, () => this.#endByLimit("wall-time"));
  }

  get outcome(): Promise<Outcome> {
    return this.#result.promise;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    await this.#worker.terminate();
  }

  #reported(report: ThreadReport): void {
    switch (report.kind) {
      case "announce":
        return this.#listener.announce(report.line);
      case "found":
        return void this.#found();
      case "started":
        return this.#started();
      case "ended":
        this.#hasEnded = true;
        return;
      case "outcome":
        return this.#result.resolve(report.outcome);
      case "failed":
        return this.#result.reject(new PlatformError(report.message, report));
    }
  }

  async #found(): Promise<void> {
    await this.#listener.found();
    this.#tell({ kind: "heard" });
  }

  #started(): void {
    this.#startNs = this.#executor.clock.monotonicNs();
    const cpuNs = this.#limits["cpu-time"];
    if (cpuNs < Infinity) this.#after(cpuNs, () => void this.#checkCpuTime());
  }

  /** Looks how much time the thread has had, and again when it may have had it all. */
  async #checkCpuTime(): Promise<void> {
    if (this.#hasEnded) return;
    const cpuNs = await this.#cpuNs();
    if (cpuNs === undefined) return;
    const leftNs = this.#limits["cpu-time"] - cpuNs;
    if (leftNs > 0) this.#after(leftNs, () => void this.#checkCpuTime());
    else this.#endByLimit("cpu-time");
  }

  #endByLimit(limit: LimitName): void {
    this.#end({ limit, allowed: formatLimit(limit, this.#limits[limit]) });
  }

  #end(by: KilledBy): void {
    // Nothing of it runs yet that could end well.
    if (this.#startNs === undefined) return void this.#cutOff(by);
    this.#tell({ kind: "end", by });
    this.#after(graceNs, () => void this.#cutOff(by));
  }

  async #cutOff(by: KilledBy): Promise<void> {
    if (this.#hasEnded) return;
    const startNs = this.#startNs;
    const usage = startNs === undefined ? {} : await this.#usageSince(startNs);
    if (usage === undefined) return;
    await this.#worker.terminate();
    const { file, record } = this.#order;
    this.#result.resolve({
      program: basename(file),
      reason: { kind: "killed", by },
      usage,
      phases: this.#watch.notes.phases,
      recording: record === undefined || startNs === undefined ? undefined : { file: record },
      // What its thread had not handed on went with it; how much that was, nobody knows.
      isDelivered: true,
    });
  }

  async #usageSince(startNs: number): Promise<Partial<Usage> | undefined> {
    const cpuNs = await this.#cpuNs();
    if (cpuNs === undefined) return undefined;
    return { cpuNs, wallNs: this.#executor.clock.monotonicNs() - startNs };
  }

  /**
   * What the thread has computed so far, its start included; `undefined` when it is over by itself,
   * and what it said last has not come yet.
   */
  async #cpuNs(): Promise<number | undefined> {
    try {
      const { user, system } = await this.#worker.cpuUsage();
      return (user + system) * 1000;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_WORKER_NOT_RUNNING") throw error;
      return undefined;
    }
  }

  #tell(message: ThreadMessage): void {
    this.#worker.postMessage(message);
  }

  #after(delayNs: number, callback: () => void): void {
    const timer = this.#executor.turns.after(delayNs, () => {
      this.#timers.delete(timer);
      callback();
    });
    this.#timers.add(timer);
  }
}

/** A port whose messages are written to `fd` here. */
function servedOutput(fd: 1 | 2): MessagePort {
  const { port1, port2 } = new MessageChannel();
  serveSink(port1, fileDescriptorSink(fd));
  return port2;
}
