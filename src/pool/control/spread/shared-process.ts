import { assert } from "#core/base";
import {
  addUsage,
  type ExecutorReach,
  isSameBuild,
  type Life,
  type Measured,
  noUsage,
  type ProcessOrder,
  type ServeOrder,
} from "#pool/host";
import type { RenewalNews } from "#pool/renewal";
import { addTraffic, addUnlisted, noTraffic } from "#pool/traffic";
import type { MergedOutput } from "./merged-output.ts";
import { servingAs, shareOrder } from "./share-order.ts";

/** What one executor has of a process that serves. */
export interface Share {
  readonly life: Life;
  readonly slot: number;
  /** What it was started with. */
  begun: ProcessOrder;
  /** What its executor was told last, unless it was to leave. */
  told: ProcessOrder | undefined;
  isUp: boolean;
  /** Others serve in its place, and it is over when it is idle. */
  isLeaving: boolean;
  /** It is to end with what it has, in the time that streams have. */
  isAsked: boolean;
  /** It was told to follow the first with a build, and has not said what became of that. */
  isTrying: boolean;
  /** It serves by that build, which may be found worse. */
  isOnTrial: boolean;
  /** What it did until it was last measured. */
  did: Measured;
  /** The part of its executor's processor that it took, and when that was told. */
  load: { readonly part: number; readonly atNs: number } | undefined;
}

/** Where a part of what a process is summoned for can go. */
export interface SharePlace {
  readonly life: Life;
  /** Of what all of them may have together, from 0 to 1. */
  readonly part: number;
  /** Whether it is the one that has what cannot be shared. */
  readonly isFirst: boolean;
}

const nothing: Measured = { usage: noUsage };

/** One process that serves: its shares, and the builds they serve by. */
export class SharedProcess {
  readonly life: Life;
  reach: ExecutorReach;
  /** It was up, as a whole; so those beside the first may follow. */
  isUp = false;
  isEnding = false;
  /** Executors where it cannot be, as far as is known. */
  readonly avoided: Set<number> = new Set<number>();
  /** What its shares wrote, once somebody wanted to know that of several. */
  output: MergedOutput | undefined = undefined;
  /** How many shares its load wants. */
  byLoad = 1;
  readonly #shares: Share[] = [];
  /** What it is to serve by, and what it does as long as that has not shown itself. */
  #wanted: ProcessOrder;
  #served: ProcessOrder;
  /** The first share serves by what is wanted, and the others follow it; but they may go back. */
  #isOnTrial = false;
  /** What the first said when it kept a build that others still have on trial. */
  #keptByFirst: RenewalNews | undefined = undefined;
  /** The first is told to serve by the build before, for another has found the new one worse. */
  #isGoingBack = false;
  /** What shares did that are gone. */
  #past: Measured = nothing;

  constructor(order: ProcessOrder, reach: ExecutorReach) {
    this.life = order.life;
    this.reach = reach;
    this.#wanted = order;
    this.#served = order;
  }

  // --- shares --------------------------------------------------------------------------------

  /** Those that serve, and are not about to leave; the first tries what is new. */
  get staying(): readonly Share[] {
    return this.#shares.filter(({ isLeaving }) => !isLeaving);
  }

