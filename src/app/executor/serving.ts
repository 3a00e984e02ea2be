import type { Clock } from "#core/host";
import type { IncomingRequest, Inlet } from "#core/host/traffic";
import { acceptTunnel, isTunnel } from "#core/net";
import type { StreamFront } from "#adapters/node/http";
import { describeExit, type ExitReason } from "#core/sys";
import {
  addUsage,
  defaultServePolicy,
  type ExecutorEvent,
  isSameBuild,
  type Life,
  type Measured,
  noUsage,
  type ProcessOrder,
  type ProcessUsage,
} from "#pool/host";
import type { InstanceLink, Relievable, Seat, StartInstance } from "#pool/ingress";
import type { RenewalNews } from "#pool/renewal";
import { Recents, type RecentsBudget } from "#pool/rehearse";
import { type Renewal, Rollout } from "#pool/rollout";
import type { Resident } from "#pool/scale/pressure";
import { type Finding, type FindingReport, reportOf } from "#pool/scale/finding";
import type { Commons } from "#pool/scale/governor";
import {
  endedBy,
  type Instance,
  type InstanceBuild,
  type InstancePorts,
  makerFor,
  refusalBy,
  runAhead,
} from "#app/executor/instance";
import { callerOf } from "./way-out.ts";
import type { Images } from "./images.ts";
import { noRehearsal, Rehearsing, type RehearsalAnswer } from "./rehearsing.ts";
import { Summoning } from "./summoning.ts";

const failuresToldEveryNs = 1e9;
/** And so that others have heard before that they are not to hand on any more. */
const idleLookedForEveryNs = 1e9;

export interface ServingPorts extends InstancePorts {
  readonly images: Pick<Images, "get">;
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
  /** What all that serves on this executor shares. */
  readonly commons: Commons;
  /** What all that serves on this executor keeps of requests. */
  readonly recents: RecentsBudget;
  /** Tells the daemon. */
  readonly tell: (event: ExecutorEvent) => void;
  /** Makes requests of connections to what answers requests. */
  readonly streams: StreamFront;
  /** An instance is about to start, which takes memory. */
  readonly starting: () => void;
  /** It answers requests from now on, or others than before. */
  readonly routed: () => void;
  /** It is over. Called once. */
  readonly over: (reason: ExitReason) => void;
}

/** One process that serves, on this executor: its builds, and the instances they have. */
export class Serving implements Relievable<Seat> {
  readonly #ports: ServingPorts;
  readonly #rollout: Rollout;
  /** What comes to it from queues and schedules. */
  readonly summoning: Summoning;
  /** Whether a request had better be handed on, if another executor has a share of it. */
  isCrowded = false;
  readonly #first: ProcessOrder;
  #order: ProcessOrder;
  /** Whether connections are its program's own, whatever goes over them. */
  #isRaw: boolean;
  /** What its instances were last to be of. */
  #built: ProcessOrder | undefined = undefined;
  /** Orders of builds by their revisions: the last that served, and those since. */
  readonly #orders = new Map<number, ProcessOrder>();
  readonly #instances = new Set<Instance>();
  /** What was asked of it lately, and what is made of that. */
  readonly #recents: Recents;
  readonly #rehearsing: Rehearsing;
  /** Ends of connections that are held to it, where it answers requests; few are. */
  #heard: Set<() => void> | undefined = undefined;
  /** What instances used that are gone. */
  #used: ProcessUsage = noUsage;
  /** Somebody wanted its end. */
  #endedBy: string | undefined = undefined;
  /** Why it can answer nothing. */
  #refusal: ExitReason | undefined = undefined;
  #isOver = false;
  /** Others serve in its place. */
  #isLeaving = false;
  #untoldUntilNs = 0;

