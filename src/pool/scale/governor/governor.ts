import type { ServePolicy } from "#pool/host";
import {
  Admission,
  GradientLimiter,
  type LimitNumbers,
  limitNumbers,
  lineNumbers,
  type LineNumbers,
  RetryBudget,
  type Verdict,
} from "#pool/scale/admission";
import { type Finding, FindingLog } from "#pool/scale/finding";
import { LoadMeter, type LoadSample } from "#pool/scale/measure";
import {
  type IdleBounds,
  IdleTime,
  LoadScaler,
  type ReplicaBounds,
  type ScaleNumbers,
  scaleNumbers,
} from "#pool/scale/replicas";
import type { Commons, Member } from "./commons.ts";

const second = 1e9;
/** The event loop of an executor has one, whatever runs there. */
const coreCount = 1;
/** On a shared processor the first answers of a flood are slow: rest is measured sooner. */
const limiterNumbers: LimitNumbers = { ...limitNumbers, restEveryNs: 10 * second };
/** And whether more instances answer more shows only when they are there: it takes some steps. */
const replicaNumbers: ScaleNumbers = { ...scaleNumbers, upRateMax: 4 };
/**
 * A few callers who each send one request after the other keep a line from being empty, and so does
 * a herd for as long as it takes to be answered: that is no overload, and nobody is refused for it.
 */
const patient = {
  standsNs: second,
  relapseNs: 10 * second,
  standingWaitNsMin: 0.1 * second,
  standingWaitNsMax: 0.15 * second,
} as const;
/** How often the number of instances is decided while there is traffic. */
const stepNs = 0.25 * second;
/** No sooner than so after the last, where instances are there, however often a line begins. */
const eagerNs = 0.025 * second;
/** How long a call, and a start, are believed to take before there was any. */
const tookNsGuess = 0.1 * second;
const startNsGuess = 0.1 * second;
/** How far one start is believed. */
const trust = 0.3;
/** So many calls at once, for all that is known, of an instance that says nothing of it. */
const atOnceGuess = 100;
/** How long instances are kept as long as nothing is known, within what the policy allows. */
const keepNsDefault = 60 * second;

export interface GovernorPorts {
  readonly commons: Commons;
  /** What all instances have computed so far, those that are gone among them. */
  readonly cpuNs: () => number;
}

/** What a step looks at that the governor was not told of. */
export interface Moment {
  readonly waitingCount: number;
  /** Somebody is served or waits. */
  readonly isBusy: boolean;
  /** Callers wait, and no instance asks for one. */
  readonly isFull: boolean;
}

/** The instances of an endpoint at the moment. */
export interface Staffed {
  /** Those that take calls, and those on their way to it. */
  readonly readyCount: number;
  readonly startingCount: number;
  /** Those that take no more and have still to answer. */
  readonly leavingCount: number;
}

/**
 * Decides for one endpoint: who may go in, how many instances there are to be, how long the last
 * one stays, and who is given to another instance. It is told of each call, which costs a few
 * additions, and asked for a step a few times a second.
 */
export class Governor implements Member {
  readonly log: FindingLog = new FindingLog();
  readonly #ports: GovernorPorts;
  readonly #meter: LoadMeter;
  readonly #scaler: LoadScaler;
  readonly #admission: Admission;
  readonly #idle: IdleTime;
  readonly #retries: RetryBudget;
  #limiter: GradientLimiter;
  #policy: ServePolicy;
  /** How many calls an instance takes at once, as far as that has shown. */
  #atOnce: number | undefined = undefined;
  #readyCount = 0;
  #startingCount = 0;
  #startingSinceNs = 0;
  #startNs: number | undefined = undefined;
  #keepNs: number = keepNsDefault;
  #places = Infinity;
  #core = Infinity;
  #waitingCount = 0;
  /** Calls in which an instance waits for who made them: they fill nothing. */
  heldUpCount = 0;
  #arrivedCount = 0;
  /** How often a place became free while callers waited all the time; 0 when they do not. */
  #freedEveryNs = 0;
  #cpuNs = 0;
  #steppedNs: number;
  /** Since when nobody is served. */
  #quietSinceNs: number;

