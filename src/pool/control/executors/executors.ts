import type { Clock, Turns } from "#core/host";
import { defaultNumbers, Pace } from "#core/supervise";
import type {
  CrashRecord,
  ExecutorEvent,
  ExecutorHost,
  ExecutorLink,
  ExecutorOrder,
  ExecutorReach,
  Life,
  ProcessEnd,
  ProcessOrder,
  ProcessUsage,
} from "#pool/host";
import type { FamilyEvent } from "./family-events.ts";
import { joinReach, reaches } from "./reach.ts";

/** So many processes are put on one executor before another is started beside it. */
const crowdedCount = 1000;

/** An executor that takes longer is not waited for when things are measured. */
const answerNsMax = 2e9;

export interface ExecutorsPorts {
  readonly host: ExecutorHost;
  readonly clock: Clock;
  readonly turns: Turns;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
  /** So many executors share the processes; more only where directories ask for it. */
  readonly executorsMax: number;
}

/** Who is told what happens on executors. */
export interface ExecutorsListener {
  started(lives: readonly Life[]): void;
  ended(ends: readonly ProcessEnd[]): void;
  asked(event: FamilyEvent): void;
  /** Their executor is gone. */
  lost(lives: readonly Life[], slot: number, why: string): void;
  crashed(crash: CrashRecord): void;
  executorStarted(slot: number, pid: number): void;
}

export type SlotState = "starting" | "running" | "waiting";

/** The place of one executor, whichever OS process fills it at the moment. */
class Slot {
  readonly number: number;
  readonly lives = new Set<Life>();
  readonly pace = new Pace();
  reach: ExecutorReach;
  state: SlotState = "waiting";
  link: ExecutorLink | undefined = undefined;
  startedNs = 0;
  restarts = 0;
  /** Sent at the end of the step. */
  outbox: ExecutorOrder[] = [];
  /** The processes of the last order to start some that is in the outbox. */
  starting: ProcessOrder[] = [];

  constructor(number: number, reach: ExecutorReach) {
    this.number = number;
    this.reach = reach;
  }
}

/** What a measurement waits for. */
interface Request {
  readonly slots: Set<Slot>;
  readonly take: (event: ExecutorEvent) => void;
  readonly complete: () => void;
}

/** The executors of this machine: puts processes on them, and replaces those that are lost. */
export class Executors {
  readonly #ports: ExecutorsPorts;
  readonly #listener: ExecutorsListener;
  readonly #slots: Slot[] = [];
  readonly #slotOf = new Map<Life, Slot>();
  readonly #requests = new Map<number, Request>();
  #lastRequest = 0;
  #isClosed = false;

  constructor(ports: ExecutorsPorts, listener: ExecutorsListener) {
    this.#ports = ports;
    this.#listener = listener;
  }

