import type { Clock, Timer, Turns } from "#core/host";
import { defaultNumbers } from "#core/supervise";
import { formatDuration } from "#core/sys";
import type {
  ExecutorEvent,
  ExecutorHost,
  ExecutorLink,
  ExecutorOrder,
  ExecutorReach,
  Life,
  Measured,
  ProcessOrder,
} from "#pool/host";
import type { FindingReport } from "#pool/scale/finding";
import type { ExecutorsListener } from "./listener.ts";
import { joinReach, reaches } from "./reach.ts";
import { type Output, Questions, type Rehearsed } from "./questions.ts";
import { type Routes, ServedPlaces } from "./served-places.ts";
import { isBetter, Slot, type SlotView } from "./slot.ts";

/** So many processes are put on one executor before another is started beside it. */
const crowdedCount = 1000;

/** How often an executor has to show that it does not hang. */
const probeEveryNs = 3e9;

/**
 * One that leaves so many probes unanswered is replaced. They are counted, rather than time, for
 * time also passes while the machine, or both of them, are stopped.
 */
const unansweredMax = 5;
const silentTime = formatDuration(probeEveryNs * unansweredMax);

const noReach: ExecutorReach = { readable: [], writable: [] };

export interface ExecutorsPorts {
  readonly host: ExecutorHost;
  readonly clock: Clock;
  readonly turns: Turns;
  /** What all that is wanted reaches: an executor that is added serves for any of it. */
  readonly reach: () => ExecutorReach;
  /** Routes of all that is wanted and serves, by its key. */
  readonly served: () => Routes;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
  /** So many executors share the processes; more only where directories ask for it. */
  readonly executorsMax: number;
}

/** How often it is looked whether what requests wait for is still wanted; as long each may wait. */
const awaitedNs = 5e9;

/** The same of what is started when the daemon is, one after the other: that comes at last. */
const expectedNs = 60e9;

/** The executors of this machine: puts processes on them, and replaces those that are lost. */
export class Executors {
  readonly #ports: ExecutorsPorts;
  readonly #listener: ExecutorsListener;
  readonly #slots: Slot[] = [];
  readonly #slotOf = new Map<Life, Slot>();
  readonly #questions: Questions;
  readonly #served = new ServedPlaces();
  #probing: Timer | undefined;
  #reviewing: Timer | undefined;
  #isClosed = false;

  constructor(ports: ExecutorsPorts, listener: ExecutorsListener) {
    this.#ports = ports;
    this.#listener = listener;
    const { turns } = ports;
    this.#questions = new Questions({ turns, flush: () => this.flush() });
  }

  get views(): readonly SlotView[] {
    return this.#slots.map(({ view }) => view);
  }

  /**
   * Has an executor running before the first process needs one. Of what is to serve from the
   * beginning on nobody is told that there is no such thing.
   */
  open(): void {
    this.#served.expect(this.#ports.served());
    if (this.#served.isAwaiting) this.#reviewLater(expectedNs);
    this.#addSlot(noReach);
    this.#probeLater();
  }

  close(): void {
    this.#isClosed = true;
    this.#probing?.cancel();
    this.#reviewing?.cancel();
    for (const { link } of this.#slots) link?.kill();
  }

  slotOf(life: Life): number | undefined {
    return this.#slotOf.get(life)?.number;
  }

  /** Starts a process where there is room; the listener is told what becomes of it. */
  start(order: ProcessOrder, reach: ExecutorReach): void {
    // A program and its children share what they may compute, so they are on one executor.
    const slot = this.#slotOf.get(order.parent ?? order.life) ?? this.#choose(reach);
    this.#put(order, slot);
  }

  /** The same on an executor that is none of these; answers whether there is one. */
  startBeside(order: ProcessOrder, reach: ExecutorReach, others: ReadonlySet<number>): boolean {
    const slot = this.#chooseBeside(reach, others);
    if (slot === undefined) return false;
    this.#put(order, slot);
    return true;
  }

  #put(order: ProcessOrder, slot: Slot): void {
    this.#slotOf.set(order.life, slot);
    this.#served.put(order, slot);
    slot.start(order);
  }

  /** Answers whether the executor that has it can serve as the order says. */
  renew(order: ProcessOrder, reach: ExecutorReach): boolean {
    const slot = this.#slotOf.get(order.life);
    if (slot?.link === undefined || !reaches(slot.reach, reach)) return false;
    this.#served.put(order, slot);
    slot.order({ kind: "renew", order });
    return true;
  }

  /** Has all of them accept raw connections for these routes, and no others. */
  accept(routes: readonly string[]): void {
    this.#served.accept(routes);
  }

  /** Starts it otherwise, as long as nobody has begun with that: answers whether it is so. */
  amend(order: ProcessOrder): boolean {
    const slot = this.#slotOf.get(order.life);
    if (slot?.amend(order) !== true) return false;
    this.#served.put(order, slot);
    return true;
  }

  /** Others serve in its place, and it is over when it is idle; answers as `ask`. */
  leave(life: Life): boolean {
    this.#served.remove(life);
    return this.#order(life, { kind: "leave", life });
  }

  /** Gives all calls to what has a part of them. */
  promote(life: Life): void {
    this.#order(life, { kind: "promote", life });
  }

  /** Answers whether an executor will say what comes of it; if not, the process never was. */
  ask(life: Life, graceNs: number): boolean {
    return this.#order(life, { kind: "ask", life, graceNs });
  }

  /** As `ask`. */
  end(life: Life, who: string): boolean {
    return this.#order(life, { kind: "end", life, who });
  }

  #order(life: Life, order: ExecutorOrder): boolean {
    const slot = this.#slotOf.get(life);
    if (slot === undefined) return false;
    if (slot.link === undefined) {
      // It waits for an executor that may be long in coming; it need not any more.
      this.#forget(slot, life);
      return false;
    }
    slot.order(order);
    return true;
  }