  constructor(policy: ServePolicy, nowNs: number, ports: GovernorPorts) {
    this.#policy = policy;
    this.#ports = ports;
    this.#steppedNs = nowNs;
    this.#quietSinceNs = nowNs;
    this.#meter = new LoadMeter(nowNs);
    this.#scaler = new LoadScaler(this.#bounds, nowNs, replicaNumbers);
    this.#admission = new Admission(nowNs, lineNumbersOf(policy));
    this.#limiter = new GradientLimiter(nowNs, policy.atOnceMax, limiterNumbers);
    this.#idle = new IdleTime(idleBoundsOf(policy));
    this.#retries = new RetryBudget(nowNs);
  }

  configure(policy: ServePolicy, nowNs: number): void {
    const { atOnceMax } = this.#policy;
    this.#policy = policy;
    if (policy.atOnceMax !== atOnceMax) {
      this.#limiter = new GradientLimiter(nowNs, policy.atOnceMax, limiterNumbers);
      this.#limiter.resize(this.#readyCount, coreCount);
      this.#atOnce = undefined;
    }
    this.#admission.numbers = lineNumbersOf(policy);
    this.#idle.bounds = idleBoundsOf(policy);
    this.#scaler.bounds = this.#bounds;
  }

  /** Whether each call has an instance of its own. */
  get isFresh(): boolean {
    return this.#policy.callsMax === 1;
  }

  /** Whether one more call may go to an instance now. */
  get hasRoom(): boolean {
    return this.#meter.inFlight - this.heldUpCount < this.#limit;
  }

