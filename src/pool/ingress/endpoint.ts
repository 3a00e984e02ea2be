import type { Clock, Timer, Turns } from "#core/host";
import type { Fields, IncomingRequest } from "#core/host/traffic";
import { describeExit, type ExitReason, formatDuration } from "#core/sys";
import type { ServePolicy } from "#pool/host";
import type { RefusalReason, Traffic } from "#pool/traffic";
import { Instances, type StartInstance } from "./instances.ts";
import type { Refusal } from "./refusal.ts";
import type { Seat } from "./seat.ts";
import { Tally } from "./tally.ts";
import { type Outcome, Visit, type VisitKeeper } from "./visit.ts";
import { WaitingLine } from "./waiting-line.ts";

/** How often what has become too old is looked for. */
const tickNs = 50e6;

/** A request is given to so many instances at most. */
const givenMax = 2;

export interface EndpointPorts {
  readonly clock: Clock;
  readonly turns: Turns;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
  /** An instance failed: it ended and nobody wanted it to. */
  readonly failed: (reason: ExitReason) => void;
  /** A new build did not start, and the one before goes on. */
  readonly reverted: (reason: ExitReason) => void;
  /** It was closed, and its last instance has ended. */
  readonly emptied: () => void;
}

/**
 * The requests for one spec and the instances that answer them. Instances take requests by
 * themselves; what none takes at once waits in line, and a line has instances started.
 */
export class Endpoint implements VisitKeeper {
  readonly name: string;
  readonly #tally = new Tally();
  readonly #ports: EndpointPorts;
  readonly #line = new WaitingLine();
  readonly #instances: Instances;
  /** Which instance has a request that was given. */
  readonly #given = new Map<Visit, Seat>();
  /** Of those, the ones without a beginning of an answer; the oldest first. */
  readonly #unanswered = new Set<Visit>();
  #lastEnd = "";
  #ticking: Timer | undefined = undefined;
  #isClosed = false;

