import type { Clock, Timer, Turns } from "#core/host";
import type { IncomingRequest } from "#core/host/traffic";
import type { ExitReason } from "#core/sys";
import type { ServePolicy } from "#pool/host";
import type { RenewalNews, SharedCanary } from "#pool/renewal";
import {
  Endpoint,
  type EndpointPorts,
  type EndpointRoom,
  type Seat,
  type StartInstance,
} from "#pool/ingress";
import { type Finding, FindingLog, type KeptFinding } from "#pool/scale/finding";
import type { Commons } from "#pool/scale/governor";
import type { Resident } from "#pool/scale/pressure";
import { type CallCounts, judgeTrial } from "#pool/scale/trial";
import { addTraffic, noTraffic, type Traffic } from "#pool/traffic";
import { CallWindow, countsBetween, countsOf } from "./call-window.ts";
import { Candidate } from "./candidate.ts";
import { isInShare } from "./share.ts";

/** How often a new build that is called is judged. */
const judgedEveryNs = 1e9;

/** A new build, and how it is to take over. */
export interface Renewal {
  /** Tells it from others. */
  readonly revision: number;
  readonly start: StartInstance;
  /** Before all, so many calls go to it: until it is promoted, or time is over. */
  readonly canary?: SharedCanary | undefined;
}

export interface RolloutPorts {
  readonly clock: Clock;
  readonly turns: Turns;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
  /** What endpoints of one executor share. */
  readonly commons: Commons;
  /** What all instances have computed so far, those that are gone among them. */
  readonly cpuNs: () => number;
  /** An instance failed: it ended and nobody wanted it to. */
  readonly failed: (reason: ExitReason) => void;
  /** An instance has room for a request, and none waits. */
  readonly hungry?: () => void;
  readonly renewed: (news: RenewalNews) => void;
  /** It was closed, and its last instance has ended. */
  readonly emptied: () => void;
}

/** One build with its endpoint. */
interface Build {
  revision: number;
  readonly endpoint: Endpoint;
  /** What it did lately, by which the next is judged. */
  readonly window: CallWindow;
}

/** Where a new build stands. */
type Stage =
  | {
      readonly kind: "proving";
      readonly fresh: Build;
      readonly candidate: Candidate;
      readonly renewal: Renewal;
    }
  | {
      readonly kind: "canary";
      readonly fresh: Build;
      readonly part: number;
      readonly endsNs: number;
      /** What both had done when it began. */
      readonly from: { readonly fresh: CallCounts; readonly before: CallCounts };
    }
  | {
      readonly kind: "trial";
      readonly before: Build;
      /** What that did last. */
      readonly did: CallCounts;
      readonly from: CallCounts;
      readonly sinceNs: number;
      readonly endsNs: number;
    };

/** The requests for one spec, and the builds that answer them. */
export class Rollout {
  readonly #name: string;
  readonly #ports: RolloutPorts;
  #policy: ServePolicy;
  /** Those that still have an instance, or may start one. */
  readonly #builds = new Set<Build>();
  #serving: Build;
  #stage: Stage | undefined = undefined;
  /** What builds did that are gone. */
  #past: Traffic = noTraffic;
  readonly #log = new FindingLog();
  #judging: Timer | undefined = undefined;
  #isClosed = false;

  constructor(name: string, policy: ServePolicy, ports: RolloutPorts) {
    this.#name = name;
    this.#policy = policy;
    this.#ports = ports;
    this.#serving = this.#build(0, policy, { failed: () => undefined });
  }

