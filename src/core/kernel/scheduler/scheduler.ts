import { Heap } from "#core/base/collections";
import type { Clock, Timer, Turns, Watchdog } from "#core/host";

/** Something that runs for a while and then gives way. */
export interface Task {
  /** Part of a core it may use, from 0 to 1. */
  readonly share: number;
  /** Goes on where it gave way; `false` when it has nothing to do after all. */
  resume(): boolean;
  /** Told after each run how long it was, also after one that had nothing to do. */
  ran(ns: number): void;
}

/** What was run on one share of a core: that of a task, or of a program and all it started. */
export class Account {
  /** Part of a core, from 0 to 1. */
  readonly share: number;
  /** Time run so far, moved up on waking so that sleeping saves up no claim. */
  virtualNs = 0;
  /** When what was run is paid for, at the share. */
  paidUntilNs = 0;

  constructor(share: number) {
    this.share = share;
  }

  charge(ranNs: number, nowNs: number): void {
    this.virtualNs += ranNs;
    this.paidUntilNs = Math.max(this.paidUntilNs, nowNs - shareBurstNs) + ranNs / this.share;
  }

  /** How long from `nowNs` until it has paid. */
  owedNs(nowNs: number): number {
    return this.share < 1 ? this.paidUntilNs - nowNs : 0;
  }
}

/** The scheduler's own notes on one task; the task keeps them and passes them back. */
export class TaskState {
  readonly task: Task;
  readonly own: Account;
  /**
   * Of all tasks that together are to run no more than one: they have one place among the others,
   * however many they are.
   */
  group: Account | undefined = undefined;
  /** When it last gave way: members of a group take turns. */
  ranAtNs = 0;
  isReady = false;
  /** Rings when it has paid, while it is ready and has not. */
  payday: Timer | undefined = undefined;

  constructor(task: Task) {
    this.task = task;
    this.own = new Account(task.share);
  }

  /** By which it takes its place in the order. */
  get virtualNs(): number {
    return (this.group ?? this.own).virtualNs;
  }

  wakeAt(leastVirtualNs: number): void {
    const account = this.group ?? this.own;
    account.virtualNs = Math.max(account.virtualNs, leastVirtualNs);
  }

  charge(ranNs: number, nowNs: number): void {
    this.ranAtNs = nowNs;
    this.own.charge(ranNs, nowNs);
    this.group?.charge(ranNs, nowNs);
  }

  owedNs(nowNs: number): number {
    const ownNs = this.own.owedNs(nowNs);
    return this.group === undefined ? ownNs : Math.max(ownNs, this.group.owedNs(nowNs));
  }
}

/** A task's place in the order; it stays as it is while the task's notes go on changing. */
interface Place {
  readonly state: TaskState;
  readonly virtualNs: number;
  readonly ranAtNs: number;
  /** Tasks that have run as long go in the order they came; of one group, in turn. */
  readonly order: number;
}

/** How long a task runs before it must give way to others. */
const sliceNs = 5e6;
/** How long tasks that give way by themselves may follow each other before the host has a turn. */
const turnNs = 2e6;
/** How far ahead of its share a task may run. */
const shareBurstNs = 20e6;

/**
 * Decides which of the ready tasks runs next, one at a time on this thread.
 *
 * The one that has run least goes first (virtual run time, as Linux's CFS): spinning tasks share
 * evenly, and one that slept for input runs before them. A task never sleeps itself ahead by more
 * than one slice. Between runs the host's event loop gets its turn at least every few
 * milliseconds, for that is where input and timers come from.
 */
export class Scheduler {
  readonly #clock: Clock;
  readonly #turns: Turns;
  readonly #watchdog: Watchdog;
  readonly #ready = new Heap<Place>(isBefore);
  #placeCount = 0;
  #running: TaskState | undefined = undefined;
  #runStartNs = 0;
  #turnStartNs = 0;
  #latestVirtualNs = 0;
  #isTurnDue = false;

