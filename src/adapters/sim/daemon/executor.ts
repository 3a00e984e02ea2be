import type { Clock, Turns } from "#core/host";
import type { ExitReason } from "#core/sys";
import {
  type ExecutorEvent,
  type ExecutorHost,
  type ExecutorLink,
  type ExecutorOrder,
  type ExecutorReach,
  isSameBuild,
  type Life,
  type ProcessOrder,
} from "#pool/host";
import type { RenewalNews } from "#pool/renewal";
import { measuredOf, type ProcessScript, type SimulatedProcess } from "./process.ts";

const encoder = new TextEncoder();

export interface ExecutorPorts {
  readonly clock: Clock;
  readonly turns: Turns;
  readonly script: (order: ProcessOrder) => ProcessScript;
  /** From its start until it is ready. */
  readonly readyNs: number;
  /** How long a message takes; asked for each. */
  readonly delayNs: () => number;
}

type Unasked<Event> = Event extends unknown ? Omit<Event, "request"> : never;
type RehearsalAnswer = Unasked<ExecutorEvent & { readonly kind: "rehearsed" | "not-rehearsed" }>;

type Listener = Parameters<ExecutorHost["start"]>[1];

/** An executor whose processes do what their scripts say. */
export class SimulatedExecutor implements ExecutorLink {
  readonly pid: number;
  readonly reach: ExecutorReach;
  readonly processes: Map<Life, SimulatedProcess> = new Map<Life, SimulatedProcess>();
  /** How many messages it was sent, and the orders in them. */
  sentCount = 0;
  readonly orders: ExecutorOrder[] = [];
  /** It runs what it has, and answers no question. */
  isSilent = false;
  /** What it says of each rehearsal. */
  rehearsed: RehearsalAnswer = {
    kind: "not-rehearsed",
    reason: {
      kind: "refused",
      code: "IMAGE_UNKNOWN",
      why: "no test has said what becomes of it",
      hint: "say it",
    },
  };
  /** It stands still: it neither hears nor says anything any more. */
  isHung = false;
  readonly #ports: ExecutorPorts;
  readonly #listener: Listener;
  readonly #outputs = new Map<string, { text: string; endBytes: number }>();
  /** Until when the ways in and out are taken: messages keep their order. */
  #inNs = 0;
  #outNs = 0;
  /** So many of the messages under way are not to arrive any more. */
  #outCount = 0;
  #outLost = Infinity;
  #isGone = false;

  constructor(pid: number, reach: ExecutorReach, bonds: { ports: ExecutorPorts; told: Listener }) {
    this.pid = pid;
    this.reach = reach;
    this.#ports = bonds.ports;
    this.#listener = bonds.told;
    this.#inNs = this.#ports.clock.monotonicNs() + this.#ports.readyNs;
  }