  /** What all builds do at the moment, and have done since it was made. */
  get traffic(): Traffic {
    // Of thousands that never had another build nothing is added up.
    if (this.#past === noTraffic && this.#builds.size === 1) return this.#serving.endpoint.traffic;
    let sum = this.#past;
    for (const { endpoint } of this.#builds) sum = addTraffic(sum, endpoint.traffic);
    return sum;
  }

  /** What there is for more requests, of the build that serves. */
  get room(): EndpointRoom {
    return this.#serving.endpoint.room;
  }

  /** What was decided lately of the build that serves, and of new ones beside it. */
  get findings(): readonly KeptFinding[] {
    return [...this.#serving.endpoint.findings, ...this.#log.entries()];
  }

  /** The instances of all builds, as those see them who are short of memory. */
  get residents(): readonly Resident<Seat>[] {
    return [...this.#builds].flatMap(({ endpoint }) => endpoint.residents);
  }

  /** Lets those of these go that are idle, which was decided elsewhere. */
  release(seats: ReadonlySet<Seat>, finding: Finding): void {
    for (const { endpoint } of this.#builds) endpoint.release(seats, finding);
  }

  /** Of the build that has all calls that no other has. */
  get revision(): number {
    return this.#serving.revision;
  }

  /** Has instances started from now on. What came before waits in line. */
  open({ start, revision }: Renewal): void {
    this.#serving.revision = revision;
    this.#serving.endpoint.open(start);
  }

  arrive(request: IncomingRequest): void {
    const stage = this.#stage;
    const isFresh =
      stage?.kind === "canary" && isInShare(request.head, stage.part, this.#ports.chance);
    (isFresh ? stage.fresh : this.#serving).endpoint.arrive(request);
  }

  configure(policy: ServePolicy): void {
    this.#policy = policy;
    const stage = this.#stage;
    this.#serving.endpoint.configure(policy);
    if (stage?.kind === "proving") stage.candidate.configure(policy);
    else if (stage?.kind === "canary") stage.fresh.endpoint.configure(policy);
    else if (stage?.kind === "trial") stage.before.endpoint.configure(resting(policy));
  }

  /**
   * Serves by another build from now on, as soon as that can: if it does not start, the one that
   * serves goes on. One that was to come before it is not wanted any more.
   */
  renew(renewal: Renewal): void {
    if (this.#isClosed) return;
    this.#settle("another build follows");
    const { turns } = this.#ports;
    let fresh: Build | undefined = undefined;
    const candidate = new Candidate(this.#policy, {
      turns,
      endpoint: (policy, ports) => {
        fresh = this.#build(renewal.revision, policy, ports);
        return fresh.endpoint;
      },
      proved: () => this.#proved(),
      refused: (why) => this.#revert(why),
    });
    if (fresh === undefined) return;
    this.#stage = { kind: "proving", fresh, candidate, renewal };
    candidate.open(renewal.start);
  }

  /** Gives all calls to a canary, which is on trial then. False where there is none. */
  promote(): boolean {
    if (this.#stage?.kind !== "canary") return false;
    this.#take(this.#stage.fresh);
    return true;
  }

  /** Takes no more requests, and ends its instances with their last ones. */
  close(): void {
    if (this.#isClosed) return;
    this.#leaveStage();
    this.#isClosed = true;
    // One that is empty goes at once.
    for (const { endpoint } of this.#builds) endpoint.close();
  }

  /** Ends all instances now, whatever they do. */
  end(who: string): void {
    this.close();
    for (const { endpoint } of this.#builds) endpoint.end(who);
  }

  // --- what becomes of a new build -----------------------------------------------------------

  #proved(): void {
    const stage = this.#stage;
    if (stage?.kind !== "proving") return;
    const { fresh, renewal } = stage;
    const { canary } = renewal;
    if (canary === undefined) return this.#take(fresh);
    const nowNs = this.#nowNs();
    fresh.endpoint.configure(this.#policy);
    const from = {
      fresh: countsOf(fresh.endpoint.traffic),
      before: countsOf(this.#serving.endpoint.traffic),
    };
    const { forNs = Infinity, shareCount = 1 } = canary;
    const part = Math.min(1, canary.part * shareCount);
    this.#stage = { kind: "canary", fresh, part, endsNs: nowNs + forNs, from };
    const why = `${Number(((100 * part) / shareCount).toPrecision(3))} % of the calls`;
    this.#tell("canary", fresh.revision, why, forNs);
    this.#judgeLater();
  }

  /** All calls are a build's from now on, those that wait among them. */
  #take(fresh: Build): void {
    const before = this.#serving;
    const { trialNs } = this.#policy;
    const nowNs = this.#nowNs();
    const did = before.window.counts(before.endpoint.traffic, nowNs);
    this.#serving = fresh;
    fresh.endpoint.configure(this.#policy);
    before.endpoint.configure(resting(this.#policy));
    before.endpoint.handOver(fresh.endpoint);
    before.endpoint.rest();
    const from = countsOf(fresh.endpoint.traffic);
    const endsNs = nowNs + trialNs;
    this.#stage = { kind: "trial", before, did, from, sinceNs: nowNs, endsNs };
    if (trialNs === 0) return this.#settle("it is on no trial");
    this.#tell("trial", fresh.revision, "it has all calls", trialNs);
    this.#judgeLater();
  }

  #judgeLater(): void {
    this.#judging?.cancel();
    this.#judging = this.#ports.turns.after(judgedEveryNs, () => this.#judge());
  }

  #judge(): void {
    const stage = this.#stage;
    const counts = this.#countsOn(stage);
    if (stage === undefined || stage.kind === "proving" || counts === undefined) return;
    const nowNs = this.#nowNs();
    const { isWorse, finding, text } = judgeTrial(counts.before, counts.fresh, nowNs);
    this.#log.note(finding);
    if (isWorse) return this.#revert(text);
    if (nowNs < stage.endsNs) return this.#judgeLater();
    if (stage.kind === "canary") this.#take(stage.fresh);
    else this.#settle(text);
  }

  #countsOn(
    stage: Stage | undefined,
  ): { readonly before: CallCounts; readonly fresh: CallCounts } | undefined {
    const serving = countsOf(this.#serving.endpoint.traffic);
    switch (stage?.kind) {
      case "canary":
        return {
          before: countsBetween(stage.from.before, serving),
          fresh: countsBetween(stage.from.fresh, countsOf(stage.fresh.endpoint.traffic)),
        };
      case "trial": {
        const fresh = countsBetween(stage.from, serving);
        const seconds = (this.#nowNs() - stage.sinceNs) / 1e9;
        return { before: stage.did, fresh: { ...fresh, perSecond: fresh.calls / seconds } };
      }
      default:
        return undefined;
    }
  }

  /** The new build goes, and the one before has all calls again. */
  #revert(why: string): void {
    const stage = this.#stage;
    if (stage === undefined) return;
    this.#leaveStage();
    const fresh = stage.kind === "trial" ? this.#serving : stage.fresh;
    if (stage.kind === "trial") {
      this.#serving = stage.before;
      stage.before.endpoint.configure(this.#policy);
    }
    fresh.endpoint.handOver(this.#serving.endpoint);
    fresh.endpoint.close();
    this.#tell("reverted", fresh.revision, why);
  }

  /** What serves is kept: nobody waits for a new build any more, nor for the one before. */
  #settle(why: string): void {
    const stage = this.#stage;
    if (stage === undefined) return;
    this.#leaveStage();
    if (stage.kind === "trial") {
      stage.before.endpoint.close();
      this.#tell("kept", this.#serving.revision, why);
    } else {
      stage.fresh.endpoint.handOver(this.#serving.endpoint);
      stage.fresh.endpoint.close();
    }
  }

  #leaveStage(): void {
    this.#judging?.cancel();
    if (this.#stage?.kind === "proving") this.#stage.candidate.cancel();
    this.#stage = undefined;
  }

  #tell(kind: RenewalNews["kind"], revision: number, why: string, forNs?: number): void {
    const until = forNs === undefined || !Number.isFinite(forNs) ? {} : { forNs };
    this.#ports.renewed({ kind, revision, serving: this.#serving.revision, why, ...until });
  }

  #build(
    revision: number,
    policy: ServePolicy,
    own: Pick<EndpointPorts, "ready" | "failed">,
  ): Build {
    const { clock, turns, chance, commons, cpuNs, failed, hungry } = this.#ports;
    const window = new CallWindow(this.#nowNs());
    const endpoint: Endpoint = new Endpoint(this.#name, policy, {
      clock,
      turns,
      chance,
      commons,
      cpuNs,
      ...(own.ready === undefined ? {} : { ready: own.ready }),
      ...(hungry === undefined ? {} : { hungry }),
      failed: (reason) => {
        failed(reason);
        own.failed(reason);
      },
      ticked: (nowNs) => window.note(nowNs, () => endpoint.traffic),
      emptied: () => this.#emptied(endpoint),
    });
    const build = { revision, endpoint, window };
    this.#builds.add(build);
    return build;
  }

  #emptied(endpoint: Endpoint): void {
    for (const build of this.#builds) {
      if (build.endpoint !== endpoint) continue;
      this.#builds.delete(build);
      this.#past = addTraffic(this.#past, endpoint.traffic);
    }
    if (this.#isClosed && this.#builds.size === 0) this.#ports.emptied();
  }

  #nowNs(): number {
    return this.#ports.clock.monotonicNs();
  }
}

/** One that may have to serve again: it keeps nothing ready for that. */
function resting(policy: ServePolicy): ServePolicy {
  return { ...policy, instancesMin: 0 };
}
