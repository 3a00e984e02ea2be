import { assert } from "#core/base";
import {
  type Action,
  type ChildView,
  describeEnd,
  type Epoch,
  type RestartShare,
  Tree,
} from "#core/supervise";
import type { ExitReason } from "#core/sys";
import type { EventView } from "#pool/api";
import type { Life } from "#pool/host";
import type { ProcessSpec } from "#pool/manifest";
import { planChanges } from "#pool/manifest/plan";
import { changeTree } from "./change-tree.ts";
import type { DesiredApp } from "./desired.ts";
import { rebuiltIn, restartedBy } from "./rebuilt.ts";
import { Tally } from "./tally.ts";
import { type LeafSpec, treeOf } from "./tree-of.ts";

/** A process of an app that is on its way or runs. */
export interface LiveProcess {
  readonly life: Life;
  readonly epoch: Epoch;
  readonly path: string;
  readonly spec: LeafSpec;
  readonly startedNs: number;
}

/** Who does what an app's tree wants done. */
export interface AppHands {
  nowNs(): number;
  readonly chance: () => number;
  readonly share: RestartShare;
  start(app: App, wish: Omit<LiveProcess, "life" | "startedNs">): Life;
  ask(life: Life, graceNs: number): void;
  end(life: Life, who: string): void;
  happened(event: Omit<EventView, "position" | "at">): void;
  /** Nothing of the app is left. */
  over(app: App): void;
}

/** What became of the processes at one place of the tree. */
interface History {
  starts: number;
  lastEnd: string | undefined;
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
  readonly #history = new Map<string, History>();
  readonly #tree: Tree;
  #desired: DesiredApp;
  #specs: ReadonlyMap<string, ProcessSpec>;
  #revision: number;
  #isRemoved = false;
  #hasFailed = false;

  constructor(desired: DesiredApp, revision: number, hands: AppHands) {
    this.name = desired.manifest.app;
    this.#desired = desired;
    this.#specs = specsOf(desired);
    this.#revision = revision;
    this.#hands = hands;
    const { chance, share } = hands;
    this.#tree = new Tree(treeOf(desired.manifest), { chance, share });
  }

  get desired(): DesiredApp {
    return this.#desired;
  }

  /** What the manifest says of the processes of a name. */
  specOf(name: string): ProcessSpec {
    const spec = this.#specs.get(name);
    assert(spec !== undefined, "a leaf of the tree was made of a spec");
    return spec;
  }

  get revision(): number {
    return this.#revision;
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
    return this.#history.get(path);
  }

  tally(spec: string): Tally {
    return this.tallies.getOrInsertComputed(spec, () => new Tally());
  }

  begin(): void {
    this.#do(this.#tree.begin(this.#hands.nowNs()));
  }

  /** Makes of it what is wanted now. */
  become(desired: DesiredApp, revision: number): void {
    const before = this.#desired;
    const plan = planChanges(before.manifest, desired.manifest, {
      rebuilt: rebuiltIn(before, desired),
    });
    this.#desired = desired;
    this.#specs = specsOf(desired);
    this.#revision = revision;
    const change = {
      tree: this.#tree,
      nowNs: this.#hands.nowNs(),
      restarted: restartedBy(plan),
    };
    const trees = { before: treeOf(before.manifest), after: treeOf(desired.manifest) };
    this.#do(changeTree(change, trees));
    if (this.#tree.hasEnded) this.begin();
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
    this.#do(this.#tree.restart(path, this.#hands.nowNs()));
  }

  due(): void {
    this.#do(this.#tree.due(this.#hands.nowNs()));
  }

  started(epoch: Epoch): void {
    const process = this.live.get(epoch);
    if (process === undefined) return;
    this.#hands.happened({ kind: "process-started", app: this.name, path: process.path });
    this.#do(this.#tree.started(epoch, this.#hands.nowNs()));
  }

  ended(epoch: Epoch, end: { readonly reason: ExitReason; readonly cpuNs: number }): void {
    if (!this.live.delete(epoch)) return;
    this.#do(this.#tree.ended(epoch, end, this.#hands.nowNs()));
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
        return this.#hands.ask(this.#lifeOf(action.epoch), action.graceNs);
      case "end":
        return this.#hands.end(this.#lifeOf(action.epoch), endedBy[action.for]);
      case "started":
        return this.#tell("supervisor-started", action.path);
      case "report":
        return this.#report(action);
    }
  }

  #start({ epoch, path, spec }: Action & { readonly kind: "start" }): void {
    const wish = { epoch, path, spec: spec as LeafSpec };
    const history = this.#historyAt(path);
    if (history.starts > 0) this.tally(wish.spec.process).restarts += 1;
    history.starts += 1;
    const startedNs = this.#hands.nowNs();
    this.live.set(epoch, { ...wish, startedNs, life: this.#hands.start(this, wish) });
  }

  #report({ path, epoch, reason, isFailure }: Action & { readonly kind: "report" }): void {
    const text = describeEnd(reason);
    this.#historyAt(path).lastEnd = text;
    const isRoot = path === this.name;
    if (isRoot) this.#hasFailed = isFailure;
    const view = this.#tree.child(path);
    const isProcess = view === undefined ? false : view.spec.kind === "process";
    const { restartNs } = view ?? {};
    const isWaiting = view?.epoch === epoch && restartNs !== undefined;
    const delayNs = isWaiting ? restartNs - this.#hands.nowNs() : undefined;
    this.#hands.happened({
      kind: isProcess ? "process-ended" : "supervisor-ended",
      app: this.name,
      path,
      text,
      isFailure,
      ...(delayNs === undefined ? {} : { delayNs }),
    });
    if (view === undefined) this.#history.delete(path);
    if (isRoot && this.#isRemoved) this.#hands.over(this);
  }

  #historyAt(path: string): History {
    return this.#history.getOrInsertComputed(path, () => ({ starts: 0, lastEnd: undefined }));
  }

  #tell(kind: "process-asked" | "supervisor-started", path: string): void {
    this.#hands.happened({ kind, app: this.name, path });
  }

  #lifeOf(epoch: Epoch): Life {
    const process = this.live.get(epoch);
    assert(process !== undefined, "a tree asks and ends what it has started, until it has ended");
    return process.life;
  }
}

function specsOf({ manifest }: DesiredApp): ReadonlyMap<string, ProcessSpec> {
  return new Map(manifest.processes.map((spec) => [spec.name, spec]));
}
