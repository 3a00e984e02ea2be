import type { EndpointRoom } from "./endpoint-ports.ts";
import type { Clock } from "#core/host";
import type { Inlet } from "#core/host/traffic";
import { defaultNumbers, Pace } from "#core/supervise";
import { type ExitReason, formatDuration } from "#core/sys";
import type { ServePolicy } from "#pool/host";
import type { Resident } from "#pool/scale/pressure";
import { bodyLate } from "./refusal.ts";
import { type InstanceLink, Seat } from "./seat.ts";
import { SpinWatch } from "./spin-watch.ts";
import type { Visit } from "./visit.ts";

/** So long an instance may take to end that has nothing more to do. */
const leaveNsMax = 5e9;

/** One that takes nothing for so long is not counted on: others are started in its place. */
const awayNsMax = 250e6;

/** The same of one that has calls, and has answered none and asked for none, while others wait. */
const engrossedNsMax = 1e9;

/** Who sends nothing for so long has no instance to himself while others wait for one. */
const silentSenderNsMax = 2e9;

/** Who has asked for nothing so long after it was given something has what it can take. */
const silentNsMin = 25e6;

/** Starts an instance that takes its requests from `inlet`, and says when it has ended. */
export type StartInstance = (inlet: Inlet, ended: (reason: ExitReason) => void) => InstanceLink;

/** How many instances there are, those that leave not among them. */
export interface Staff {
  readonly allCount: number;
  /** Those that can take requests, now or when they have answered one. */
  readonly readyCount: number;
  readonly startingCount: number;
  /** Those that have still to answer, and leave or come to no end. */
  readonly leavingCount: number;
}

export interface InstancesPorts {
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
  /** Whether callers stand in line. */
  readonly hasLine: () => boolean;
  /** An instance has started, which took so long. */
  readonly ready: (ns: number) => void;
  /** An instance can be given a request, though not inside this call. */
  readonly hungry: (seat: Seat) => void;
  readonly takeFor: (seat: Seat) => Visit | undefined;
  /** An instance has ended, and its requests are without it. */
  readonly left: (seat: Seat, reason: ExitReason) => void;
  /** It ended and nobody wanted it to. Told before `left`. */
  readonly failed: (reason: ExitReason) => void;
}

/** The instances of one endpoint: how they start, and how they leave. */
export class Instances {
  policy: ServePolicy;
  readonly #ports: InstancesPorts;
  readonly #seats = new Set<Seat>();
  readonly #spinWatch = new SpinWatch();
  /** Those that can take a request, the one that worked last at the end: it goes first. */
  #hungry: Seat[] = [];
  /** There is none before it is opened. */
  #startOne: StartInstance | undefined = undefined;
  #pace = new Pace();
  #startNsMin = 0;

  constructor(policy: ServePolicy, ports: InstancesPorts) {
    this.policy = policy;
    this.#ports = ports;
  }

  /** Starts them so, from now on. */
  open(start: StartInstance): void {
    this.#startOne = start;
  }

  get count(): number {
    return this.#seats.size;
  }

  /** What there is for more requests. */
  get room(): EndpointRoom {
    const { readyCount: ready } = this;
    return { starting: this.count - ready, ready, hungry: this.hungryCount };
  }

