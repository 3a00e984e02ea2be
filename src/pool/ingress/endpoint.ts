import type { Clock, Timer, Turns } from "#core/host";
import type { Fields, IncomingRequest, Inlet } from "#core/host/traffic";
import { defaultNumbers, Pace } from "#core/supervise";
import { describeExit, type ExitReason, formatDuration } from "#core/sys";
import type { ServePolicy } from "#pool/host";
import type { Refusal } from "./refusal.ts";
import { type InstanceLink, Seat, type SeatKeeper } from "./seat.ts";
import { Tally } from "./tally.ts";
import { type Outcome, Visit, type VisitKeeper } from "./visit.ts";
import { WaitingLine } from "./waiting-line.ts";

/** How often what has become too old is looked for. */
const tickNs = 50e6;

/** So often a new build may fail to start before the one before goes on. */
const buildFailuresMax = 3;

/** A request is given to so many instances at most. */
const givenMax = 2;

export interface EndpointPorts {
  readonly clock: Clock;
  readonly turns: Turns;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
  /** An instance failed: it ended and nobody wanted it to. */
  readonly failed: (reason: ExitReason) => void;
  /** A build of it did not start, and the one before goes on. */
  readonly reverted: (reason: ExitReason) => void;
  /** It was closed, and its last instance has ended. */
  readonly emptied: () => void;
}

/** Starts an instance that takes its requests from `inlet`, and says when it has ended. */
export type StartInstance = (inlet: Inlet, ended: (reason: ExitReason) => void) => InstanceLink;

/** what an endpoint does at the moment. */
export interface EndpointView {
  readonly starting: number;
  readonly ready: number;
  readonly waiting: number;
  readonly inFlight: number;
}

/**
 * The requests for one spec and the instances that answer them. Instances take requests by
 * themselves; what none takes at once waits in line, and a line has instances started.
 */
export class Endpoint implements VisitKeeper, SeatKeeper {
  readonly name: string;
  readonly tally: Tally = new Tally();
  #policy: ServePolicy;
  readonly #ports: EndpointPorts;
  readonly #line = new WaitingLine();
  readonly #seats = new Set<Seat>();
  /** Those that can take a request, the one that worked last at the end: it goes first. */
  #hungry: Seat[] = [];
  /** Which instance has a request that was given. */
  readonly #given = new Map<Visit, Seat>();
  /** Of those, the ones without a beginning of an answer; the oldest first. */
  readonly #unanswered = new Set<Visit>();
  #build: Build;
  /** The build that serves until the new one has an instance that is ready. */
  #buildBefore: Build | undefined = undefined;
  #buildFailures = 0;
  readonly #pace = new Pace();
  #startNsMin = 0;
  #lastEnd = "";
  #ticking: Timer | undefined = undefined;
  #isClosed = false;

  constructor(
    name: string,
    { policy, start }: { readonly policy: ServePolicy; readonly start: StartInstance },
    ports: EndpointPorts,
  ) {
    this.name = name;
    this.#build = { start };
    this.#policy = policy;
    this.#ports = ports;
  }

