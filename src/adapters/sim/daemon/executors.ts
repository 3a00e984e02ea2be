import type { ExecutorHost, ExecutorLink, ExecutorReach, Life } from "#pool/host";
import { type ExecutorPorts, SimulatedExecutor } from "./executor.ts";
import type { SimulatedProcess } from "./process.ts";

/** 10 ms until ready, 10 µs for a message, unless said otherwise. */
export type SimulatedExecutorsOptions = Pick<ExecutorPorts, "clock" | "turns"> &
  Partial<ExecutorPorts>;

/** Starts simulated executors, and knows all there are. */
export class SimulatedExecutors implements ExecutorHost {
  readonly #ports: ExecutorPorts;
  readonly #started: SimulatedExecutor[] = [];

  constructor(options: SimulatedExecutorsOptions) {
    const usual = { script: () => ({}), readyNs: 10e6, delayNs: () => 10e3 };
    this.#ports = { ...usual, ...options };
  }

  /** All there ever were, in the order of their start. */
  get started(): readonly SimulatedExecutor[] {
    return this.#started;
  }

  /** Those that are there now. */
  get running(): readonly SimulatedExecutor[] {
    return this.#started.filter(({ isGone }) => !isGone);
  }

  start(reach: ExecutorReach, listener: Parameters<ExecutorHost["start"]>[1]): ExecutorLink {
    const bonds = { ports: this.#ports, told: listener };
    const executor = new SimulatedExecutor(this.#started.length + 1, reach, bonds);
    this.#started.push(executor);
    return executor;
  }

  /** What runs under a path, or is on its way up or down; and where. */
  at(path: string): readonly (SimulatedProcess & {
    readonly life: Life;
    readonly executor: SimulatedExecutor;
  })[] {
    return this.running.flatMap((executor) =>
      [...executor.processes.values()]
        .filter(({ order }) => order.path === path)
        .map((process) => ({ ...process, life: process.order.life, executor })),
    );
  }
}
