import type { ProcessSpec } from "#pool/manifest";
import { assert } from "#core/base";
import type { ChildId, Notice, SpawnRequest } from "#core/host";
import {
  type Action,
  type ChildView,
  describeEnd,
  type Epoch,
  type RestartShare,
  Tree,
} from "#core/supervise";
import { defaultLimits, Errno, errno, type ExitReason, PlatformError } from "#core/sys";
import type { EventView, RenewalView } from "#pool/api";
import {
  type DesiredApp,
  type KeptBuild,
  rebuiltIn,
  restartedBy,
  servedAnew,
} from "#pool/control/desired";
import { describeServed, type ServingEvent } from "#pool/control/executors";
import { admit, Offspring, summaryOf, take } from "#pool/control/family";
import { changeTree, type LeafSpec, treeOf } from "#pool/control/tree";
import { Renewals, type Wanted, Wants } from "#pool/control/wants";
import type { Life, Measured } from "#pool/host";
import type { Canary } from "#pool/renewal";
import { planChanges } from "#pool/manifest/plan";
import { Histories, type History } from "./histories.ts";
import type { LiveProcess, Wish } from "./live-process.ts";
import { Tally } from "./tally.ts";

/** Who does what an app's tree wants done. */
export interface AppHands {
  nowNs(): number;
  readonly chance: () => number;
  readonly share: RestartShare;
  start(app: App, wish: Wish): Life;
  /** Has a process that serves go on as its spec says now. */
  renew(app: App, process: LiveProcess, canary: Canary | undefined): void;
  /** Gives all calls to a build that has a part of them. */
  promote(life: Life): void;
  /** Keeps what is wanted from now on; answers its revision, if it could be kept. */
  keep(desired: DesiredApp): number | undefined;
  readonly timeOfDay: () => string;
  ask(life: Life, graceNs: number): void;
  end(life: Life, who: string): void;
  notify(life: Life, notice: Notice): void;
  happened(event: Omit<EventView, "position" | "at">): void;
  /** Nothing of the app is left. */
  over(app: App): void;
}

const endedBy = {
  "grace-over": "noos, for its grace was over",
  "no-grace": "noos, which wants its end",
  "parent-ended": "noos, for its parent has ended",
  unacknowledged: "noos, for a failure that was not acknowledged",
  "at-once": "noos, which wants its end",
} as const;

/** One app: what is wanted of it, its tree, and what lives in it. */
export class App {
  readonly name: string;
  readonly live: Map<Epoch, LiveProcess> = new Map<Epoch, LiveProcess>();
  readonly tallies: Map<string, Tally> = new Map<string, Tally>();
  readonly #hands: AppHands;
  readonly #offspring = new Offspring();
  readonly #histories = new Histories();
  readonly #renewals: Renewals;
  readonly #tree: Tree;
  readonly #wants: Wants;
  #isRemoved = false;
  #hasFailed = false;

  constructor(desired: DesiredApp, revision: number, hands: AppHands) {
    this.name = desired.manifest.app;
    this.#wants = new Wants(desired, revision);
    this.#hands = hands;
    this.#renewals = new Renewals(this.name, this.#wants, hands);
    const { chance, share } = hands;
    this.#tree = new Tree(treeOf(desired.manifest), { chance, share });
  }

  get desired(): DesiredApp {
    return this.#wants.desired;
  }

  /** What processes of a name run by. */
  buildOf(name: string): KeptBuild {
    return this.#wants.buildOf(name);
  }

  /** The same, of a name that may be wanted no more. */
  findSpec(name: string): ProcessSpec | undefined {
    return this.#wants.find(name);
  }

  get revision(): number {
    return this.#wants.revision;
  }

  get nextDueNs(): number {
    return this.#tree.nextDueNs;
  }

  get hasEnded(): boolean {
    return this.#tree.hasEnded;
  }

  get isRemoved(): boolean {
    return this.#isRemoved;
  }