  constructor(host: { readonly clock: Clock; readonly turns: Turns; readonly watchdog: Watchdog }) {
    this.#clock = host.clock;
    this.#turns = host.turns;
    this.#watchdog = host.watchdog;
  }

  /** The task that has the thread now. */
  get running(): Task | undefined {
    return this.#running?.task;
  }

  /** Nanoseconds the running task has had so far in this run. */
  runningNs(): number {
    return this.#running === undefined ? 0 : this.#clock.monotonicNs() - this.#runStartNs;
  }

  /** The task has something to do. Harmless when it is ready or running already. */
  wake(state: TaskState): void {
    if (state.isReady) return;
    state.isReady = true;
    state.wakeAt(this.#latestVirtualNs - sliceNs);
    this.#enqueue(state);
    if (this.#running === undefined) this.#requestTurn();
  }

  /**
   * The running task gave way, or ended. `mayGoOn` asks for it to be ready again at once.
   * Expects to be called once for each `resume` that answered true.
   */
  gaveWay(
    state: TaskState,
    options: { readonly mayGoOn: boolean; readonly inTurn: boolean },
  ): void {
    const now = this.#endRun(state);
    if (options.mayGoOn) this.wake(state);
    if (this.#ready.size === 0) return;
    if (options.inTurn && now - this.#turnStartNs < turnNs) {
      // A microtask, since this may be called on the guest's own stack.
      void Promise.resolve().then(() => this.#dispatch());
    } else {
      this.#requestTurn();
    }
  }

  /** The task has come to its end, and is not woken any more. */
  ended(state: TaskState): void {
    state.payday?.cancel();
    state.payday = undefined;
  }

  /** Counts what the running task has had; answers what time it is. */
  #endRun(state: TaskState): number {
    this.#watchdog.stop();
    const now = this.#clock.monotonicNs();
    const ranNs = now - this.#runStartNs;
    this.#running = undefined;
    state.charge(ranNs, now);
    state.task.ran(ranNs);
    return now;
  }

  #enqueue(state: TaskState): void {
    const waitNs = state.owedNs(this.#clock.monotonicNs());
    if (waitNs <= 0) return this.#line(state);
    state.payday = this.#turns.after(waitNs, () => {
      state.payday = undefined;
      this.#line(state);
      if (this.#running === undefined) this.#requestTurn();
    });
  }

  #line(state: TaskState): void {
    this.#placeCount += 1;
    const { virtualNs, ranAtNs } = state;
    this.#ready.push({ state, virtualNs, ranAtNs, order: this.#placeCount });
  }

  #requestTurn(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    this.#turns.next(() => {
      this.#isTurnDue = false;
      this.#turnStartNs = this.#clock.monotonicNs();
      this.#dispatch();
    });
  }

  #dispatch(): void {
    if (this.#running !== undefined) return;
    for (;;) {
      const place = this.#ready.pop();
      if (place === undefined) return;
      const { state } = place;
      if (state.group !== undefined && state.virtualNs > place.virtualNs) {
        // Others of its group have run since it took its place, or must pay first.
        this.#enqueue(state);
        continue;
      }
      state.isReady = false;
      this.#latestVirtualNs = Math.max(this.#latestVirtualNs, state.virtualNs);
      this.#running = state;
      this.#runStartNs = this.#clock.monotonicNs();
      this.#watchdog.start(sliceNs);
      if (state.task.resume()) return;
      // It had nothing to do after all; finding that out took its time, too.
      const now = this.#endRun(state);
      if (this.#ready.size > 0 && now - this.#turnStartNs >= turnNs) return this.#requestTurn();
    }
  }
}

function isBefore(a: Place, b: Place): boolean {
  if (a.virtualNs !== b.virtualNs) return a.virtualNs < b.virtualNs;
  if (a.state.group === undefined || a.state.group !== b.state.group) return a.order < b.order;
  return a.ranAtNs < b.ranAtNs;
}