  constructor(order: ProcessOrder, ports: ServingPorts) {
    this.#first = order;
    this.#order = order;
    // As it says, until it is known what its program is.
    this.#isRaw = order.serve?.as === "tcp";
    this.#ports = ports;
    const { clock, turns, chance, commons, tell } = ports;
    const { path } = order;
    const policy = order.serve?.policy ?? defaultServePolicy;
    this.#rollout = new Rollout(path, policy, {
      clock,
      turns,
      chance,
      commons,
      cpuNs: () => this.#usage.cpuNs,
      failed: (reason) => this.#failed(reason),
      hungry: () => this.summoning.hasRoom(),
      renewed: (news) => this.#renewed(news),
      emptied: () => this.#over(),
    });
    this.#recents = new Recents(isKeeping(order), { turns, budget: ports.recents });
    this.#rehearsing = new Rehearsing(ports);
    const whose = { order, policy, endpoint: this.#rollout };
    this.summoning = new Summoning(whose, { clock, turns, tell });
  }

  get order(): ProcessOrder {
    return this.#order;
  }

  /**
   * Whether it takes requests by itself; not while it ends, or others do in its place. What comes
   * before it is open waits for that.
   */
  get isServing(): boolean {
    return this.#endedBy === undefined && this.#refusal === undefined && !this.#isLeaving;
  }

  // --- as the load teller sees it ------------------------------------------------------------

  get id(): Life {
    return this.#order.life;
  }

  get cpuNs(): number {
    return this.#usage.cpuNs;
  }

  get arrivedCount(): number {
    return this.#rollout.traffic.arrived;
  }

  // -------------------------------------------------------------------------------------------

  /** Where it answers, and while it ends refuses, so that callers know to come again. */
  get routes(): readonly string[] {
    return this.#order.serve?.routes ?? [];
  }

  /** What was decided about it lately, and why. */
  get findings(): readonly FindingReport[] {
    const nowNs = this.#ports.clock.monotonicNs();
    return this.#rollout.findings.map((kept) => reportOf(kept, nowNs));
  }

  /** What all its instances used and did, those that are gone among them. */
  get measured(): Measured {
    return { usage: this.#usage, traffic: this.#rollout.traffic };
  }

  get #usage(): ProcessUsage {
    let sum = this.#used;
    for (const { usage } of this.#instances) sum = addUsage(sum, usage);
    return sum;
  }

  // --- when memory runs short ----------------------------------------------------------------

  get residents(): readonly Resident<Seat>[] {
    return this.#rollout.residents;
  }

  get leastCount(): number {
    return this.#order.serve?.policy.instancesMin ?? 0;
  }

  release(seats: ReadonlySet<Seat>, finding: Finding): void {
    const count = this.residents.filter(({ id }) => seats.has(id)).length;
    const usedPercent = Math.round(finding.saw["usedPercent"] ?? 0);
    const { life } = this.#order;
    this.#rollout.release(seats, finding);
    this.#ports.tell({ kind: "instances-relieved", life, count, usedPercent });
  }

  // -------------------------------------------------------------------------------------------

  arrive(request: IncomingRequest): void {
    // Of a connection there is no answer to be compared with another.
    if (!isTunnel(request.head)) this.#rollout.arrive(this.#recents.watched(request));
    else if (this.#isRaw) this.#rollout.arrive(request);
    else this.#hear(request);
  }

  /** Somebody holds a connection to it, over which it is asked by HTTP. */
  #hear(tunnel: IncomingRequest): void {
    const end = this.#ports.streams.serve(acceptTunnel(tunnel), {
      caller: callerOf(tunnel.head),
      arrived: (request) => this.#rollout.arrive(this.#recents.watched(request)),
      closed: () => this.#heard?.delete(end),
    });
    (this.#heard ??= new Set()).add(end);
  }

  /** Makes its program ready, and then serves: nothing is compiled when a request comes. */
  async open(): Promise<void> {
    const order = this.#order;
    try {
      const image = await this.#ports.images.get(order.image);
      if (this.#isOver) return;
      // It may be another one that is wanted by now.
      if (this.#order !== order) return await this.open();
      this.#want(order);
      this.#ports.tell({ kind: "started", lives: [order.life] });
      this.#rollout.open(this.#renewal({ order, image }));
      // Whoever ordered another meanwhile waits to hear what became of it.
      if (!isSameBuild(this.#first, order)) {
        this.#renewed({ ...this.#newsOf(order), kind: "kept", why: "it began with it" });
      }
    } catch (cause) {
      this.#refusal = refusalBy(cause);
      this.#ports.routed();
      this.#rollout.close();
    }
  }

  /** Serves as another order says, by other instances where those have to be others. */
  async renew(order: ProcessOrder): Promise<void> {
    this.#order = order;
    this.#isLeaving = false;
    if (this.#endedBy !== undefined) return;
    this.#recents.turn(isKeeping(order));
    if (order.serve !== undefined) this.summoning.configure(order.serve.policy);
    this.#ports.routed();
    const before = this.#built;
    if (before === undefined || isSameBuild(before, order)) return;
    this.#want(order);
    this.#renewed({ ...this.#newsOf(order), kind: "starting", why: "" });
    try {
      const image = await this.#ports.images.get(order.image);
      // Another build may have come meanwhile; the same may be to serve otherwise by now.
      if (this.#built === order) this.#rollout.renew(this.#renewal({ order, image }));
    } catch (cause) {
      const why = describeExit(refusalBy(cause));
      this.#renewed({ ...this.#newsOf(order), kind: "reverted", why });
    }
  }

  #newsOf(order: ProcessOrder): Pick<RenewalNews, "revision" | "serving"> {
    return { revision: revisionOf(order), serving: this.#rollout.revision };
  }

  #want(order: ProcessOrder): void {
    this.#built = order;
    this.#orders.set(revisionOf(order), order);
  }

  #renewed(news: RenewalNews): void {
    const { kind, revision, serving } = news;
    // The same order may be given once more, and is to be followed then.
    const isLast = this.#built !== undefined && revisionOf(this.#built) === revision;
    if (kind === "reverted" && isLast) this.#built = this.#orders.get(serving);
    if (kind === "kept") this.#forgetBefore(serving);
    this.#ports.tell({ kind: "renewal", life: this.#order.life, news });
  }

  #forgetBefore(revision: number): void {
    for (const old of this.#orders.keys()) if (old < revision) this.#orders.delete(old);
  }

  /** Has what would serve by another order answer what was asked lately, aside. */
  async rehearse(fresh: ProcessOrder): Promise<RehearsalAnswer> {
    // What a deploy changes of this alone is no other build.
    if (!isKeeping(this.#order)) return noRehearsal;
    const serving = this.#orders.get(this.#rollout.revision) ?? this.#order;
    return await this.#rehearsing.rehearse({ serving, fresh }, this.#recents.all);
  }

  /** What has a part of the calls has all of them from now on. */
  promote(): void {
    this.#rollout.promote();
  }

  /** Takes only what is handed on, by those who do not know it yet, and ends once it is idle. */
  leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.#ports.routed();
    this.#leaveWhenIdle();
  }

  #leaveWhenIdle(): void {
    this.#ports.turns.after(idleLookedForEveryNs, () => {
      if (!this.#isLeaving || this.#isOver) return;
      const { inFlight, waiting } = this.#rollout.traffic;
      if (inFlight + waiting === 0) this.ask();
      else this.#leaveWhenIdle();
    });
  }

  /** Takes no more requests, and is over when those it has are answered. */
  ask(): void {
    this.#endedBy ??= "noos, which wants its end";
    this.#rehearsing.end(this.#endedBy);
    this.#ports.routed();
    this.#rollout.close();
  }

  end(who: string): void {
    this.#endedBy ??= who;
    this.#rehearsing.end(who);
    this.#ports.routed();
    this.#rollout.end(who);
  }

  #renewal(build: InstanceBuild): Renewal {
    const { order } = build;
    const { canary } = order.serve ?? {};
    return { revision: revisionOf(order), start: this.#starter(build), canary };
  }

  #starter(build: InstanceBuild): StartInstance {
    const make = makerFor(build);
    this.#ports.launcher.check(build.image.program);
    this.#isRaw = build.order.serve?.as === "tcp";
    runAhead(build, this.#ports);
    return (inlet: Inlet, ended: (reason: ExitReason) => void): InstanceLink => {
      this.#ports.starting();
      const instance = make(build, this.#ports, {
        inlet,
        failed: (reason) => this.#failed(reason),
        over: (who, reason) => {
          this.#instances.delete(who);
          this.#used = addUsage(this.#used, { ...who.usage, memoryBytes: 0 });
          ended(reason);
        },
      });
      this.#instances.add(instance);
      return instance;
    };
  }

  /** What serves may fail for each request: that is told of once a second. */
  #failed(reason: ExitReason): void {
    const nowNs = this.#ports.clock.monotonicNs();
    if (nowNs < this.#untoldUntilNs) return;
    this.#untoldUntilNs = nowNs + failuresToldEveryNs;
    this.#ports.tell({ kind: "instance-failed", life: this.#order.life, reason });
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#recents.forget();
    // Who holds a connection learns that it is to make another one.
    for (const end of this.#heard ?? []) end();
    const ended = endedBy(this.#endedBy ?? "noos, which wants its end");
    this.#ports.over(this.#refusal ?? ended);
  }
}

function revisionOf({ serve }: ProcessOrder): number {
  return serve?.revision ?? 0;
}

function isKeeping({ serve }: ProcessOrder): boolean {
  return serve?.isForgetful !== true;
}
