import type { Clock } from "#core/host";
import type { Inlet } from "#core/host/traffic";
import { defaultNumbers, Pace } from "#core/supervise";
import { type ExitReason, formatDuration } from "#core/sys";
import type { ServePolicy } from "#pool/host";
import { type InstanceLink, Seat } from "./seat.ts";
import type { Visit } from "./visit.ts";

/** So often a new build may fail to start before the one before goes on. */
const buildFailuresMax = 3;

/** So long an instance may take to end that has nothing more to do. */
const leaveNsMax = 5e9;

/** Starts an instance that takes its requests from `inlet`, and says when it has ended. */
export type StartInstance = (inlet: Inlet, ended: (reason: ExitReason) => void) => InstanceLink;

/** One build of what an endpoint serves by, told from others by what it is. */
interface Build {
  readonly start: StartInstance;
}

export interface InstancesPorts {
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
  /** An instance has started, which took so long. */
  readonly ready: (ns: number) => void;
  /** An instance can be given a request, though not inside this call. */
  readonly hungry: (seat: Seat) => void;
  readonly takeFor: (seat: Seat) => Visit | undefined;
  /** An instance has ended, and its requests are without it. */
  readonly left: (seat: Seat, reason: ExitReason) => void;
  /** It ended and nobody wanted it to. Told before `left`. */
  readonly failed: (reason: ExitReason) => void;
  /** A new build did not start, and the one before goes on. */
  readonly reverted: (reason: ExitReason) => void;
}

/** The instances of one endpoint: how they start, take over from each other, and leave. */
export class Instances {
  policy: ServePolicy;
  readonly #ports: InstancesPorts;
  readonly #seats = new Set<Seat>();
  /** Those that can take a request, the one that worked last at the end: it goes first. */
  #hungry: Seat[] = [];
  /** There is none before it is opened. */
  #build: Build | undefined = undefined;
  /** The build that serves until the new one has an instance that is ready. */
  #buildBefore: Build | undefined = undefined;
  #buildFailures = 0;
  #pace = new Pace();
  #startNsMin = 0;

  constructor(policy: ServePolicy, ports: InstancesPorts) {
    this.policy = policy;
    this.#ports = ports;
  }

  /** Starts them so, from now on. */
  open(start: StartInstance): void {
    this.#build = { start };
  }

  get count(): number {
    return this.#seats.size;
  }

  get readyCount(): number {
    return [...this.#seats].filter((seat) => seat.isReady).length;
  }

  /** Whether there may be too few, also where nobody waits. */
  get isShort(): boolean {
    return this.#buildBefore !== undefined || this.#seats.size < this.policy.instancesMin;
  }

  /** When the next one may start: those that fail are paced. */
  get startNsMin(): number {
    return this.#startNsMin;
  }

  /** One that can take a request now. */
  takeHungry(): Seat | undefined {
    for (;;) {
      const seat = this.#hungry.pop();
      if (seat === undefined || seat.isHungry) return seat;
    }
  }

  /** Has as many on their way as so many requests at a time want. */
  scale(load: number): void {
    const build = this.#build;
    const nowNs = this.#ports.clock.monotonicNs();
    if (build === undefined || nowNs < this.#startNsMin) return;
    const missing = this.#wanted(load) - this.#staying();
    for (let count = 0; count < missing; count++) this.#start(build);
  }

  /** As `Endpoint.renew`. */
  renew(start: StartInstance): void {
    const build = { start };
    this.#buildBefore ??= this.#build;
    this.#build = build;
    this.#buildFailures = 0;
    this.#startNsMin = 0;
    this.#start(build);
  }

  retireAll(): void {
    const nowNs = this.#ports.clock.monotonicNs();
    for (const seat of this.#seats) seat.retire(nowNs);
  }

  endAll(who: string): void {
    for (const seat of this.#seats) seat.link?.end(who);
  }

  /** A visit of this seat is over. */
  freed(seat: Seat, visit: Visit): void {
    const wasHungry = seat.isHungry;
    seat.visits.delete(visit);
    seat.answeredNs = this.#ports.clock.monotonicNs();
    if (!wasHungry && seat.isHungry) this.hungry(seat);
  }

  /** Ends those that are idle, and those that were to leave and did not. */
  tick(nowNs: number): void {
    this.#endLeaving(nowNs);
    this.#retireIdle(nowNs);
  }

  // --- told by seats -------------------------------------------------------------------------

  ready(seat: Seat): void {
    const nowNs = this.#ports.clock.monotonicNs();
    this.#ports.ready(nowNs - seat.startedNs);
    if (this.#buildBefore === undefined || seat.build !== this.#build) return;
    this.#buildBefore = undefined;
    for (const other of this.#seats) if (other.build !== this.#build) other.retire(nowNs);
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

  #staying(): number {
    let count = 0;
    for (const { isLeaving, build } of this.#seats) {
      if (!isLeaving && build === this.#build) count += 1;
    }
    return count;
  }

  #wanted(requests: number): number {
    const { instancesMin, instancesMax, atOnceMax } = this.policy;
    const load = Math.ceil(requests / Math.min(atOnceMax, 100));
    // A new build has to show that it starts, also where nobody calls.
    if (this.#buildBefore !== undefined) return Math.max(1, Math.min(instancesMax, load));
    return Math.min(instancesMax, Math.max(instancesMin, load));
  }

  #start(build: Build): void {
    const { callsMax, atOnceMax } = this.policy;
    const startedNs = this.#ports.clock.monotonicNs();
    const seat = new Seat(this, { build, startedNs, callsMax, atOnceMax });
    this.#seats.add(seat);
    seat.link = build.start(seat, (reason) => this.#ended(seat, reason));
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
    if (seat.build === this.#build && !seat.isReady) this.#doubtBuild(reason);
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

  #endLeaving(nowNs: number): void {
    for (const seat of this.#seats) {
      if (!seat.isLeaving || seat.visits.size > 0) continue;
      if (nowNs - Math.max(seat.answeredNs, seat.leavingSinceNs) < leaveNsMax) continue;
      seat.link?.end(`noos, for it did not end within ${formatDuration(leaveNsMax)}`);
    }
  }

  #retireIdle(nowNs: number): void {
    const { idleNsMin, instancesMin } = this.policy;
    const idle = this.#hungry.filter(
      (seat) => seat.isHungry && seat.visits.size === 0 && nowNs - seat.idleSinceNs >= idleNsMin,
    );
    for (const seat of idle.slice(0, Math.max(0, this.#staying() - instancesMin))) {
      seat.retire(nowNs);
    }
    if (idle.length > 0) this.#hungry = this.#hungry.filter((seat) => seat.isHungry);
  }
}