  get view(): EndpointView {
    const ready = [...this.#seats].filter((seat) => seat.isReady).length;
    const starting = this.#seats.size - ready;
    return { starting, ready, waiting: this.#line.count, inFlight: this.#given.size };
  }

  /** Starts the instances that are always to be there. */
  open(): void {
    this.#scale();
  }

  configure(policy: ServePolicy): void {
    this.#policy = policy;
    this.#scale();
  }

  /**
   * Serves by another build from now on: one instance of it starts at once, and when one is ready
   * those of the build before leave. If it does not start, that one goes on.
   */
  renew(start: StartInstance): void {
    if (this.#isClosed) return;
    this.#buildBefore ??= this.#build;
    this.#build = { start };
    this.#buildFailures = 0;
    this.#startNsMin = 0;
    this.#start();
  }

  /** Takes no more requests, and ends its instances with their last ones. */
  close(): void {
    this.#isClosed = true;
    for (let visit = this.#line.peek(); visit !== undefined; visit = this.#line.peek()) {
      visit.refuse(this.#closing());
    }
    for (const seat of this.#seats) this.#retire(seat);
    if (this.#seats.size === 0) this.#ports.emptied();
  }

  /** Ends all instances now, whatever they do. */
  end(who: string): void {
    this.close();
    for (const seat of this.#seats) seat.link?.end(who);
  }

  /** Takes a request to whoever answers it. */
  arrive(request: IncomingRequest): void {
    const nowNs = this.#ports.clock.monotonicNs();
    const visit = new Visit(request, this, nowNs);
    this.tally.arrived += 1;
    if (this.#isClosed) return visit.refuse(this.#closing());
    const seat = this.#line.count === 0 ? this.#takeHungry() : undefined;
    if (seat !== undefined) return this.#give(visit, seat, nowNs);
    this.#wait(visit, nowNs);
  }

  // --- told by seats and visits --------------------------------------------------------------

  ready(seat: Seat): void {
    this.tally.summoned(this.#ports.clock.monotonicNs() - seat.startedNs);
    if (this.#buildBefore === undefined || seat.build !== this.#build) return;
    this.#buildBefore = undefined;
    for (const other of this.#seats) if (other.build !== this.#build) this.#retire(other);
  }

  hungry(seat: Seat): void {
    seat.idleSinceNs = this.#ports.clock.monotonicNs();
    this.#hungry.push(seat);
    // Not inside the call by which it asks.
    if (this.#line.count > 0) void Promise.resolve().then(() => this.#serve());
  }

  begins(visit: Visit): Fields {
    this.#unanswered.delete(visit);
    const { summonedNs } = visit;
    if (summonedNs === undefined) return noFields;
    const summonMs = (visit.givenNs - summonedNs) / 1e6;
    const runMs = (this.#ports.clock.monotonicNs() - visit.givenNs) / 1e6;
    return ["server-timing", `summon;dur=${summonMs.toFixed(3)}, run;dur=${runMs.toFixed(3)}`];
  }

  over(visit: Visit, outcome: Outcome): void {
    const nowNs = this.#ports.clock.monotonicNs();
    this.tally.over(outcome, nowNs - visit.arrivedNs);
    const seat = this.#given.get(visit);
    if (seat !== undefined) this.#leaveSeat(visit, seat, nowNs);
    else if (visit.wasInLine) this.#line.left();
  }

  #leaveSeat(visit: Visit, seat: Seat, nowNs: number): void {
    const wasHungry = seat.isHungry;
    this.#given.delete(visit);
    this.#unanswered.delete(visit);
    seat.visits.delete(visit);
    seat.answeredNs = nowNs;
    if (seat.isRetiring || seat.isSpent) {
      if (seat.visits.size === 0) this.#retire(seat);
    } else if (!wasHungry && seat.isHungry) this.hungry(seat);
  }

  // --- requests ------------------------------------------------------------------------------

  #give(visit: Visit, seat: Seat, nowNs: number): void {
    this.#given.set(visit, seat);
    this.#unanswered.add(visit);
    seat.give(visit, nowNs);
    if (this.#ticking === undefined) this.#tickLater();
  }

  #wait(visit: Visit, nowNs: number): void {
    const { waitingMax } = this.#policy;
    if (this.#line.count >= waitingMax) {
      return visit.refuse(this.#tooMuch(`${this.name} has ${waitingMax} requests waiting`, 1e9));
    }
    const pausedNs = this.#startNsMin - nowNs;
    if (this.#seats.size === 0 && pausedNs > this.#policy.waitingNsMax) {
      return visit.refuse(this.#tooMuch(`${this.name} does not start`, pausedNs));
    }
    visit.joinLine(nowNs);
    this.#line.push(visit);
    this.#scale();
  }

  /** Gives those in line to those that can take them. */
  #serve(): void {
    const nowNs = this.#ports.clock.monotonicNs();
    for (;;) {
      if (this.#line.peek() === undefined) return;
      const seat = this.#takeHungry();
      if (seat === undefined) return;
      const visit = this.#line.take();
      if (visit !== undefined) this.#give(visit, seat, nowNs);
    }
  }

  #takeHungry(): Seat | undefined {
    for (;;) {
      const seat = this.#hungry.pop();
      if (seat === undefined || seat.isHungry) return seat;
    }
  }

  // --- instances -----------------------------------------------------------------------------

  /** Has as many instances as are wanted on their way. */
  #scale(): void {
    if (this.#isClosed) return;
    const nowNs = this.#ports.clock.monotonicNs();
    if (nowNs >= this.#startNsMin) {
      for (let missing = this.#wanted() - this.#staying(); missing > 0; missing--) this.#start();
    }
    if (this.#ticking === undefined) this.#tickLater();
  }

  /** Whether there may be too few instances. */
  get #isShort(): boolean {
    if (this.#line.count > 0 || this.#buildBefore !== undefined) return true;
    return this.#seats.size < this.#policy.instancesMin;
  }

  #staying(): number {
    let count = 0;
    for (const { isRetiring, isSpent, build } of this.#seats) {
      if (!isRetiring && !isSpent && build === this.#build) count += 1;
    }
    return count;
  }

  #wanted(): number {
    const { instancesMin, instancesMax, atOnceMax } = this.#policy;
    const each = Math.min(atOnceMax, 100);
    const load = Math.ceil((this.#given.size + this.#line.count) / each);
    // A new build has to show that it starts, also where nobody calls.
    if (this.#buildBefore !== undefined) return Math.max(1, Math.min(instancesMax, load));
    return Math.min(instancesMax, Math.max(instancesMin, load));
  }

  #start(): void {
    const { callsMax, atOnceMax } = this.#policy;
    const startedNs = this.#ports.clock.monotonicNs();
    const build = this.#build;
    const seat = new Seat(this, { build, startedNs, callsMax, atOnceMax });
    this.#seats.add(seat);
    seat.link = build.start(seat, (reason) => this.#ended(seat, reason));
  }

  #retire(seat: Seat): void {
    seat.isRetiring = true;
    if (seat.visits.size === 0) seat.link?.retire();
  }

  #ended(seat: Seat, reason: ExitReason): void {
    this.#seats.delete(seat);
    seat.close();
    const nowNs = this.#ports.clock.monotonicNs();
    const wasWanted = !seat.isRetiring && !seat.isSpent;
    if (wasWanted) this.#failed(seat, reason, nowNs);
    const why = `the instance that had it ended: ${describeExit(reason)}`;
    for (const visit of seat.visits) {
      this.#unanswered.delete(visit);
      this.#given.delete(visit);
      this.#giveAgain(visit, why);
    }
    seat.visits.clear();
    if (this.#isClosed) {
      if (this.#seats.size === 0) this.#ports.emptied();
      return;
    }
    this.#serve();
    this.#scale();
  }

  #failed(seat: Seat, reason: ExitReason, nowNs: number): void {
    this.#lastEnd = describeExit(reason);
    const upNs = seat.isReady ? nowNs - seat.startedNs : 0;
    const chance = this.#ports.chance();
    this.#startNsMin = nowNs + this.#pace.next({ upNs, chance, numbers: defaultNumbers });
    this.tally.instancesFailed += 1;
    this.#ports.failed(reason);
    if (seat.build === this.#build && !seat.isReady) this.#doubtBuild(reason);
  }

  /** A new build has failed to start. */
  #doubtBuild(reason: ExitReason): void {
    const before = this.#buildBefore;
    this.#buildFailures += 1;
    if (before === undefined || this.#buildFailures < buildFailuresMax) return;
    this.#build = before;
    this.#buildBefore = undefined;
    this.#startNsMin = 0;
    this.#ports.reverted(reason);
  }

  #giveAgain(visit: Visit, why: string): void {
    if (this.#isClosed || !visit.mayBeGivenAgain || visit.givenCount >= givenMax) {
      visit.refuse({ status: 502, why });
      return;
    }
    visit.takeBack(this.#ports.clock.monotonicNs());
    this.#line.putFirst(visit);
  }

  // --- time ----------------------------------------------------------------------------------

  #tickLater(): void {
    this.#ticking = this.#ports.turns.after(tickNs, () => {
      this.#ticking = undefined;
      this.#tick(this.#ports.clock.monotonicNs());
    });
  }

  #tick(nowNs: number): void {
    this.#refuseOld(nowNs);
    this.#endHung(nowNs);
    this.#endIdle(nowNs);
    if (this.#isShort) this.#scale();
    const isAtRest = this.#seats.size === 0 && !this.#isShort;
    if (!isAtRest && this.#ticking === undefined) this.#tickLater();
  }

  #refuseOld(nowNs: number): void {
    const { waitingNsMax } = this.#policy;
    for (let visit = this.#line.peek(); visit !== undefined; visit = this.#line.peek()) {
      if (nowNs - visit.arrivedNs < waitingNsMax) return;
      const waited = formatDuration(waitingNsMax);
      const end = this.#lastEnd === "" ? "" : `; the last one ended: ${this.#lastEnd}`;
      const why = `no instance of ${this.name} took the request within ${waited}${end}`;
      visit.refuse(this.#tooMuch(why, Math.max(1e9, this.#startNsMin - nowNs)));
    }
  }

  /** What took too long is answered; an instance that answered nothing meanwhile is ended. */
  #endHung(nowNs: number): void {
    const { timeoutNs } = this.#policy;
    for (const visit of this.#unanswered) {
      if (nowNs - visit.givenNs < timeoutNs) return;
      const time = formatDuration(timeoutNs);
      const seat = this.#given.get(visit);
      const isHung = seat !== undefined && seat.answeredNs <= visit.givenNs;
      visit.refuse({ status: 504, why: `${this.name} did not answer within ${time}` });
      if (isHung) seat.link?.end(`noos, for it answered nothing for ${time}`);
    }
  }

  #endIdle(nowNs: number): void {
    const { idleNsMin, instancesMin } = this.#policy;
    const idle = this.#hungry.filter(
      (seat) => seat.isHungry && seat.visits.size === 0 && nowNs - seat.idleSinceNs >= idleNsMin,
    );
    for (const seat of idle.slice(0, Math.max(0, this.#staying() - instancesMin))) {
      this.#retire(seat);
    }
    if (idle.length > 0) this.#hungry = this.#hungry.filter((seat) => seat.isHungry);
  }

  #closing(): Refusal {
    return this.#tooMuch(`${this.name} takes no more requests`, 1e9);
  }

  #tooMuch(why: string, retryAfterNs: number): Refusal {
    return { status: 503, why, retryAfterNs };
  }
}

const noFields: Fields = [];

/** One build of what an endpoint serves by, told from others by what it is. */
interface Build {
  readonly start: StartInstance;
}