  get all(): readonly Share[] {
    return [...this.#shares];
  }

  /** Whether it is as any other process: what is said of it is said of its life. */
  get isPlain(): boolean {
    const [first, ...others] = this.#shares;
    return first?.life === this.life && others.length === 0 && this.#past === nothing;
  }

  /** How many there are to be, where there are executors for them: none is without an instance. */
  get wantedCount(): number {
    const { min, max } = this.bounds;
    return Math.max(min, Math.min(max, this.byLoad));
  }

  /** How many there may be, as far as it goes by what is wanted. */
  get bounds(): ServeOrder["spread"] {
    const { serve } = this.#wanted;
    assert(serve !== undefined, "only what serves is shared");
    const { spread, policy } = serve;
    const within = (count: number): number => Math.min(count, policy.instancesMax);
    return { min: within(spread.min), max: within(spread.max) };
  }

  get places(): readonly SharePlace[] {
    const count = this.staying.length;
    const [first] = this.staying;
    return this.#shares
      .filter(({ isUp }) => isUp)
      .map((share) => ({
        life: share.life,
        part: share.isLeaving ? 0 : 1 / count,
        isFirst: share === first,
      }));
  }

  /** What a share would be told that comes to be beside those there are. */
  orderBeside(life: Life): ProcessOrder {
    const count = this.staying.length + 1;
    return this.#orderAt({ life, index: count - 1, count });
  }

  add(begun: ProcessOrder, slot: number): void {
    const { life } = begun;
    const fresh = { isUp: false, isLeaving: false, isAsked: false, did: nothing, load: undefined };
    const untried = { isTrying: false, isOnTrial: false };
    this.#shares.push({ life, slot, begun, told: begun, ...fresh, ...untried });
  }

  /** It serves from now on; answers what is to be told of a build that it began with. */
  started(share: Share): RenewalNews | undefined {
    share.isUp = true;
    const isProved = this.isFirst(share) && isSameBuild(share.begun, this.#wanted);
    if (!isProved || isSameBuild(this.#wanted, this.#served)) return undefined;
    return this.#keep("it began with it");
  }

  /** One that was about to leave stays, behind the others. */
  keep(share: Share): void {
    share.isLeaving = false;
    this.#shares.splice(this.#shares.indexOf(share), 1);
    this.#shares.push(share);
  }

  find(life: Life): Share | undefined {
    return this.#shares.find((share) => share.life === life);
  }

  isFirst(share: Share): boolean {
    return this.staying[0] === share;
  }

  /** It is gone; answers what is to be told of a build that nobody tries any more. */
  remove(share: Share, did: Measured = share.did): RenewalNews | undefined {
    const wasFirst = this.isFirst(share);
    this.#shares.splice(this.#shares.indexOf(share), 1);
    this.#past = added(this.#past, over(did));
    if (!this.#isOnTrial || this.#shares.length === 0) return undefined;
    if (!wasFirst) return this.#keepIfAllDo();
    return this.#keep("the executor that had it on trial has it no more");
  }

  /** What all of them did, those that are gone among them. */
  get did(): Measured {
    return this.#shares.reduce((sum, { did }) => added(sum, did), this.#past);
  }

  // --- builds --------------------------------------------------------------------------------

  /** Of the build that is wanted. */
  get revision(): number {
    return this.#wanted.serve?.revision ?? 0;
  }

  /** What a share is to be told. */
  orderOf(share: Share): ProcessOrder {
    const { staying } = this;
    return this.#orderAt({
      life: share.life,
      index: staying.indexOf(share),
      count: staying.length,
    });
  }

  #orderAt(part: Parameters<typeof shareOrder>[1]): ProcessOrder {
    const isWanted = part.index === 0 || this.#isOnTrial;
    return shareOrder(isWanted ? this.#wanted : this.#served, part);
  }

  /**
   * It is to serve so; answers whether by another build, which is for the first share alone until
   * that shows itself.
   */
  want(order: ProcessOrder, reach: ExecutorReach): boolean {
    this.reach = reach;
    this.avoided.clear();
    if (isSameBuild(order, this.#wanted)) {
      this.#wanted = withRevision(order, this.revision);
      this.#served = servingAs(this.#served, order);
      return false;
    }
    const before = this.#isOnTrial ? this.#wanted : this.#served;
    this.#forgetTrial();
    this.#wanted = order;
    this.#served = servingAs(before, order);
    return true;
  }

  /** A share was told this, in place of what it was told before. */
  told(share: Share, order: ProcessOrder): void {
    const { told } = share;
    share.told = order;
    const isFollowing = this.#isOnTrial && !this.isFirst(share);
    if (isFollowing && told !== undefined && !isSameBuild(told, order)) share.isTrying = true;
  }

  /**
   * What a share says of a build. Answers what is to be told of that as a whole, or that this share
   * cannot serve by what it is to.
   */
  heard(share: Share, news: RenewalNews): RenewalNews | "unable" | undefined {
    const { kind, revision } = news;
    const isFirst = this.isFirst(share);
    if (isFirst && this.#isGoingBack) return this.#wentBack(news);
    if (revision !== this.revision) return isFirst ? news : undefined;
    const wasOnTrial = share.isOnTrial;
    share.isOnTrial = kind === "trial";
    if (kind === "kept") return this.#keptBy(share, news);
    if (kind === "reverted") return this.#revertedBy(share, { news, wasOnTrial });
    if (isFirst && kind === "trial") this.#isOnTrial = true;
    return isFirst ? news : undefined;
  }

  #keptBy(share: Share, news: RenewalNews): RenewalNews | undefined {
    share.isTrying = false;
    if (this.isFirst(share)) this.#keptByFirst = news;
    return this.#keepIfAllDo();
  }

  /** Who has few callers, or none, is not to decide alone. */
  #keepIfAllDo(): RenewalNews | undefined {
    const news = this.#keptByFirst;
    if (news === undefined || this.staying.some(({ isTrying }) => isTrying)) return undefined;
    this.#settle(this.#wanted);
    this.#knows(this.staying[0]);
    return news;
  }

  #revertedBy(
    share: Share,
    { news, wasOnTrial }: { readonly news: RenewalNews; readonly wasOnTrial: boolean },
  ): RenewalNews | "unable" {
    share.isTrying = false;
    const isFirst = this.isFirst(share);
    // What the first could begin with cannot be there.
    if (!isFirst && !(wasOnTrial && this.#isOnTrial)) return "unable";
    this.#settle(this.#served);
    this.#isGoingBack = !isFirst;
    this.#knows(share);
    return news;
  }

  /** What the first says of the build before, which it is to serve by again. */
  #wentBack({ kind, revision }: RenewalNews): "unable" | undefined {
    if (revision !== this.revision) return undefined;
    if (kind === "kept" || kind === "reverted") this.#isGoingBack = false;
    return kind === "reverted" ? "unable" : undefined;
  }

  /** It need not be told what it said. */
  #knows(share: Share | undefined): void {
    if (share !== undefined) share.told = this.orderOf(share);
  }

  #keep(why: string): RenewalNews {
    const { revision } = this;
    this.#settle(this.#wanted);
    return { kind: "kept", revision, serving: revision, why };
  }

  /** This is what it serves by. */
  #settle(build: ProcessOrder): void {
    this.#forgetTrial();
    this.#wanted = servingAs(build, this.#wanted);
    this.#served = this.#wanted;
  }