  /** Whether a step is wanted at once, now that one waits: the first of a line, say. */
  isWanted(nowNs: number, waitingCount: number): boolean {
    if (this.#startingCount > 0) return false;
    const isUnstaffed = this.#readyCount === 0;
    if (this.isFresh || (isUnstaffed && waitingCount === 1)) return true;
    return (isUnstaffed || waitingCount === 1) && nowNs - this.#steppedNs >= eagerNs;
  }

  /** When the last instance will leave, if nobody calls. */
  leavesInNs(nowNs: number): number {
    return this.#quietSinceNs + this.#keepNs - nowNs;
  }

  get #limit(): number {
    const own = this.isFresh ? this.#policy.instancesMax : this.#limiter.limit;
    return Math.max(1, Math.min(own, this.#places));
  }

  get #atOnceEach(): number {
    const { callsMax, atOnceMax } = this.#policy;
    return Math.min(callsMax, atOnceMax, this.#atOnce ?? atOnceGuess);
  }

  get #bounds(): ReplicaBounds {
    const { instancesMin, instancesMax } = this.#policy;
    return { min: instancesMin, max: Math.max(1, instancesMax), atOnceMax: this.#atOnceEach };
  }

  // --- as a member of the commons ------------------------------------------------------------

  get wantedPlaces(): number {
    return this.#meter.inFlight + this.#waitingCount;
  }

  get wantedCore(): number {
    return this.#scaler.wantedCore;
  }

  granted(places: number, core: number): void {
    this.#places = places;
    this.#core = core;
  }

  // --- told of calls -------------------------------------------------------------------------

  /** A call came; `isAlone`: there is no other. */
  arrived(nowNs: number, isAlone: boolean): void {
    this.#meter.arrived();
    this.#arrivedCount += 1;
    if (isAlone) this.#idle.called(Math.max(0, nowNs - this.#quietSinceNs));
  }

  /** Whether one whom no instance takes may wait. "admit" is to wait for an instance that asks. */
  judge(nowNs: number, waitingCount: number, chance: number): Verdict {
    const { waitingNsMax, timeoutNs } = this.#policy;
    const each = this.#readyCount === 0 ? this.#atOnceEach : this.#limit / this.#readyCount;
    const slots = this.#readyCount * (this.isFresh ? 1 : this.#atOnceEach);
    const limit = Math.min(this.#limit, slots);
    // Nobody is refused by a guess of how long calls take.
    const tookNs = this.#limiter.baselineNs === undefined ? 1 : this.#tookNs;
    const verdict = this.#admission.arrived(nowNs, {
      waitingCount,
      inFlightCount: this.#meter.inFlight,
      limit,
      isLimitKnown: slots <= this.#limit || this.#limiter.isKnown,
      tookNs,
      freedEveryNs: Math.max(tookNs / limit, this.#freedEveryNs),
      startingLimit: Math.floor(
        Math.max(1, Math.min(each, this.#atOnceEach)) * this.#startingCount,
      ),
      startsInNs: this.#startsInNs(nowNs),
      patienceNs: waitingNsMax + timeoutNs,
      chance,
    });
    const { finding } = this.#admission;
    if (verdict.kind === "refuse" && finding !== undefined) this.log.note(finding);
    return verdict;
  }

  /** A call was given to an instance. */
  began(nowNs: number): void {
    this.#meter.began(nowNs);
  }

  /** The head of its answer is there: the rest of the answer is no load that could be held back. */
  answered(tookNs: number, nowNs: number): void {
    this.#limiter.answered(tookNs, this.#meter.inFlight, nowNs);
    this.#meter.ended(tookNs, nowNs);
  }

  /** There will be no answer. Whoever waited for longer than one takes has shown how long it is. */
  dropped(tookNs: number, nowNs: number): void {
    if (tookNs > this.#tookNs) this.answered(tookNs, nowNs);
    else this.#meter.dropped(nowNs);
  }

  /** Nobody is served, and nobody waits. */
  quiet(nowNs: number): void {
    this.#quietSinceNs = nowNs;
  }

  /** Whether a call may be given to another instance, now that the one that had it is gone. */
  mayGiveAgain(nowNs: number): boolean {
    this.#retries.called(nowNs, this.#arrivedCount);
    this.#arrivedCount = 0;
    return this.#retries.take(nowNs);
  }

  // --- told of instances ---------------------------------------------------------------------

  /** Who is there now. What the limit holds are also calls of those that leave. */
  staffed({ readyCount, startingCount, leavingCount }: Staffed, nowNs: number): void {
    if (this.#startingCount === 0) this.#startingSinceNs = nowNs;
    this.#startingCount = startingCount;
    this.#readyCount = readyCount;
    this.#limiter.resize(readyCount + leavingCount, coreCount);
  }

  /** One has started, which took so long. */
  started(ns: number, nowNs: number): void {
    const known = this.#startNs ?? ns;
    this.#startNs = known + trust * (ns - known);
    this.#startingSinceNs = nowNs;
  }

  // --- steps ---------------------------------------------------------------------------------

  /** Calls come again after a rest, in which nothing was measured. */
  woke(nowNs: number): void {
    this.#ports.commons.join(this);
    this.#sample(nowNs);
    this.#retries.called(nowNs, this.#arrivedCount);
    this.#arrivedCount = 0;
  }

  /** Nothing is measured until it wakes. */
  rested(): void {
    this.#ports.commons.leave(this);
  }

  /** Whether the next step is due. */
  isDue(nowNs: number): boolean {
    return nowNs - this.#steppedNs >= stepNs;
  }

  /** How many instances there are to be. */
  step(nowNs: number, moment: Moment): number {
    this.#steppedNs = nowNs;
    this.#ports.commons.share(nowNs);
    this.#learnAtOnce(moment);
    const sample = this.#sample(nowNs);
    this.#learnFreed(sample, moment);
    this.#waitingCount = moment.waitingCount;
    const idle = this.#idle.decide(nowNs);
    this.#keepNs = idle.keepNs;
    this.log.note(idle.finding);
    if (!this.isFresh && this.#readyCount > 0) this.log.note(this.#limiter.finding);
    const decision = this.#scaler.step(nowNs, sample, {
      readyCount: this.#readyCount,
      startingCount: this.#startingCount,
      waitingCount: moment.waitingCount,
      idleNs: moment.isBusy ? 0 : nowNs - this.#quietSinceNs,
      keepNs: idle.keepNs,
    });
    const { wantedCount, finding } = this.isFresh
      ? this.#oneForEach(moment, decision.finding)
      : decision;
    return this.#useful(wantedCount, finding);
  }

  /** Instances that share a processor answer no faster for being more: the line tells how fast. */
  #learnFreed({ spanNs, answeredCount }: LoadSample, { waitingCount }: Moment): void {
    const hasStood = waitingCount > 0 && this.#waitingCount > 0;
    if (!hasStood) this.#freedEveryNs = 0;
    else if (answeredCount > 0 && spanNs >= stepNs / 2) {
      const known = this.#freedEveryNs === 0 ? spanNs / answeredCount : this.#freedEveryNs;
      this.#freedEveryNs = known + trust * (spanNs / answeredCount - known);
    }
  }

  #sample(nowNs: number): LoadSample {
    const cpuNs = this.#ports.cpuNs();
    const sample = this.#meter.take(nowNs, Math.max(0, cpuNs - this.#cpuNs));
    this.#cpuNs = cpuNs;
    return sample;
  }

  /** It shows when callers wait and no instance asks for them, and when one has more. */
  #learnAtOnce({ isFull }: Moment): void {
    if (this.#readyCount === 0) return;
    const each = Math.max(1, Math.round(this.#meter.inFlight / this.#readyCount));
    const isMore = this.#atOnce !== undefined && each > this.#atOnce;
    if (!isMore && !(isFull && this.#atOnce === undefined)) return;
    this.#atOnce = each;
    this.#scaler.bounds = this.#bounds;
  }

  /** Each that waits is to have one, and those that are always to be there are beside them. */
  #oneForEach(
    { waitingCount }: Moment,
    { atNs, saw }: Finding,
  ): { readonly wantedCount: number; readonly finding: Finding } {
    const { instancesMin, instancesMax } = this.#policy;
    const wanted = this.#meter.inFlight + Math.max(waitingCount, instancesMin);
    const wantedCount = Math.min(instancesMax, wanted);
    const decided = instancesText(wantedCount);
    const why = wanted > instancesMax ? "most" : "one-for-each";
    return { wantedCount, finding: { atNs, by: "replicas", saw, decided, why } };
  }

  /** Where all instances share a processor that is busy, more of them only take turns. */
  #useful(wantedCount: number, finding: Finding): number {
    const { instancesMin } = this.#policy;
    const planned = this.#readyCount + this.#startingCount;
    const useful = Math.ceil(this.#scaler.usefulCount(this.#core));
    const most = Math.max(1, instancesMin, planned, useful);
    if (wantedCount <= most) {
      this.log.note(finding);
      return wantedCount;
    }
    const saw = { ...finding.saw, usefulCount: useful };
    this.log.note({ ...finding, saw, decided: instancesText(most), why: "processor-busy" });
    return most;
  }

  get #tookNs(): number {
    const took = this.#limiter.baselineNs ?? tookNsGuess;
    return this.isFresh ? (this.#startNs ?? startNsGuess) + took : took;
  }

  #startsInNs(nowNs: number): number {
    return Math.max(0, this.#startingSinceNs + (this.#startNs ?? startNsGuess) - nowNs);
  }
}

const instancesText = (count: number): string =>
  count === 1 ? "1 instance" : `${count} instances`;

function lineNumbersOf({ waitingMax, waitingNsMax }: ServePolicy): LineNumbers {
  return { ...lineNumbers, ...patient, waitingMax, waitNsMax: waitingNsMax };
}

/** Starts take milliseconds, so none is made before its call. */
function idleBoundsOf({ idleNsMin, idleNsMax }: ServePolicy): IdleBounds {
  return {
    keepNsMin: idleNsMin,
    keepNsMax: idleNsMax,
    keepNsDefault: Math.min(idleNsMax, Math.max(idleNsMin, keepNsDefault)),
    prewarmNsMin: Infinity,
  };
}