  get state(): "running" | "ending" | "failed" | "done" {
    const root = this.#tree.child(this.name);
    if (root?.state === "ending") return "ending";
    if (root?.state === "done") return this.#hasFailed ? "failed" : "done";
    return "running";
  }

  /** Parents before their children, siblings in order. */
  children(): Generator<ChildView> {
    return this.#tree.children();
  }

  historyOf(path: string): Readonly<History> | undefined {
    return this.#histories.get(path);
  }

  /** The life that is at a path now. Throws `CHILD_UNKNOWN`. */
  lifeAt(path: string): Life | undefined {
    const child = this.#tree.child(path);
    if (child === undefined) throw childUnknown(this.name, path);
    return this.live.get(child.epoch)?.life;
  }

  tally(spec: string): Tally {
    return this.tallies.getOrInsertComputed(spec, () => new Tally());
  }

  begin(): void {
    this.#do(this.#tree.begin(this.#hands.nowNs()));
  }

  /** Makes of it what is wanted now. */
  become({ desired, revision, canary }: Wanted): void {
    this.#histories.wantedFrom(this.#hands.nowNs(), this.children());
    const before = this.desired;
    const plan = planChanges(before.manifest, desired.manifest, {
      rebuilt: rebuiltIn(before, desired),
    });
    this.#wants.become(desired, revision);
    const change = {
      tree: this.#tree,
      nowNs: this.#hands.nowNs(),
      restarted: restartedBy(plan),
    };
    this.#do(changeTree(change, treeOf(desired.manifest)));
    this.#renew(servedAnew(plan, desired.manifest), canary);
    const isThere = (path: string): boolean => this.#tree.child(path) !== undefined;
    this.#histories.forgetOthers(isThere);
    this.#renewals.forgetOthers(isThere);
    if (this.#tree.hasEnded) this.begin();
    // What is wanted now is not what somebody wanted to end.
    else if (this.state === "ending") this.restart(this.name);
  }

  #renew(names: ReadonlySet<string>, canary: Canary | undefined): void {
    for (const process of this.live.values()) {
      const { spec, epoch, path } = process;
      const { epoch: there, state } = this.#tree.child(path) ?? {};
      if (there !== epoch || state === "ending" || !names.has(spec.process)) continue;
      this.#renewals.ordered(path, spec.process);
      this.#hands.renew(this, process, canary);
    }
  }