  #forgetTrial(): void {
    this.#isOnTrial = false;
    this.#isGoingBack = false;
    this.#keptByFirst = undefined;
    for (const share of this.#shares) share.isTrying = false;
  }
}

function withRevision(order: ProcessOrder, revision: number): ProcessOrder {
  return order.serve === undefined ? order : { ...order, serve: { ...order.serve, revision } };
}

function added(a: Measured, b: Measured): Measured {
  const traffic = both(a.traffic, b.traffic, addTraffic);
  const unlisted = both(a.unlisted, b.unlisted, addUnlisted);
  return {
    usage: addUsage(a.usage, b.usage),
    ...(traffic === undefined ? {} : { traffic }),
    ...(unlisted === undefined ? {} : { unlisted }),
  };
}

/** What is known of either, added up where both are. */
function both<T>(a: T | undefined, b: T | undefined, add: (a: T, b: T) => T): T | undefined {
  return a === undefined || b === undefined ? (a ?? b) : add(a, b);
}

/** What is gone has neither memory nor instances, nor anybody who waits. */
function over({ usage, traffic, ...counted }: Measured): Measured {
  const did = { ...counted, usage: { ...usage, memoryBytes: 0 } };
  if (traffic === undefined) return did;
  const { ready, starting, waiting, inFlight } = noTraffic;
  return { ...did, traffic: { ...traffic, ready, starting, waiting, inFlight } };
}
