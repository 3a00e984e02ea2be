import { type ChildProcess, type SendHandle, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ExecutorEvent, ExecutorHost, ExecutorLink, ExecutorReach } from "#pool/host";
import { permissions } from "./permissions.ts";

export interface ExecutorProcessOptions<Start extends object> {
  /** The module that an executor runs. */
  readonly entry: URL;
  /** Descriptors of this OS process that each executor has, too. */
  readonly inherited: readonly number[];
  /**
   * Made for each executor: what it is told before all orders. Plain data. `fds` are the
   * descriptors that it inherits, as it has them.
   */
  readonly start: (fds: readonly number[]) => Start;
  /** The handle of an address at which executors accept, if it is there. */
  readonly handleOf: (route: string) => object | undefined;
  /** An executor is gone that was started with this. */
  readonly ended: (start: Start) => void;
  /** What every executor reads and writes: noos itself, images, what it keeps. */
  readonly reach: ExecutorReach;
  /** Variables it is given; nothing else of the daemon's environment reaches it. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * By default glibc gives each thread memory to allocate from by itself, and each keeps what it does
 * not need: 10 MB of an executor, for threads that mostly sleep.
 */
const glibc = { MALLOC_ARENA_MAX: "1" } as const;

/** So many every executor has: three streams and the channel. */
const ownDescriptors = 4;

type Listener = Parameters<ExecutorHost["start"]>[1];

/** Starts executors as children of this OS process. */
export function executorProcesses<Start extends object>(
  options: ExecutorProcessOptions<Start>,
): ExecutorHost {
  return {
    start: (reach, listener) => new ExecutorProcess(options, reach, listener),
  };
}

/** A message with the handle of an address: which route it is for. */
export interface Lent {
  readonly lent: string;
}

class ExecutorProcess<Start extends object> implements ExecutorLink {
  readonly #child: ChildProcess;
  readonly #listener: Listener;
  readonly #ended: () => void;
  readonly #handleOf: (route: string) => object | undefined;
  /** What it was lent of what it is to accept at. */
  #lent: ReadonlySet<string> = new Set();
  #isGone = false;

  constructor(options: ExecutorProcessOptions<Start>, reach: ExecutorReach, listener: Listener) {
    this.#listener = listener;
    this.#handleOf = options.handleOf;
    const start = options.start(options.inherited.map((_, index) => ownDescriptors + index));
    this.#ended = () => options.ended(start);
    this.#child = spawn(
      process.execPath,
      [...permissions(options.reach, reach), fileURLToPath(options.entry)],
      {
        // What it has to say of its own defects goes where the daemon's do.
        stdio: ["ignore", "ignore", "inherit", "ipc", ...options.inherited],
        serialization: "advanced",
        env: { ...glibc, ...options.environment },
      },
    );
    this.#child.on("message", (events) => listener.heard(events as readonly ExecutorEvent[]));
    this.#child.on("exit", (code, signal) =>
      this.#gone(signal === null ? `it ended with status ${code}` : `it was ended by ${signal}`),
    );
    this.#child.on("error", (error) => this.#gone(error.message));
    this.#tell(start);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  send(orders: Parameters<ExecutorLink["send"]>[0]): void {
    for (const order of orders) if (order.kind === "accept") this.#lend(order.routes);
    this.#tell(orders);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Before it is to accept anywhere it has all it needs for that. */
  #lend(routes: readonly string[]): void {
    for (const route of routes) {
      const handle = this.#lent.has(route) ? undefined : this.#handleOf(route);
      if (handle === undefined || !this.#child.connected) continue;
      const message: Lent = { lent: route };
      this.#child.send(message, handle as SendHandle, { keepOpen: true }, () => undefined);
    }
    this.#lent = new Set(routes);
  }

  #tell(message: object): void {
    // One that is gone is told of by its end; what it was sent has no effect then.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #gone(why: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#ended();
    this.#listener.gone(why);
  }
}
