import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import {
  type ProcessScript,
  SimulatedAddresses,
  SimulatedExecutors,
  type SimulatedExecutor,
  simulatedSeal,
} from "#adapters/sim/daemon";
import { SimulatedDisk, SimulatedLogDisk } from "#adapters/sim/store";
import { calendar } from "#adapters/calendar";
import type { Turns } from "#core/host";
import type { ErrorCode, ExitReason } from "#core/sys";
import type { DeployAnswer, DeployRequest, EventView, PlanView } from "#pool/api";
import { Control } from "#pool/control";
import type { Present } from "#pool/control/desired";
import type { ProcessOrder } from "#pool/host";
import { appText, type AppTexts } from "./app-text.ts";

export const second = 1e9;
/** Of an app that needs nothing which is not there. */
export const allPresent: Present = {
  hasImage: () => true,
  whyNoDirectory: () => undefined,
  calendar,
};
export const failing: ExitReason = { kind: "exited", code: 1 };

export interface SceneOptions {
  readonly seed?: number;
  readonly executorsMax?: number;
  readonly delayNs?: () => number;
  /** In place of `scripts`. */
  readonly script?: (order: ProcessOrder) => ProcessScript;
}

/** A control with its world. It is open, and has an executor that is ready. */
export class Scene {
  readonly host: SimulatedHost;
  readonly disk: SimulatedDisk = new SimulatedDisk();
  /** Of queues. */
  readonly logDisk: SimulatedLogDisk = new SimulatedLogDisk({ isPrompt: true });
  executors: SimulatedExecutors;
  control: Control;
  /** By path, or else by the name of the spec. */
  readonly scripts: Map<string, ProcessScript> = new Map<string, ProcessScript>();
  /** Digests that are not there. */
  readonly addresses: SimulatedAddresses = new SimulatedAddresses();
  readonly lostImages: Set<string> = new Set<string>();
  /** Absolute paths at which there is no directory. */
  readonly lostDirectories: Set<string> = new Set<string>();
  /** What is a bug of ours. */
  readonly failures: unknown[] = [];
  /** How far the clock on the wall is from the time that passed. */
  wallAheadMs: number = Date.UTC(2026, 0, 1);
  readonly #options: SceneOptions;
  readonly #events: EventView[] = [];
  #bootCount = 0;

  constructor(options: SceneOptions = {}) {
    this.#options = options;
    this.host = simulatedHost({ seed: options.seed ?? 1 });
    [this.control, this.executors] = this.#boot();
  }

  #boot(): [Control, SimulatedExecutors] {
    this.#bootCount += 1;
    const { time, random } = this.host;
    const turns = this.#turnsOf(this.#bootCount);
    const script = (order: ProcessOrder): ProcessScript => this.scriptOf(order);
    const { delayNs } = this.#options;
    const ports = {
      clock: time,
      turns,
      script,
      ...(delayNs === undefined ? {} : { delayNs }),
    };
    const executors = new SimulatedExecutors(ports);
    const control = new Control({
      clock: time,
      turns,
      wallMs: () => this.wallMs,
      logs: this.logDisk.open(),
      calendar,
      failed: (error) => this.failures.push(error),
      timeOfDay: () => `at ${time.monotonicNs()}`,
      chance: () => random.next() / 2 ** 32,
      store: this.disk.open(),
      seal: simulatedSeal(),
      addresses: this.addresses,
      executors,
      executorsMax: this.#options.executorsMax ?? 2,
      crashes: { list: () => [], keep: () => true, remove: () => undefined },
      hasImage: (digest) => !this.lostImages.has(digest),
      whyNoDirectory: (path) => (this.lostDirectories.has(path) ? "which is lost" : undefined),
      origin: `boot-${this.#bootCount}`,
      self: () => ({ version: "0", pid: 1, dataFolder: "/data", memoryBytes: 0 }),
    });
    control.follow((event) => this.#events.push(event));
    control.open();
    return [control, executors];
  }