  get views(): readonly {
    readonly slot: number;
    readonly pid: number | undefined;
    readonly state: SlotState;
    readonly processes: number;
    readonly restarts: number;
  }[] {
    return this.#slots.map(({ number, link, state, lives, restarts }) => ({
      slot: number,
      pid: link?.pid,
      state,
      processes: lives.size,
      restarts,
    }));
  }

  /** Has an executor running before the first process needs one. */
  open(reach: ExecutorReach): void {
    this.#addSlot(reach);
  }

  close(): void {
    this.#isClosed = true;
    for (const { link } of this.#slots) link?.kill();
  }

  slotOf(life: Life): number | undefined {
    return this.#slotOf.get(life)?.number;
  }

  /** Starts a process where there is room; the listener is told what becomes of it. */
  start(order: ProcessOrder, reach: ExecutorReach): void {
    // A program and its children share what they may compute, so they are on one executor.
    const slot = this.#slotOf.get(order.parent ?? order.life) ?? this.#choose(reach);
    slot.lives.add(order.life);
    this.#slotOf.set(order.life, slot);
    // One message for a burst, which may be of ten thousand.
    if (slot.starting.length === 0) slot.outbox.push({ kind: "start", processes: slot.starting });
    slot.starting.push(order);
  }

  ask(life: Life, graceNs: number): void {
    this.tell(life, { kind: "ask", life, graceNs });
  }

  end(life: Life, who: string): void {
    this.tell(life, { kind: "end", life, who });
  }

  /** What is said of a life goes to where it is; of one that is over, nowhere. */
  tell(life: Life, order: ExecutorOrder): void {
    const slot = this.#slotOf.get(life);
    slot?.outbox.push(order);
    // What starts after this is told after this.
    if (slot !== undefined) slot.starting = [];
  }

  /** Sends what was ordered since the last time. */
  flush(): void {
    for (const slot of this.#slots) {
      if (slot.link === undefined || slot.outbox.length === 0) continue;
      const orders = slot.outbox;
      slot.outbox = [];
      slot.starting = [];
      slot.link.send(orders);
    }
  }

  /** What each process used so far; those of an executor that does not answer are missing. */
  async measure(): Promise<ReadonlyMap<Life, ProcessUsage>> {
    const all = new Map<Life, ProcessUsage>();
    const asked = this.#slots.filter(({ lives }) => lives.size > 0);
    await this.#ask(
      asked,
      (request) => ({ kind: "measure", request }),
      (event) => {
        if (event.kind !== "usage") return;
        for (const [life, usage] of event.usage) all.set(life, usage);
      },
    );
    return all;
  }

  /** What was last written under a path; nothing where no executor remembers it. */
  async readOutput(
    path: string,
  ): Promise<{ readonly bytes: Uint8Array; readonly endBytes: number }> {
    let found: { readonly bytes: Uint8Array; readonly endBytes: number } = {
      bytes: new Uint8Array(0),
      endBytes: 0,
    };
    await this.#ask(
      this.#slots,
      (request) => ({ kind: "read-output", request, path }),
      (event) => {
        if (event.kind === "output" && event.endBytes >= found.endBytes) found = event;
      },
    );
    return found;
  }

  #ask(
    slots: readonly Slot[],
    order: (request: number) => ExecutorOrder,
    take: (event: ExecutorEvent) => void,
  ): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#lastRequest += 1;
    const number = this.#lastRequest;
    const asked = slots.filter(({ link }) => link !== undefined);
    const timer = this.#ports.turns.after(answerNsMax, () => complete());
    const complete = (): void => {
      timer.cancel();
      this.#requests.delete(number);
      resolve();
    };
    if (asked.length === 0) {
      complete();
      return promise;
    }
    this.#requests.set(number, { slots: new Set(asked), take, complete });
    for (const slot of asked) {
      slot.outbox.push(order(number));
      slot.starting = [];
    }
    this.flush();
    return promise;
  }

  /** The emptiest that reaches what is needed; another one when all are crowded. */
  #choose(reach: ExecutorReach): Slot {
    const fitting = this.#slots.filter((slot) => reaches(slot.reach, reach));
    const best = fitting.reduce<Slot | undefined>(
      (least, slot) => (least === undefined || slot.lives.size < least.lives.size ? slot : least),
      undefined,
    );
    const mayGrow = this.#slots.length < this.#ports.executorsMax;
    if (best !== undefined && !(mayGrow && best.lives.size >= crowdedCount)) return best;
    const idle = this.#slots.find(({ lives }) => lives.size === 0);
    if (best !== undefined || idle === undefined) return this.#addSlot(reach);
    idle.reach = joinReach(idle.reach, reach);
    // It runs nothing: its successor may reach what is needed now.
    if (idle.link !== undefined) this.#replace(idle);
    return idle;
  }

  /** A new one reaches what the others do, so that it can take over from them. */
  #addSlot(reach: ExecutorReach): Slot {
    const all = this.#slots.reduce((sum, slot) => joinReach(sum, slot.reach), reach);
    const slot = new Slot(this.#slots.length, all);
    this.#slots.push(slot);
    this.#launch(slot);
    return slot;
  }

  #replace(slot: Slot): void {
    const { link } = slot;
    slot.link = undefined;
    link?.kill();
    this.#launch(slot);
  }

  #launch(slot: Slot): void {
    slot.state = "starting";
    slot.startedNs = this.#ports.clock.monotonicNs();
    const link: ExecutorLink = this.#ports.host.start(slot.reach, {
      heard: (events) => {
        if (slot.link === link) for (const event of events) this.#heard(slot, event);
      },
      gone: (why) => {
        if (slot.link === link) this.#lost(slot, why);
      },
    });
    slot.link = link;
  }

  #heard(slot: Slot, event: ExecutorEvent): void {
    switch (event.kind) {
      case "ready":
        slot.state = "running";
        return this.#listener.executorStarted(slot.number, slot.link?.pid ?? 0);
      case "started":
        return this.#listener.started(event.lives);
      case "ended":
        for (const { life } of event.ends) this.#forget(slot, life);
        return this.#listener.ended(event.ends);
      case "crashed":
        return this.#listener.crashed(event.crash);
      case "spawn":
      case "acknowledge":
      case "end-child":
        return this.#listener.asked(event);
      case "usage":
      case "output":
        return this.#answered(slot, event.request, event);
    }
  }

  #forget(slot: Slot, life: Life): void {
    slot.lives.delete(life);
    this.#slotOf.delete(life);
  }

  #answered(slot: Slot, number: number, event?: ExecutorEvent): void {
    const request = this.#requests.get(number);
    if (request === undefined || !request.slots.delete(slot)) return;
    if (event !== undefined) request.take(event);
    if (request.slots.size === 0) request.complete();
  }

  #lost(slot: Slot, why: string): void {
    const { clock, chance, turns } = this.#ports;
    slot.link = undefined;
    slot.state = "waiting";
    slot.outbox = [];
    slot.starting = [];
    for (const number of this.#requests.keys()) this.#answered(slot, number);
    if (this.#isClosed) return;
    const upNs = clock.monotonicNs() - slot.startedNs;
    const delayNs = slot.pace.next({ upNs, chance: chance(), numbers: defaultNumbers });
    slot.restarts += 1;
    const relaunch = (): void => {
      if (!this.#isClosed && slot.link === undefined) this.#launch(slot);
      this.flush();
    };
    if (delayNs === 0) relaunch();
    else turns.after(delayNs, relaunch);
    const lives = [...slot.lives];
    for (const life of lives) this.#forget(slot, life);
    this.#listener.lost(lives, slot.number, why);
  }
}