  /** Ends all of it, in order, for good. */
  remove(): void {
    this.#isRemoved = true;
    if (this.#tree.hasEnded) return this.#hands.over(this);
    this.end(this.name);
  }

  end(path: string): void {
    this.#do(this.#tree.end(path, { nowNs: this.#hands.nowNs() }));
  }

  restart(path: string): void {
    const nowNs = this.#hands.nowNs();
    const below = this.children().filter((each) => `${each.path}/`.startsWith(`${path}/`));
    this.#histories.wantedFrom(nowNs, below);
    this.#do(this.#tree.restart(path, nowNs));
  }

  due(): void {
    this.#do(this.#tree.due(this.#hands.nowNs()));
  }

  started(epoch: Epoch): void {
    const process = this.live.get(epoch);
    if (process === undefined) return;
    const nowNs = this.#hands.nowNs();
    process.runningNs = nowNs;
    const downNs = this.#histories.filled(process.path, nowNs);
    if (downNs !== undefined) this.tally(process.spec.process).replaced(downNs);
    this.#hands.happened({ kind: "process-started", app: this.name, path: process.path });
    this.#do(this.#tree.started(epoch, nowNs));
  }

  /**
   * The process of this epoch is gone; `isBlameless` where it was no fault of its own, and without
   * `usage` where nobody can say any more what it used.
   */
  ended(
    epoch: Epoch,
    end: Partial<Measured> & { readonly reason: ExitReason; readonly isBlameless?: boolean },
  ): void {
    const process = this.live.get(epoch);
    if (process === undefined) return;
    this.live.delete(epoch);
    take(process.parent, -process.limits.memory);
    const { reason, usage, traffic, unlisted, isBlameless = false } = end;
    const nowNs = this.#hands.nowNs();
    const lifeNs = nowNs - (process.runningNs ?? nowNs);
    this.tally(process.spec.process).ended(reason, { lifeNs, usage, traffic, unlisted });
    this.#histories.ended(process.path, nowNs);
    const told = { reason, cpuNs: usage?.cpuNs ?? 0, isBlameless };
    this.#do(this.#tree.ended(epoch, told, nowNs));
  }

  /** Something happened to a process, which goes on. */
  served(event: ServingEvent): void {
    const process = this.live.values().find(({ life }) => life === event.life);
    if (process === undefined) return;
    const { path, spec } = process;
    if (event.kind === "renewal") return this.#renewals.heard(path, spec.process, event.news);
    const { kind } = event;
    const text = describeServed(event);
    if (kind === "instance-failed") this.#histories.at(path).lastEnd = text;
    const isFailure = kind === "instance-failed" || (kind === "call-unlisted" && event.isRefused);
    const marks = isFailure ? { isFailure } : {};
    this.#hands.happened({ kind, app: this.name, path, text, ...marks });
  }

  /** What becomes of a build that a process is to serve by, if it has not always. */
  renewalOf(path: string, name: string): RenewalView | undefined {
    return this.#renewals.view(path, name);
  }

  /** Gives all calls to builds that have a part of them; answers how many there are. */
  promote(): number {
    const canaries = [...this.live.values()].filter(({ path }) => this.#renewals.isCanary(path));
    for (const { life } of canaries) this.#hands.promote(life);
    return canaries.length;
  }

  /** A program starts a child: its life, or why there is none. */
  spawn(parent: Epoch, request: SpawnRequest): Life | Errno {
    const program = this.live.get(parent);
    const own = program && this.#wants.find(program.spec.process);
    // Of a program that is no longer wanted nothing more starts, even before it has ended.
    if (program === undefined || own === undefined) return errno.EPERM;
    const spec = this.#wants.find(request.spec);
    const given = admit(request, {
      parent: program,
      uses: own.uses,
      spec,
      specLimits: spec === undefined ? defaultLimits : this.#wants.limitsOf(spec),
    });
    if (given instanceof Errno) return given;
    const child: LeafSpec = {
      kind: "process",
      name: request.name,
      process: request.spec,
      restart: "never",
      graceNs: spec?.graceNs ?? 0,
      given,
    };
    const answer = this.#tree.spawn(parent, child, this.#hands.nowNs());
    if (answer instanceof Errno) return answer;
    this.#do(answer.actions);
    const { life } = this.#liveAt(answer.epoch);
    this.#offspring.add(answer.epoch, { life, parent });
    return life;
  }

  /** A program takes note that a child of its failed. */
  acknowledge(parent: Epoch, child: ChildId): void {
    const epoch = this.#offspring.epochOf(parent, child);
    if (epoch === undefined) return;
    if (!this.live.has(epoch)) this.#offspring.forget(epoch);
    this.#do(this.#tree.acknowledged(parent, epoch, this.#hands.nowNs()));
  }

  /** A program wants the end of a child of its. */
  endChild(parent: Epoch, child: ChildId, graceNs: number): void {
    const epoch = this.#offspring.epochOf(parent, child);
    const process = epoch === undefined ? undefined : this.live.get(epoch);
    if (process === undefined) return;
    this.#do(this.#tree.end(process.path, { nowNs: this.#hands.nowNs(), graceNs }));
  }

  #do(actions: readonly Action[]): void {
    for (const action of actions) this.#carryOut(action);
  }

  #carryOut(action: Action): void {
    switch (action.kind) {
      case "start":
        return this.#start(action);
      case "ask":
        this.#tell("process-asked", action.path);
        return this.#hands.ask(this.#liveAt(action.epoch).life, action.graceNs);
      case "end":
        return this.#hands.end(this.#liveAt(action.epoch).life, endedBy[action.for]);
      case "started":
        this.#histories.at(action.path).starts += 1;
        return this.#tell("supervisor-started", action.path);
      case "report":
        return this.#report(action);
    }
  }