  get readyCount(): number {
    return [...this.#seats].filter((seat) => seat.isReady).length;
  }

  /** Whether there may be too few, also where nobody waits. */
  get isShort(): boolean {
    return this.#seats.size < this.policy.instancesMin;
  }

  /** When the next one may start: those that fail are paced. */
  get startNsMin(): number {
    return this.#startNsMin;
  }

  /** Whether one can take a request now. */
  get hasHungry(): boolean {
    return this.#hungry.some((seat) => seat.isHungry);
  }

  /**
   * Whether none asks for a request, and none that may take more than one was given one just now:
   * that asks in a moment.
   */
  isSilent(nowNs: number): boolean {
    if (this.hasHungry) return false;
    for (const { link, lastGivenNs } of this.#seats) {
      if (link?.takesOne !== true && nowNs - lastGivenNs < silentNsMin) return false;
    }
    return true;
  }

  /** How many can take requests, and how many are on their way to it. */
  get staff(): Staff {
    const isFresh = this.policy.callsMax === 1;
    const nowNs = this.#ports.clock.monotonicNs();
    const staff = { allCount: 0, readyCount: 0, startingCount: 0, leavingCount: 0 };
    for (const seat of this.#seats) {
      const hasVisits = seat.visits.size > 0;
      // One for a single request is at work with it, and counts; others that leave are replaced.
      if (seat.isLeaving && !(isFresh && hasVisits)) {
        if (hasVisits && !seat.isOccupied) staff.leavingCount += 1;
        continue;
      }
      staff.allCount += 1;
      if (!seat.isReady) staff.startingCount += 1;
      else if (this.#isEngrossed(seat, nowNs)) staff.leavingCount += 1;
      else if (!seat.isOccupied && !seat.isAway(nowNs, awayNsMax)) staff.readyCount += 1;
    }
    return staff;
  }

  /** Whether it cannot be counted on to take a request soon. */
  #isEngrossed(seat: Seat, nowNs: number): boolean {
    if (seat.isOccupied || !this.#ports.hasLine()) return false;
    return seat.isEngrossed(nowNs, engrossedNsMax);
  }

  /** All, with what they hold. */
  residents(spec: string): readonly Resident<Seat>[] {
    return [...this.#seats].map((id) => {
      const hasVisits = id.visits.size > 0;
      return {
        id,
        spec,
        memoryBytes: id.link?.usage.memoryBytes ?? 0,
        idleSinceNs: id.isHungry && !hasVisits ? id.idleSinceNs : undefined,
        isLeaving: id.isLeaving && !hasVisits,
      };
    });
  }

  /** Lets those of these go that have nothing to do. */
  release(seats: ReadonlySet<Seat>): void {
    const nowNs = this.#ports.clock.monotonicNs();
    for (const seat of this.idle) if (seats.has(seat)) seat.retire(nowNs);
    this.#hungry = this.#hungry.filter((seat) => seat.isHungry);
  }

  /** How many can take a request now. */
  get hungryCount(): number {
    let count = 0;
    for (const seat of this.#seats) if (seat.isHungry) count += 1;
    return count;
  }

  /** One that can take a request now. */
  takeHungry(): Seat | undefined {
    for (;;) {
      const seat = this.#hungry.pop();
      if (seat === undefined || seat.isHungry) return seat;
    }
  }

  /** Has so many there or on their way, as far as the policy allows and starts are not paced. */
  scale(wanted: number): void {
    const start = this.#startOne;
    const nowNs = this.#ports.clock.monotonicNs();
    if (start === undefined || nowNs < this.#startNsMin) return;
    const { allCount, readyCount, startingCount } = this.staff;
    const room = this.policy.instancesMax - allCount;
    const missing = this.#least(wanted) - readyCount - startingCount;
    for (let left = Math.min(missing, room); left > 0; left--) this.#start(start);
  }

  /** Lets those go that are more than so many and have nothing to do, the longest idle first. */
  shrink(wanted: number): void {
    const nowNs = this.#ports.clock.monotonicNs();
    const { readyCount, startingCount } = this.staff;
    const surplus = readyCount + startingCount - this.#least(wanted);
    if (surplus <= 0) return;
    for (const seat of this.idle.slice(0, surplus)) seat.retire(nowNs);
    this.#hungry = this.#hungry.filter((seat) => seat.isHungry);
  }

  /** Those without a request, the longest idle first. */
  get idle(): readonly Seat[] {
    return this.#hungry.filter((seat) => seat.isHungry && seat.visits.size === 0);
  }

  retireAll(): void {
    const nowNs = this.#ports.clock.monotonicNs();
    for (const seat of this.#seats) seat.retire(nowNs);
  }

  endAll(who: string): void {
    for (const seat of this.#seats) seat.link?.end(who);
  }

  /** Ends those that were to leave and did not, that do not come back for more, or that spin. */
  tick(nowNs: number): void {
    this.#endLeaving(nowNs);
    this.#endAway(nowNs);
    if (this.#ports.hasLine()) this.#refuseSilent(nowNs);
    const { timeoutNs } = this.policy;
    for (const seat of this.#spinWatch.find(this.#seats, nowNs, timeoutNs)) {
      seat.link?.end(`noos, for it computed for ${formatDuration(timeoutNs)} without a call`);
    }
  }

  // --- told by seats -------------------------------------------------------------------------

  ready(seat: Seat): number {
    const nowNs = this.#ports.clock.monotonicNs();
    this.#ports.ready(nowNs - seat.startedNs);
    return nowNs;
  }

  hungry(seat: Seat): void {
    seat.idleSinceNs = this.#ports.clock.monotonicNs();
    this.#hungry.push(seat);
    this.#ports.hungry(seat);
  }

  takeFor(seat: Seat): Visit | undefined {
    return this.#ports.takeFor(seat);
  }

  // -------------------------------------------------------------------------------------------

  #least(wanted: number): number {
    return Math.max(wanted, this.policy.instancesMin);
  }

  #start(start: StartInstance): void {
    const { callsMax, atOnceMax } = this.policy;
    const startedNs = this.#ports.clock.monotonicNs();
    const seat = new Seat(this, { startedNs, callsMax, atOnceMax });
    this.#seats.add(seat);
    seat.link = start(seat, (reason) => this.#ended(seat, reason));
  }

  #ended(seat: Seat, reason: ExitReason): void {
    this.#seats.delete(seat);
    seat.close();
    if (!seat.isLeaving) this.#failed(seat, reason);
    this.#ports.left(seat, reason);
  }

  #failed(seat: Seat, reason: ExitReason): void {
    if (seat.wasGiven) this.#pace = new Pace();
    this.#startNsMin = seat.wasGiven ? 0 : this.#nextStartNs(seat);
    this.#ports.failed(reason);
  }

  /**
   * One that failed without a request is paced. What fails by requests fails as often as they come,
   * and those that do no harm are not to wait for it.
   */
  #nextStartNs({ isReady, startedNs }: Seat): number {
    const nowNs = this.#ports.clock.monotonicNs();
    const upNs = isReady ? nowNs - startedNs : 0;
    const chance = this.#ports.chance();
    return nowNs + this.#pace.next({ upNs, chance, numbers: defaultNumbers });
  }

  /** Those of one call at a time: of others, who is waited for takes nobody's place. */
  #refuseSilent(nowNs: number): void {
    for (const { link, visits } of this.#seats) {
      if (link?.takesOne !== true) continue;
      for (const visit of visits.values()) {
        if (nowNs - (visit.awaitsSenderSince(nowNs) ?? nowNs) < silentSenderNsMax) continue;
        visit.refuse(bodyLate(formatDuration(silentSenderNsMax)));
      }
    }
  }

  #endLeaving(nowNs: number): void {
    const { drainNs } = this.policy;
    for (const seat of this.#seats) {
      if (!seat.isLeaving) continue;
      if (seat.isRetiring && nowNs - seat.leavingSinceNs >= drainNs) seat.drain(drainNs);
      if (seat.visits.size > 0) continue;
      if (nowNs - Math.max(seat.answeredNs, seat.leavingSinceNs) < leaveNsMax) continue;
      seat.link?.end(`noos, for it did not end within ${formatDuration(leaveNsMax)}`);
    }
  }

  /** With what it had over, nobody would ever be told that it hangs. */
  #endAway(nowNs: number): void {
    const { timeoutNs } = this.policy;
    for (const seat of this.#seats) {
      if (seat.isLeaving || !seat.isAway(nowNs, timeoutNs)) continue;
      seat.link?.end(`noos, for it took no request for ${formatDuration(timeoutNs)}`);
    }
  }
}
