import type { Family, Outside } from "#core/host";
import type { Inlet, Outlet } from "#core/host/traffic";
import {
  type CallAnswer,
  type Descriptor,
  type ExitRecord,
  extended,
  Kernel,
  notYet,
  type Personality,
  type Process,
  type Started,
} from "#core/kernel";
import type { Program } from "#core/machine";
import { prepare } from "#core/machine";
import { noosHttp } from "#core/personality/noos-http";
import { noosProcess } from "#core/personality/noos-process";
import { wasiP1, wasiP1AnswerName } from "#core/personality/wasi-p1";
import { WaitQueue } from "#core/stream";
import { defaultLimits, type Limits } from "#core/sys";
import type { SimulatedHost } from "#adapters/sim";
import { acts, orderAddress, parameterAddress, puppetProgram, signatureOf } from "./program.ts";

/** What came of an order: what the call answered, or how the process ended over it. */
export type Outcome = number | ExitRecord;

interface Order {
  readonly act: string;
  readonly parameters: readonly (number | bigint)[];
  readonly done: (answer: number) => void;
}

const puppets = new WeakMap<Process, Puppet>();

const everything = extended(extended(wasiP1, noosProcess), noosHttp);

/** All calls there are, and the two functions by which a puppet is moved. */
const puppetry: Personality = {
  ...everything,
  name: "puppetry",
  imports(caller, isObserved) {
    const strings = new Map([
      ["next", { type: "() -> i32", value: new WebAssembly.Suspending(() => of(caller).next()) }],
      ["done", { type: "(i32) -> ()", value: (answer: number) => of(caller).done(answer) }],
    ]);
    return new Map([...everything.imports(caller, isObserved), ["puppet", strings]]);
  },
};

/** How a puppet's C library would call an answer: `ok`, `EINVAL`. */
export const answerName: (answer: number) => string = wasiP1AnswerName;

function of(caller: { readonly process: Process }): Puppet {
  const puppet = puppets.get(caller.process);
  if (puppet === undefined) throw new Error("only puppets import puppetry");
  return puppet;
}

export interface PuppetOptions {
  readonly descriptors?: () => readonly Descriptor[];
  readonly limits?: Partial<Limits>;
  readonly outside?: Partial<Outside>;
  readonly family?: Family;
  readonly inlet?: Inlet;
  readonly outlet?: Outlet;
  readonly args?: readonly string[];
  readonly env?: readonly string[];
}

/** A kernel whose processes are puppets. */
export class PuppetTheatre {
  readonly host: SimulatedHost;
  readonly kernel: Kernel;
  readonly #program: Program;

  constructor(
    host: SimulatedHost,
    options: {
      readonly processesMax?: number;
      readonly pages?: number;
      readonly pagesMax?: number;
      /** The import module that the calls are taken from. */
      readonly contract?: string;
    } = {},
  ) {
    this.host = host;
    this.kernel = new Kernel(host, { processesMax: options.processesMax ?? 100 });
    const { pages = 1, pagesMax = Math.max(pages, 4) } = options;
    const { contract = "wasi_snapshot_preview1" } = options;
    this.#program = prepare(
      puppetProgram({ pages, pagesMax }, contract),
      { codec: host.codec, clock: host.clock, blobs: undefined },
      { name: "puppet", moduleBytesMax: 1e6, tableElementsMax: 0, isPreemptible: true },
    );
  }

  spawn(options: PuppetOptions = {}): Puppet {
    const { clock, entropy, timers } = this.host.outside;
    const cpuNs = (): bigint => 0n;
    const started = this.kernel.spawn({
      name: "puppet",
      program: this.#program,
      personality: puppetry,
      args: options.args ?? [],
      env: options.env ?? [],
      limits: { ...defaultLimits, ...options.limits },
      outside: {
        clock: {
          realtimeNs: () => clock.realtimeNs(),
          monotonicNs: () => clock.monotonicNs(),
          cpuNs,
        },
        entropy,
        timers,
        ...options.outside,
      },
      family: options.family,
      inlet: options.inlet,
      outlet: options.outlet,
      descriptors: options.descriptors ?? (() => []),
      observer: undefined,
    });
    return new Puppet(this.host, started);
  }
}

/** A process that makes the calls a test tells it to, through wasm and the kernel, one by one. */
export class Puppet {
  readonly process: Process;
  readonly exit: Promise<ExitRecord>;
  readonly started: Started;
  readonly #host: SimulatedHost;
  readonly #given = new WaitQueue();
  readonly #orders: Order[] = [];
  #current: Order | undefined = undefined;

  constructor(host: SimulatedHost, started: Started) {
    this.#host = host;
    this.started = started;
    this.process = started.process;
    this.exit = started.exit;
    puppets.set(started.process, this);
  }

  /** Tells it to do something; the promise settles when it has, or when it has ended. */
  tell(act: string, ...parameters: readonly (number | bigint)[]): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#orders.push({ act, parameters, done: resolve });
    this.#given.wake();
    return Promise.race([promise, this.exit]);
  }

  /** As `tell`, and runs the host until it is done. */
  do(act: string, ...parameters: readonly (number | bigint)[]): Promise<Outcome> {
    return this.#host.time.until(this.tell(act, ...parameters));
  }

  /** Lets the program come to its own end. */
  leave(): Promise<ExitRecord> {
    void this.tell("");
    return this.#host.time.until(this.exit);
  }

  /** Runs until the program has started and asks for its first order, so that it has a memory. */
  async ready(): Promise<this> {
    await this.do("sched_yield");
    return this;
  }

  next(): CallAnswer {
    this.#finish(0);
    const attempt = (): undefined | typeof notYet => {
      const order = this.#orders.shift();
      if (order === undefined) return notYet;
      this.#current = order;
      this.#write(order);
      return undefined;
    };
    return this.process.wait({ attempt, on: [this.#given] });
  }

  done(answer: number): void {
    this.#finish(answer);
  }

  #finish(answer: number): void {
    const current = this.#current;
    this.#current = undefined;
    current?.done(answer);
  }

  #write({ act, parameters }: Order): void {
    const { memory } = this.process;
    memory.setU32(orderAddress, acts.indexOf(act));
    const { parameters: types } = signatureOf(act);
    for (const [index, value] of parameters.entries()) {
      const at = parameterAddress(index);
      if (types[index] === "i64") memory.setU64(at, BigInt.asUintN(64, BigInt(value)));
      else memory.setU32(at, Number(value) >>> 0);
    }
  }
}