  #start({ epoch, path, spec }: Action & { readonly kind: "start" }): void {
    const leaf = spec as LeafSpec;
    const parent = leaf.given === undefined ? undefined : this.#parentOf(path);
    const limits = leaf.given?.limits ?? this.#wants.limitsOf(this.#wants.specOf(leaf.process));
    const history = this.#histories.at(path);
    if (history.starts > 0) this.tally(leaf.process).restarts += 1;
    history.starts += 1;
    const wish = { epoch, path, spec: leaf, parent, limits };
    const startedNs = this.#hands.nowNs();
    this.#renewals.started(path, leaf.process);
    this.#hands.happened({ kind: "process-starting", app: this.name, path });
    const life = this.#hands.start(this, wish);
    take(parent, limits.memory);
    this.live.set(epoch, { ...wish, startedNs, runningNs: undefined, life, takenBytes: 0 });
  }

  #report(report: Action & { readonly kind: "report" }): void {
    const { path, epoch, spec, reason, isFailure } = report;
    const text = describeEnd(reason);
    const history = this.#histories.at(path);
    [history.lastEnd, history.hasFailed] = [text, isFailure];
    history.lastEndHint = reason.kind === "refused" ? reason.hint : undefined;
    this.#tellParent(report);
    this.#offspring.forgetAllOf(epoch);
    const isRoot = path === this.name;
    if (isRoot) this.#hasFailed = isFailure;
    const view = this.#tree.child(path);
    const { restartNs } = view ?? {};
    const isWaiting = view?.epoch === epoch && restartNs !== undefined;
    const delayNs = isWaiting ? restartNs - this.#hands.nowNs() : undefined;
    this.#hands.happened({
      kind: spec.kind === "process" ? "process-ended" : "supervisor-ended",
      app: this.name,
      path,
      text,
      isFailure,
      ...(delayNs === undefined ? {} : { delayNs }),
    });
    if (view === undefined) this.#histories.forget(path);
    if (isRoot && this.#isRemoved) this.#hands.over(this);
  }

  /** A program is told of the ends of its children, as long as it lives itself. */
  #tellParent({ epoch, reason, isFailure, ...report }: Action & { readonly kind: "report" }): void {
    const child = this.#offspring.get(epoch);
    const parent = child && this.live.get(child.parent);
    if (!report.isAcknowledgeDue) this.#offspring.forget(epoch);
    if (child === undefined || parent === undefined) return;
    const id = child.life as number as ChildId;
    const notice = { kind: "ended", child: id, end: summaryOf(reason), isFailure } as const;
    this.#hands.notify(parent.life, notice);
  }

  /** The program above a child that a program started. */
  #parentOf(path: string): LiveProcess | undefined {
    const epoch = this.#tree.child(path.slice(0, path.lastIndexOf("/")))?.epoch;
    return epoch === undefined ? undefined : this.live.get(epoch);
  }

  #liveAt(epoch: Epoch): LiveProcess {
    const process = this.live.get(epoch);
    assert(process !== undefined, "a tree asks and ends what it has started, until it has ended");
    return process;
  }

  #tell(kind: "process-asked" | "supervisor-started", path: string): void {
    this.#hands.happened({ kind, app: this.name, path });
  }
}

function childUnknown(app: string, path: string): PlatformError {
  return new PlatformError(`there is no "${path}" in "${app}"`, {
    code: "CHILD_UNKNOWN",
    hint: `\`noos ps ${app}\` lists all there are`,
  });
}
