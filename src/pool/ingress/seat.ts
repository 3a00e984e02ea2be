import { LinkedList } from "#core/base/collections";
import type { IncomingRequest, Inlet } from "#core/host/traffic";
import type { ProcessUsage } from "#pool/host";
import type { Visit, VisitHolder } from "./visit.ts";

/** An instance as whoever runs it hands it over. */
export interface InstanceLink {
  /** What it used so far. */
  readonly usage: ProcessUsage;
  /** Whether it takes one request at a time, however many it might; without, nobody knows. */
  readonly takesOne?: boolean;
  /** Ends it now, wherever it stands; `who` is told in its reason. */
  end(who: string): void;
}

/** Who gives a seat its requests. */
export interface SeatKeeper {
  /** It has room for one more. */
  hungry(seat: Seat): void;
  /** It asks for its first request, and so it has started; answers when that is. */
  ready(seat: Seat): number;
  /** One that waits, for this seat, which has room; it is given to it. */
  takeFor(seat: Seat): Visit | undefined;
}

/**
 * The place of one instance at its endpoint. It is the instance's inlet: the instance asks for a
 * request when it has room for one, and gets it when there is one and the endpoint lets it.
 */
export class Seat implements Inlet, VisitHolder {
  readonly startedNs: number;
  readonly visits: LinkedList<Visit> = new LinkedList<Visit>();
  link: InstanceLink | undefined = undefined;
  isReady = false;
  /** When it asked for a request first; before, 0. */
  readyNs = 0;
  /** Since when it waits for a request. */
  idleSinceNs = 0;
  /** When it was told to leave. */
  leavingSinceNs = 0;
  /** When it was given a request last. */
  lastGivenNs: number = -Infinity;
  /** When something it had was last over, answered or not. */
  answeredNs = 0;
  /** Whether it ever had a request. */
  wasGiven = false;
  #callsLeft: number;
  readonly #atOnceMax: number;
  readonly #keeper: SeatKeeper;
  #asking: Parameters<Inlet["next"]>[0] | undefined = undefined;
  #isRetiring = false;

  constructor(
    keeper: SeatKeeper,
    options: {
      readonly startedNs: number;
      readonly callsMax: number;
      readonly atOnceMax: number;
    },
  ) {
    this.#keeper = keeper;
    this.startedNs = options.startedNs;
    this.answeredNs = options.startedNs;
    this.#callsLeft = options.callsMax;
    this.#atOnceMax = options.atOnceMax;
  }

  /** Whether it can be given a request now. */
  get isHungry(): boolean {
    return this.#asking !== undefined && this.#hasRoom;
  }

  /** Whether it was told to leave. */
  get isRetiring(): boolean {
    return this.#isRetiring;
  }

  /** Whether it takes no more requests, and ends with its last one. */
  get isLeaving(): boolean {
    return this.#isRetiring || this.#callsLeft <= 0;
  }

  /**
   * Whether it takes no more and all it has is under way: streams, say, however long they last.
   * One that asks for more, and may have it, is not.
   */
  get isOccupied(): boolean {
    if (this.isHungry || this.visits.size === 0) return false;
    return !this.visits.some(({ status }) => status === 0);
  }

  /**
   * Whether for so long it has had nothing to answer and asked for nothing: it is still at what
   * somebody left who waited for it, or goes on behind its answer.
   */
  isAway(nowNs: number, ns: number): boolean {
    if (this.#asking !== undefined || !this.isReady || this.visits.size > 0) return false;
    return nowNs - this.answeredNs >= ns;
  }

  /** Whether for so long it has been at what it has, answered nothing and can take no more. */
  isEngrossed(nowNs: number, ns: number): boolean {
    if (this.isHungry || this.visits.size === 0) return false;
    return nowNs - Math.max(this.answeredNs, this.lastGivenNs) >= ns;
  }

  get #hasRoom(): boolean {
    return !this.isLeaving && this.visits.size < this.#atOnceMax;
  }

  /** One that has connections and accepts no more of them has enough, which is not to be stuck. */
  isStuckWith(visit: Visit): boolean {
    if (this.answeredNs > visit.givenNs) return false;
    return !visit.isTunnel || !this.visits.some(({ status }) => status !== 0);
  }

  /** No more requests are to come. */
  retire(nowNs: number): void {
    if (this.#isRetiring) return;
    this.#isRetiring = true;
    this.leavingSinceNs = nowNs;
    const answer = this.#asking;
    this.#asking = undefined;
    answer?.("end");
  }

  /** Ends what it has that goes on and on. What has no answer yet has a deadline of its own. */
  drain(afterNs: number): void {
    for (const visit of this.visits.values()) visit.goAway(afterNs);
  }

  next(answer: (request: IncomingRequest | "end") => void): void {
    if (!this.isReady) {
      this.isReady = true;
      this.readyNs = this.#keeper.ready(this);
    }
    if (this.isLeaving) return void Promise.resolve().then(() => answer("end"));
    this.#asking = answer;
    if (this.isHungry) this.#keeper.hungry(this);
  }

  take(): IncomingRequest | undefined {
    return this.isReady && this.#hasRoom ? this.#keeper.takeFor(this) : undefined;
  }

  /** Hands over a request. Expects `isHungry`. */
  give(visit: Visit, nowNs: number): void {
    const answer = this.#asking;
    this.#asking = undefined;
    this.has(visit, nowNs);
    answer?.(visit);
  }

  /** A request is its own from now on. */
  has(visit: Visit, nowNs: number): void {
    this.wasGiven = true;
    this.lastGivenNs = nowNs;
    this.#callsLeft -= 1;
    visit.give(nowNs, this, this.visits.add(visit));
  }

  freed(visit: Visit, nowNs: number): void {
    const wasHungry = this.isHungry;
    if (visit.inHolder !== undefined) this.visits.remove(visit.inHolder);
    this.answeredNs = nowNs;
    if (!wasHungry && this.isHungry) this.#keeper.hungry(this);
  }

  end(who: string): void {
    this.link?.end(who);
  }

  /** Its instance has ended. What that had is the endpoint's, which hears of the end. */
  close(): void {
    this.#asking = undefined;
    for (const visit of this.visits.values()) visit.orphan();
  }

  /** All that its instance had, without it from now on. */
  takeVisits(): readonly Visit[] {
    const visits = this.visits.values();
    for (const { inHolder } of visits) if (inHolder !== undefined) this.visits.remove(inHolder);
    return visits;
  }
}
