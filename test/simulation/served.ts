import { simulatedHost } from "#adapters/sim";
import { SeededRandom } from "#core/base";
import { Heap } from "#core/base/collections";
import type { IncomingRequest, Inlet, ResponseHead } from "#core/host/traffic";
import type { ExitReason } from "#core/sys";
import { defaultServePolicy, noUsage, type ServePolicy } from "#pool/host";
import { Endpoint, type InstanceLink } from "#pool/ingress";
import { Commons } from "#pool/scale/governor";

type Time = ReturnType<typeof simulatedHost>["time"];

/** One processor that all who compute share evenly: the more there are, the slower each. */
export class SharedCore {
  readonly #time: Time;
  readonly #jobs = new Heap<{ readonly doneAt: number; readonly done: () => void }>(
    (a, b) => a.doneAt < b.doneAt,
  );
  #virtualNs = 0;
  #changedNs: number;
  #plan = 0;
  #usedNs = 0;

  constructor(time: Time) {
    this.#time = time;
    this.#changedNs = time.monotonicNs();
  }

  /** How long anybody computed so far. */
  get usedNs(): number {
    this.#advance();
    return this.#usedNs;
  }

  compute(ns: number, done: () => void): void {
    this.#advance();
    this.#jobs.push({ doneAt: this.#virtualNs + ns, done });
    this.#planNext();
  }

  #advance(): void {
    const nowNs = this.#time.monotonicNs();
    const passedNs = nowNs - this.#changedNs;
    this.#changedNs = nowNs;
    if (this.#jobs.size === 0) return;
    this.#usedNs += passedNs;
    this.#virtualNs += passedNs / this.#jobs.size;
  }

  #planNext(): void {
    this.#plan += 1;
    const plan = this.#plan;
    const next = this.#jobs.peek();
    if (next === undefined) return;
    const leftNs = Math.max(0, next.doneAt - this.#virtualNs) * this.#jobs.size;
    this.#time.after(leftNs, () => {
      if (plan !== this.#plan) return;
      this.#advance();
      const job = this.#jobs.pop();
      // The clock of floats may be a hair short of what is left.
      if (job !== undefined) this.#virtualNs = Math.max(this.#virtualNs, job.doneAt);
      this.#planNext();
      job?.done();
    });
  }
}

/** How programs behave, in means of exponential times. */
export interface Work {
  readonly waitNs: number;
  readonly cpuNs: number;
  readonly startNs: number;
  /** Whether an instance asks for more before it has answered. */
  readonly isConcurrent: boolean;
}

/** One call, and what became of it. */
export class Call implements IncomingRequest {
  readonly head = {
    method: "GET",
    scheme: "http",
    authority: "x",
    target: "/",
    fields: [],
  } as const;
  readonly body = undefined;
  readonly isUpgrade = false;
  readonly sentNs: number;
  readonly #time: Time;
  status = 0;
  tookNs = 0;
  fields: readonly string[] = [];
  isGone = false;
  #leave: () => void = () => undefined;

  constructor(time: Time) {
    this.#time = time;
    this.sentNs = time.monotonicNs();
  }

  respond({ status, fields }: ResponseHead): void {
    this.status = status;
    this.fields = fields;
    this.tookNs = this.#time.monotonicNs() - this.sentNs;
  }

  begin(): never {
    throw new Error("nobody streams here");
  }

  accept(): never {
    throw new Error("nobody asked for a WebSocket");
  }

  abandon(): void {
    this.status = 502;
  }

  whenGone(callback: () => void): void {
    this.#leave = callback;
  }

  /** Whoever sent it has no more patience. */
  giveUp(): void {
    if (this.status !== 0) return;
    this.isGone = true;
    this.#leave();
  }
}

/** An endpoint on an executor of one simulated processor. */
export class Served {
  readonly time: Time;
  readonly core: SharedCore;
  readonly endpoint: Endpoint;
  readonly #random: SeededRandom;
  readonly #work: Work;
  instances = 0;
  instancesMost = 0;

  constructor(seed: number, work: Work, policy: Partial<ServePolicy> = {}) {
    this.time = simulatedHost({ seed }).time;
    this.#random = new SeededRandom(seed);
    this.#work = work;
    const { time } = this;
    this.core = new SharedCore(time);
    this.endpoint = new Endpoint(
      "shop/web",
      { ...defaultServePolicy, ...policy },
      {
        clock: time,
        turns: time,
        chance: () => this.#unit(),
        commons: new Commons(time.monotonicNs(), () => this.core.usedNs),
        cpuNs: () => this.core.usedNs,
        failed: () => undefined,
        emptied: () => undefined,
      },
    );
    this.endpoint.open((inlet, ended) => this.#start(inlet, ended));
  }

  /** So many calls a second come by chance for so long; some may not be answered yet. */
  async load(perSecond: number, seconds: number, patienceNs = 2e9): Promise<readonly Call[]> {
    const calls: Call[] = [];
    const endNs = this.time.monotonicNs() + seconds * 1e9;
    const next = (): void => {
      if (this.time.monotonicNs() >= endNs) return;
      calls.push(this.call(patienceNs));
      this.time.after(this.#draw(1e9 / perSecond), next);
    };
    next();
    await this.time.runFor(seconds * 1e9);
    return calls;
  }

  call(patienceNs: number): Call {
    const call = new Call(this.time);
    this.time.after(patienceNs, () => call.giveUp());
    this.endpoint.arrive(call);
    return call;
  }

  #start(inlet: Inlet, ended: (reason: ExitReason) => void): InstanceLink {
    this.instances += 1;
    this.instancesMost = Math.max(this.instancesMost, this.instances);
    let isOver = false;
    let has = 0;
    let isLeaving = false;
    const end = (reason: ExitReason): void => {
      if (isOver) return;
      isOver = true;
      this.instances -= 1;
      this.time.next(() => ended(reason));
    };
    const leaveWhenDone = (): void => {
      if (isLeaving && has === 0) end({ kind: "exited", code: 0 });
    };
    const ask = (): void => {
      inlet.next((request) => {
        if (request === "end") isLeaving = true;
        else {
          has += 1;
          this.#serve(request, () => {
            has -= 1;
            if (!this.#work.isConcurrent && !isLeaving) ask();
            leaveWhenDone();
          });
          if (this.#work.isConcurrent) ask();
        }
        leaveWhenDone();
      });
    };
    this.core.compute(this.#work.startNs, () => {
      if (!isOver) ask();
    });
    return { usage: noUsage, end: (who) => end({ kind: "killed", by: { who } }) };
  }

  /** It goes on computing for one who has left, as programs do. */
  #serve(request: IncomingRequest, done: () => void): void {
    const cpuNs = this.#draw(this.#work.cpuNs);
    this.time.after(this.#draw(this.#work.waitNs), () => {
      this.core.compute(cpuNs, () => {
        request.respond({ status: 200, fields: [] }, new Uint8Array(0));
        done();
      });
    });
  }

  #draw(mean: number): number {
    return -mean * Math.log(this.#unit());
  }

  /** Above 0, below 1. */
  #unit(): number {
    return (this.#random.next() + 0.5) / 2 ** 32;
  }
}