  constructor(name: string, policy: ServePolicy, ports: EndpointPorts) {
    this.name = name;
    this.#ports = ports;
    const { clock, chance, reverted } = ports;
    this.#instances = new Instances(policy, {
      clock,
      chance,
      reverted,
      ready: (ns) => this.#tally.summoned(ns),
      hungry: () => {
        if (this.#line.count > 0) void Promise.resolve().then(() => this.#serve());
      },
      takeFor: (seat) => this.#takeFor(seat),
      left: (seat, reason) => this.#left(seat, reason),
      failed: (reason) => {
        this.#lastEnd = describeExit(reason);
        ports.failed(reason);
      },
    });
  }

  /** What it does at the moment, and has done since it was made. */
  get traffic(): Traffic {
    const { count, readyCount } = this.#instances;
    return {
      starting: count - readyCount,
      ready: readyCount,
      waiting: this.#line.count,
      inFlight: this.#given.size,
      ...this.#tally.counts,
    };
  }

  /** Has instances started from now on. What came before waits in line. */
  open(start: StartInstance): void {
    this.#instances.open(start);
    this.#scale();
  }

  configure(policy: ServePolicy): void {
    this.#instances.policy = policy;
    this.#scale();
  }

  /**
   * Serves by another build from now on: one instance of it starts at once, and when one is ready
   * those of the build before leave. If it does not start, that one goes on.
   */
  renew(start: StartInstance): void {
    if (this.#isClosed) return;
    this.#instances.renew(start);
    this.#scale();
  }

  /** Takes no more requests, and ends its instances with their last ones. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (let visit = this.#line.peek(); visit !== undefined; visit = this.#line.peek()) {
      visit.refuse(this.#closing());
    }
    this.#instances.retireAll();
    if (this.#instances.count === 0) this.#ports.emptied();
  }

  /** Ends all instances now, whatever they do. */
  end(who: string): void {
    this.close();
    this.#instances.endAll(who);
  }

  /** Takes a request to whoever answers it. */
  arrive(request: IncomingRequest): void {
    const nowNs = this.#nowNs();
    const visit = new Visit(request, this, nowNs);
    this.#tally.arrived += 1;
    if (this.#isClosed) return visit.refuse(this.#closing());
    const seat = this.#line.count === 0 ? this.#instances.takeHungry() : undefined;
    if (seat !== undefined) return this.#give(visit, seat, nowNs);
    this.#wait(visit, nowNs);
  }

  // --- told by visits ------------------------------------------------------------------------

  begins(visit: Visit): Fields {
    this.#unanswered.delete(visit);
    const { summonedNs } = visit;
    if (summonedNs === undefined) return noFields;
    const summonMs = (visit.givenNs - summonedNs) / 1e6;
    const runMs = (this.#nowNs() - visit.givenNs) / 1e6;
    const timing = `summon;dur=${summonMs.toFixed(3)}, run;dur=${runMs.toFixed(3)}`;
    return ["server-timing", timing];
  }

  over(visit: Visit, outcome: Outcome): void {
    this.#tally.over(outcome, this.#nowNs() - visit.arrivedNs);
    const seat = this.#given.get(visit);
    if (seat === undefined) {
      if (visit.wasInLine) this.#line.left();
      return;
    }
    this.#given.delete(visit);
    this.#unanswered.delete(visit);
    this.#instances.freed(seat, visit);
  }

  // --- requests ------------------------------------------------------------------------------

  #give(visit: Visit, seat: Seat, nowNs: number): void {
    this.#note(visit, seat);
    seat.give(visit, nowNs);
  }

  #takeFor(seat: Seat): Visit | undefined {
    const visit = this.#line.take();
    if (visit === undefined) return undefined;
    this.#note(visit, seat);
    seat.has(visit, this.#nowNs());
    return visit;
  }

  #note(visit: Visit, seat: Seat): void {
    this.#given.set(visit, seat);
    this.#unanswered.add(visit);
    if (this.#ticking === undefined) this.#tickLater();
  }

  #wait(visit: Visit, nowNs: number): void {
    const { waitingMax, waitingNsMax } = this.#instances.policy;
    if (this.#line.count >= waitingMax) {
      return visit.refuse(
        this.#tooMuch("line-full", `${this.name} has ${waitingMax} requests waiting`),
      );
    }
    const pausedNs = this.#instances.startNsMin - nowNs;
    if (this.#instances.count === 0 && pausedNs > waitingNsMax) {
      return visit.refuse(this.#tooMuch("not-starting", `${this.name} does not start`, pausedNs));
    }
    visit.joinLine(nowNs);
    this.#line.push(visit);
    this.#scale();
  }

  /** Gives those in line to those that can take them. */
  #serve(): void {
    const nowNs = this.#nowNs();
    while (this.#line.peek() !== undefined) {
      const seat = this.#instances.takeHungry();
      if (seat === undefined) return;
      const visit = this.#line.take();
      if (visit !== undefined) this.#give(visit, seat, nowNs);
    }
  }

  #scale(): void {
    if (this.#isClosed) return;
    this.#instances.scale(this.#given.size + this.#line.count);
    if (this.#ticking === undefined) this.#tickLater();
  }

  /** An instance has ended; what it had goes to another where that does no harm. */
  #left(seat: Seat, reason: ExitReason): void {
    const why = `the instance that had it ended: ${describeExit(reason)}`;
    for (const visit of seat.visits) {
      this.#unanswered.delete(visit);
      this.#given.delete(visit);
      this.#giveAgain(visit, why);
    }
    seat.visits.clear();
    if (!this.#isClosed) {
      this.#serve();
      this.#scale();
    } else if (this.#instances.count === 0) this.#ports.emptied();
  }

  #giveAgain(visit: Visit, why: string): void {
    if (this.#isClosed || !visit.mayBeGivenAgain || visit.givenCount >= givenMax) {
      return visit.refuse({ status: 502, reason: "instance-ended", why });
    }
    visit.takeBack(this.#nowNs());
    this.#line.putFirst(visit);
  }

  // --- time ----------------------------------------------------------------------------------

  #tickLater(): void {
    this.#ticking = this.#ports.turns.after(tickNs, () => {
      this.#ticking = undefined;
      this.#tick(this.#nowNs());
    });
  }

  #tick(nowNs: number): void {
    this.#refuseOld(nowNs);
    this.#endHung(nowNs);
    this.#instances.tick(nowNs);
    const isShort = this.#line.count > 0 || this.#instances.isShort;
    if (isShort) this.#scale();
    if ((isShort || this.#instances.count > 0) && this.#ticking === undefined) this.#tickLater();
  }

  #refuseOld(nowNs: number): void {
    const { waitingNsMax } = this.#instances.policy;
    for (let visit = this.#line.peek(); visit !== undefined; visit = this.#line.peek()) {
      if (nowNs - visit.arrivedNs < waitingNsMax) return;
      const waited = formatDuration(waitingNsMax);
      const end = this.#lastEnd === "" ? "" : `; the last one ended: ${this.#lastEnd}`;
      const why = `no instance of ${this.name} took the request within ${waited}${end}`;
      const pausedNs = Math.max(1e9, this.#instances.startNsMin - nowNs);
      visit.refuse(this.#tooMuch("waited", why, pausedNs));
    }
  }

  /** What took too long is answered; an instance that answered nothing meanwhile is ended. */
  #endHung(nowNs: number): void {
    const { timeoutNs } = this.#instances.policy;
    for (const visit of this.#unanswered) {
      if (nowNs - visit.givenNs < timeoutNs) return;
      const time = formatDuration(timeoutNs);
      const seat = this.#given.get(visit);
      const isHung = seat !== undefined && seat.answeredNs <= visit.givenNs;
      const why = `${this.name} did not answer within ${time}`;
      visit.refuse({ status: 504, reason: "timeout", why });
      if (isHung) seat.link?.end(`noos, for it answered nothing for ${time}`);
    }
  }

  #closing(): Refusal {
    return this.#tooMuch("closing", `${this.name} takes no more requests`);
  }

  #tooMuch(reason: RefusalReason, why: string, retryAfterNs = 1e9): Refusal {
    return { status: 503, reason, why, retryAfterNs };
  }

  #nowNs(): number {
    return this.#ports.clock.monotonicNs();
  }
}

const noFields: Fields = [];
