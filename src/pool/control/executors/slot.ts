import { Pace } from "#core/supervise";
import type { ExecutorLink, ExecutorOrder, ExecutorReach, Life, ProcessOrder } from "#pool/host";

type SlotState = "starting" | "running" | "waiting";

/** What is told of a slot. */
export interface SlotView {
  readonly slot: number;
  readonly pid: number | undefined;
  readonly state: SlotState;
  readonly processes: number;
  readonly restarts: number;
}

/** The place of one executor, whichever OS process fills it at the moment. */
export class Slot {
  readonly number: number;
  readonly lives: Set<Life> = new Set<Life>();
  readonly pace: Pace = new Pace();
  reach: ExecutorReach;
  state: SlotState = "waiting";
  link: ExecutorLink | undefined = undefined;
  startedNs = 0;
  restarts = 0;
  /** How often it was probed since it last said anything. */
  unanswered = 0;
  /** Whether the executor that is there was told to let requests in. */
  isOpen = false;
  /** Sent at the end of the step. */
  outbox: ExecutorOrder[] = [];
  /** The processes of the last order to start some that is in the outbox. */
  starting: ProcessOrder[] = [];

  constructor(number: number, reach: ExecutorReach) {
    this.number = number;
    this.reach = reach;
  }

  get view(): SlotView {
    const { number: slot, link, state, lives, restarts } = this;
    return { slot, pid: link?.pid, state, processes: lives.size, restarts };
  }

  /** Has one more process started with the next flush. */
  start(order: ProcessOrder): void {
    this.lives.add(order.life);
    // One message for a burst, which may be of ten thousand.
    if (this.starting.length === 0) this.outbox.push({ kind: "start", processes: this.starting });
    this.starting.push(order);
  }

  /** Has a process started so that is still to be started; answers whether it is. */
  amend(order: ProcessOrder): boolean {
    const isIt = ({ life }: ProcessOrder): boolean => life === order.life;
    const at = this.outbox.findIndex((each) => each.kind === "start" && each.processes.some(isIt));
    const start = this.outbox[at];
    if (start?.kind !== "start") return false;
    const processes = start.processes.map((each) => (isIt(each) ? order : each));
    this.outbox[at] = { kind: "start", processes };
    // What is started from now on is in a message of its own.
    this.starting = [];
    return true;
  }

  /** Has something done with the next flush, before what is started after this. */
  order(order: ExecutorOrder): void {
    this.outbox.push(order);
    this.starting = [];
  }

  /**
   * Sends what was ordered since the last time. Whoever was taken back meanwhile is left out. With
   * the first orders an executor opens: no request comes before what it is for.
   */
  flush(): void {
    if (this.link === undefined) return;
    if (!this.isOpen) this.order({ kind: "open" });
    this.isOpen = true;
    if (this.outbox.length === 0) return;
    const orders = this.outbox.map((order): ExecutorOrder => {
      if (order.kind !== "start") return order;
      return { kind: "start", processes: order.processes.filter((it) => this.lives.has(it.life)) };
    });
    this.clear();
    this.link.send(orders);
  }

  clear(): void {
    this.outbox = [];
    this.starting = [];
  }
}

/** Emptier; but one that is there goes before one that has still to be replaced. */
export function isBetter(slot: Slot, other: Slot): boolean {
  const isThere = slot.link !== undefined;
  if (isThere !== (other.link !== undefined)) return isThere;
  return slot.lives.size < other.lives.size;
}