  /** What is said of a life goes to where it is; of one that is over, nowhere. */
  tell(life: Life, order: ExecutorOrder): void {
    this.#slotOf.get(life)?.order(order);
  }

  /** Sends what was ordered since the last time. */
  flush(): void {
    this.#served.tell();
    for (const slot of this.#slots) slot.flush();
  }

  /** What is known of each process; those of an executor that does not answer are missing. */
  measure(): Promise<ReadonlyMap<Life, Measured>> {
    return this.#questions.measure(this.#slots.filter(({ lives }) => lives.size > 0));
  }

  /** What was last written under a path, as `Questions` has it. */
  readOutput(path: string, life: Life | undefined, after?: number): Promise<Output> {
    return this.#questions.readOutput(this.#slots, { path, life, after });
  }

  /** The same of each executor that remembers any, by slots. */
  readOutputs(path: string): Promise<ReadonlyMap<number, Output>> {
    return this.#questions.readOutputs(this.#slots, path);
  }

  /** Why what serves under a life does so; `undefined` where it does not, or nobody answers. */
  explain(life: Life): Promise<readonly FindingReport[] | undefined> {
    const slots = this.#slots.filter(({ lives }) => lives.has(life));
    return this.#questions.explain(slots, life);
  }

  /** Whether the executor that has a life reaches this; also where none has it. */
  isReached(life: Life, reach: ExecutorReach): boolean {
    const slot = this.#slotOf.get(life);
    return slot === undefined || reaches(slot.reach, reach);
  }

  /** What a build answers, beside the one of the same life; `undefined` where nobody says. */
  rehearse(order: ProcessOrder): Promise<Rehearsed | undefined> {
    const slots = this.#slots.filter(({ lives }) => lives.has(order.life));
    return this.#questions.rehearse(slots, order);
  }

  /** The emptiest that reaches what is needed; another one when all are crowded. */
  #choose(reach: ExecutorReach): Slot {
    const fitting = this.#slots.filter((slot) => reaches(slot.reach, reach));
    const best = fitting.reduce<Slot | undefined>(
      (least, slot) => (least === undefined || isBetter(slot, least) ? slot : least),
      undefined,
    );
    const mayGrow = this.#slots.length < this.#ports.executorsMax;
    if (best !== undefined && !(mayGrow && best.lives.size >= crowdedCount)) return best;
    const idle = this.#slots.find(({ lives }) => lives.size === 0);
    if (best !== undefined || idle === undefined) return this.#addSlot(reach);
    idle.reach = [reach, this.#ports.reach()].reduce(joinReach, idle.reach);
    // It runs nothing: its successor may reach what is needed now.
    if (idle.link !== undefined) this.#replace(idle);
    return idle;
  }

  #chooseBeside(reach: ExecutorReach, others: ReadonlySet<number>): Slot | undefined {
    const fitting = this.#slots.filter(
      (slot) => !others.has(slot.number) && reaches(slot.reach, reach),
    );
    if (fitting.length > 0) return fitting.reduce((a, b) => (isBetter(b, a) ? b : a));
    return this.#slots.length < this.#ports.executorsMax ? this.#addSlot(reach) : undefined;
  }

  /** A new one reaches what the others do, so that it can take over from them. */
  #addSlot(reach: ExecutorReach): Slot {
    const least = joinReach(reach, this.#ports.reach());
    const all = this.#slots.reduce((sum, slot) => joinReach(sum, slot.reach), least);
    const slot = new Slot(this.#slots.length, all);
    this.#slots.push(slot);
    this.#launch(slot);
    return slot;
  }

  #replace(slot: Slot): void {
    const { link } = slot;
    slot.link = undefined;
    slot.clear();
    this.#served.gone(slot);
    this.#questions.gone(slot);
    link?.kill();
    this.#launch(slot);
  }

  /** Restarts are paced, and may take long: what is wanted is waited for as long as it is. */
  #reviewLater(ns: number): void {
    const review = (): void => {
      this.#reviewing = undefined;
      this.#served.awaitOnly(this.#ports.served());
      if (this.#served.isAwaiting) this.#reviewLater(awaitedNs);
    };
    this.#reviewing ??= this.#ports.turns.after(ns, () => this.#listener.step(review));
  }

  #probeLater(): void {
    this.#probing = this.#ports.turns.after(probeEveryNs, () => {
      for (const slot of this.#slots) this.#probe(slot);
      this.#probeLater();
    });
  }

  #probe(slot: Slot): void {
    if (slot.unanswered >= unansweredMax) return slot.link?.kill();
    slot.unanswered += 1;
    slot.order({ kind: "probe" });
    slot.flush();
  }

  #launch(slot: Slot): void {
    slot.state = "starting";
    this.#served.launched(slot);
    slot.isOpen = false;
    slot.unanswered = 0;
    slot.startedNs = this.#ports.clock.monotonicNs();
    const link: ExecutorLink = this.#ports.host.start(slot.reach, {
      heard: (events) =>
        this.#listener.step(() => {
          if (slot.link === link) slot.unanswered = 0;
          // In the middle of a message it may be replaced.
          for (const event of events) if (slot.link === link) this.#heard(slot, event);
        }),
      gone: (why) => {
        const isHung = slot.unanswered >= unansweredMax;
        const reason = isHung ? `it did not answer for ${silentTime}` : why;
        if (slot.link === link) this.#listener.step(() => this.#lost(slot, reason));
      },
    });
    slot.link = link;
  }

  #heard(slot: Slot, event: ExecutorEvent): void {
    switch (event.kind) {
      case "ready":
        slot.state = "running";
        this.#served.ready(slot, event.socket);
        return this.#listener.executorStarted(slot.number, slot.link?.pid ?? 0);
      case "alive":
        return;
      case "started":
        return this.#listener.started(event.lives.filter((life) => slot.lives.has(life)));
      case "ended": {
        const ends = event.ends.filter(({ life }) => slot.lives.has(life));
        for (const { life } of ends) this.#forget(slot, life);
        return this.#listener.ended(ends);
      }
      case "crashed":
        return this.#listener.crashed(event.crash);
      case "spawn":
      case "acknowledge":
      case "end-child":
        return slot.lives.has(event.life) ? this.#listener.asked(event) : undefined;
      case "instance-failed":
      case "instances-relieved":
      case "call-unlisted":
      case "renewal":
        return slot.lives.has(event.life) ? this.#listener.served(event) : undefined;
      case "load":
        return this.#listener.loaded(event.report);
      case "summoned":
      case "room":
        return slot.lives.has(event.life) ? this.#listener.summoned(event) : undefined;
      case "post":
        return this.#posted(slot, event);
      case "measured":
      case "explained":
      case "output":
      case "rehearsed":
      case "not-rehearsed":
        return this.#questions.answered(slot, event);
    }
  }

  #posted(slot: Slot, { request, post }: ExecutorEvent & { readonly kind: "post" }): void {
    const { link } = slot;
    this.#listener.posted(post, (answer) => {
      if (slot.link !== link) return;
      slot.order({ kind: "posted", request, answer });
      slot.flush();
    });
  }

  #forget(slot: Slot, life: Life): void {
    slot.lives.delete(life);
    this.#slotOf.delete(life);
    this.#served.remove(life);
  }

  #lost(slot: Slot, why: string): void {
    const { clock, chance, turns } = this.#ports;
    slot.link = undefined;
    slot.state = "waiting";
    slot.clear();
    this.#served.gone(slot);
    this.#questions.gone(slot);
    if (this.#isClosed) return;
    const upNs = clock.monotonicNs() - slot.startedNs;
    const delayNs = slot.pace.next({ upNs, chance: chance(), numbers: defaultNumbers });
    slot.restarts += 1;
    const relaunch = (): void => {
      if (!this.#isClosed && slot.link === undefined) this.#launch(slot);
    };
    if (delayNs === 0) relaunch();
    else turns.after(delayNs, () => this.#listener.step(relaunch));
    const lives = [...slot.lives];
    this.#served.lost(lives);
    this.#reviewLater(awaitedNs);
    for (const life of lives) this.#forget(slot, life);
    this.#listener.lost(lives, slot.number, why);
  }
}