  /** Where others are told to reach it. */
  get socket(): string {
    return `/run/${this.pid}.sock`;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  send(orders: readonly ExecutorOrder[]): void {
    this.sentCount += 1;
    for (const order of orders) this.orders.push(order);
    this.#receive(() => {
      for (const order of orders) this.#follow(order);
    });
  }

  kill(): void {
    this.lose("it was ended by SIGKILL");
  }

  /** It ends at once with all it runs. Of its messages under way, the last `lostCount` are lost. */
  lose(why: string, lostCount = 0): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.processes.clear();
    this.#outLost = this.#outCount - lostCount;
    this.#outNs = this.#laterThan(this.#outNs);
    this.#ports.turns.after(this.#outNs - this.#ports.clock.monotonicNs(), () =>
      this.#listener.gone(why),
    );
  }

  /** A process of it ends by itself, now. */
  end(life: Life, reason: ExitReason, recording?: string): void {
    const process = this.processes.get(life);
    if (process === undefined) return;
    this.processes.delete(life);
    const { usage, ...others } = measuredOf(process.script);
    const measured = { usage: { ...usage, memoryBytes: 0 }, ...others };
    const end = { life, reason, ...measured, ...(recording === undefined ? {} : { recording }) };
    this.#tell({ kind: "ended", ends: [end] });
  }

  write(path: string, text: string): void {
    const endBytes = (this.#outputs.get(path)?.endBytes ?? 0) + encoder.encode(text).length;
    this.#outputs.set(path, { text, endBytes });
  }

  #follow(order: ExecutorOrder): void {
    switch (order.kind) {
      case "start":
        for (const each of order.processes) this.#start(each);
        return;
      case "ask":
        return this.#endLater(order.life, "isAsked");
      case "end":
        return this.#endLater(order.life, "isToldToEnd", order.who);
      case "probe":
        return this.#tell({ kind: "alive" });
      case "measure":
        if (!this.isSilent) this.#answerUsage(order.request);
        return;
      case "explain":
        if (!this.isSilent) this.#answerWhy(order);
        return;
      case "rehearse":
        if (!this.isSilent) this.#tell({ ...this.rehearsed, request: order.request });
        return;
      case "read-output":
        if (!this.isSilent) this.#answerOutput(order);
        return;
      case "renew":
        return this.#renew(order.order);
      case "leave":
        return this.#leave(order.life);
      case "open":
        return this.#tell({ kind: "ready", socket: this.socket });
      case "elsewhere":
      case "accept":
      case "promote":
      case "spawned":
      case "summon":
      case "backlog":
      case "posted":
      case "notice":
        // For the program, whose part the test plays.
        return;
    }
  }

  #start(order: ProcessOrder): void {
    const script = this.#ports.script(order);
    const { life } = order;
    const fresh = { isUp: false, isAsked: false, isToldToEnd: false, isLeaving: false };
    this.processes.set(life, { order, script, ...fresh });
    this.#later(life, script.startNs ?? 1e6, (process) => {
      if (script.refusal !== undefined) return this.end(life, script.refusal);
      process.isUp = true;
      this.#tell({ kind: "started", lives: [life] });
      const { lifeNs, reason = { kind: "exited", code: 0 } } = script;
      if (lifeNs !== undefined) this.#later(life, lifeNs, () => this.end(life, reason));
    });
  }

  /** It says of a new build what its script says, if that says anything. */
  #renew(order: ProcessOrder): void {
    const process = this.processes.get(order.life);
    if (process === undefined) return;
    const { order: before, script } = process;
    process.order = order;
    process.isLeaving = false;
    if (script.renewal === undefined || isSameBuild(before, order)) return;
    const revision = order.serve?.revision ?? 0;
    const say = (kind: RenewalNews["kind"], serving: number): void => {
      if (process.order.serve?.revision !== revision) return;
      const news = { kind, revision, serving, why: "as its script has it" };
      this.#tell({ kind: "renewal", life: order.life, news });
    };
    say("starting", before.serve?.revision ?? 0);
    this.#later(order.life, script.startNs ?? 1e6, () => {
      if (script.renewal === "kept") say("trial", revision);
      this.#later(order.life, order.serve?.policy.trialNs ?? 0, () => {
        if (script.renewal === "kept") return say("kept", revision);
        say("reverted", before.serve?.revision ?? 0);
        const { serve } = process.order;
        if (serve?.revision !== revision || before.serve === undefined) return;
        process.order = { ...before, serve: { ...serve, revision: before.serve.revision } };
      });
    });
  }

  #leave(life: Life): void {
    const process = this.processes.get(life);
    if (process === undefined) return;
    process.isLeaving = true;
    const { leaveNs = 1e9 } = process.script;
    if (leaveNs === Infinity) return;
    this.#later(life, leaveNs, () => {
      const reason: ExitReason = { kind: "killed", by: { who: "noos, which wants its end" } };
      if (process.isLeaving) this.end(life, reason);
    });
  }

  #endLater(life: Life, how: "isAsked" | "isToldToEnd", who?: string): void {
    const process = this.processes.get(life);
    if (process === undefined) return;
    process[how] = true;
    const { askedNs = 1e6, toldNs = 1e6 } = process.script;
    const afterNs = how === "isAsked" ? askedNs : toldNs;
    if (afterNs === Infinity) return;
    const reason: ExitReason =
      who === undefined ? { kind: "exited", code: 0 } : { kind: "killed", by: { who } };
    this.#later(life, afterNs, () => this.end(life, reason));
  }

  /** Says something that no script does: what a program wants of its children, say. */
  say(event: ExecutorEvent): void {
    this.#tell(event);
  }

  #answerUsage(request: number): void {
    const processes = [...this.processes].map(
      ([life, { script }]) => [life, measuredOf(script)] as const,
    );
    this.#tell({ kind: "measured", request, processes });
  }

  #answerWhy({ request, life }: { readonly request: number; readonly life: Life }): void {
    const findings = this.processes.get(life)?.script.findings;
    this.#tell({ kind: "explained", request, ...(findings === undefined ? {} : { findings }) });
  }

  #answerOutput({ request, path }: { readonly request: number; readonly path: string }): void {
    const { text, endBytes } = this.#outputs.get(path) ?? { text: "", endBytes: 0 };
    this.#tell({ kind: "output", request, bytes: encoder.encode(text), endBytes });
  }

  #later(life: Life, delayNs: number, happen: (process: SimulatedProcess) => void): void {
    this.#ports.turns.after(delayNs, () => {
      const process = this.processes.get(life);
      if (process !== undefined) happen(process);
    });
  }

  #tell(event: ExecutorEvent): void {
    if (this.isHung) return;
    this.#outCount += 1;
    const number = this.#outCount;
    this.#outNs = this.#laterThan(this.#outNs);
    this.#ports.turns.after(this.#outNs - this.#ports.clock.monotonicNs(), () => {
      if (number <= this.#outLost) this.#listener.heard([event]);
    });
  }

  #receive(happen: () => void): void {
    this.#inNs = this.#laterThan(this.#inNs);
    this.#ports.turns.after(this.#inNs - this.#ports.clock.monotonicNs(), () => {
      if (!this.#isGone && !this.isHung) happen();
    });
  }

  /** When a message arrives that is sent now, behind those before it. */
  #laterThan(takenNs: number): number {
    return Math.max(takenNs, this.#ports.clock.monotonicNs() + this.#ports.delayNs());
  }
}