  /** Turns of one boot: with the next one, nothing of it happens any more. */
  #turnsOf(boot: number): Turns {
    const { time } = this.host;
    const guarded = (callback: () => void) => (): void => {
      if (boot === this.#bootCount) callback();
    };
    return {
      next: (callback) => time.next(guarded(callback)),
      after: (delayNs, callback) => time.after(delayNs, guarded(callback)),
    };
  }

  scriptOf(order: ProcessOrder): ProcessScript {
    if (this.#options.script !== undefined) return this.#options.script(order);
    const { path } = order;
    const name = path.slice(path.lastIndexOf("/") + 1);
    return this.scripts.get(path) ?? this.scripts.get(name.replace(/\.\d+$/, "")) ?? {};
  }

  /** The daemon's machine loses power, and a new daemon comes up on its disk. */
  reboot(): void {
    for (const executor of this.executors.running) executor.lose("no power");
    this.#events.length = 0;
    [this.control, this.executors] = this.#boot();
  }

  deploy(texts: AppTexts, request: Partial<DeployRequest> = {}): DeployAnswer {
    return this.control.deploy(this.request(texts, request));
  }

  plan(texts: AppTexts, request: Partial<DeployRequest> = {}): PlanView {
    return this.control.plan(this.request(texts, request));
  }

  /** With the digest `NAME.wasm#1` for each image that has no other. */
  request(texts: AppTexts, request: Partial<DeployRequest> = {}): DeployRequest {
    const { images, ...others } = request;
    const digests = Object.keys(texts.processes).map((name) => {
      const { image = `${name}.wasm` } = texts.processes[name] ?? {};
      return [image, `${image}#1`] as const;
    });
    return {
      manifest: appText(texts),
      file: "noos.yaml",
      base: "/home/app",
      images: { ...Object.fromEntries(digests), ...images },
      ...others,
    };
  }

  /** Lets time pass, and all happen that falls due in it. */
  pass(ns: number): void {
    let isOver = false;
    this.host.time.after(ns, () => (isOver = true));
    while (!isOver) this.host.time.step();
  }

  /** What the clock on the wall shows, in milliseconds since 1970. */
  get wallMs(): number {
    return this.wallAheadMs + this.host.time.monotonicNs() / 1e6;
  }

  /** A tenth of a second: whatever needs no waiting is done. */
  settle(): this {
    this.pass(0.1 * second);
    return this;
  }

  /** The only process that runs under a path ends by itself. */
  end(path: string, reason: ExitReason = failing): void {
    const { executor, life } = this.at(path);
    executor.end(life, reason);
    this.pass(20e3);
  }

  at(path: string): ReturnType<SimulatedExecutors["at"]>[number] {
    const [process, ...others] = this.executors.at(path);
    if (process === undefined) throw new Error(`nothing runs at ${path}`);
    if (others.length > 0) throw new Error(`${others.length + 1} processes run at ${path}`);
    return process;
  }

  /** Paths of all that executors run, sorted. */
  get running(): readonly string[] {
    return this.executors.running
      .flatMap(({ processes }) => [...processes.values()].map(({ order }) => order.path))
      .toSorted();
  }

  get executor(): SimulatedExecutor {
    const [first] = this.executors.running;
    if (first === undefined) throw new Error("no executor runs");
    return first;
  }

  /** `shop/a running`, parents before children. */
  async states(app?: string): Promise<readonly string[]> {
    const views = await this.host.time.until(this.control.processes(app));
    return views.map(({ path, state }) => `${path} ${state}`);
  }

  /** What happened since the last time. */
  takeEvents(): readonly EventView[] {
    return this.#events.splice(0);
  }

  /** The same in lines, as `process-ended shop/a exited(0)`. */
  take(): readonly string[] {
    return this.takeEvents().map(({ kind, app, path, text }) => {
      return [kind, path ?? app, text].filter((part) => part !== undefined).join(" ");
    });
  }
}

/** Whether an error has a code. */
export function code(wanted: ErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof Error && "code" in error && error.code === wanted;
}
