/** A random tree in a small world, with its promises checked after each step. */
import { assert, SeededRandom } from "#core/base";
import {
  type Action,
  type ChildSpec,
  type ChildView,
  type Epoch,
  type SupervisorSpec,
  Tree,
} from "#core/supervise";
import type { ExitReason } from "#core/sys";

const second = 1e9;

interface Living {
  readonly path: string;
  readonly graceNs: number;
  readonly startNs: number;
  isUp: boolean;
  askedNs: number | undefined;
  isToldToEnd: boolean;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** Draws a tree, lets chance and an operator do what they like, and checks after each step. */
export class TreeLife {
  readonly tree: Tree;
  readonly #random: SeededRandom;
  readonly #living = new Map<Epoch, Living>();
  readonly #unacknowledged: { readonly parent: Epoch; readonly child: Epoch }[] = [];
  readonly #deathNs = new Map<string, number>();
  readonly #strategies = new Map<string, SupervisorSpec["strategy"]>();
  #nowNs = 0;
  #nameCount = 0;
  #isOperated = false;
  isCalm = false;
  startCount = 0;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    let room = 50;
    const draw = (depth: number): ChildSpec => {
      room -= 1;
      const name = this.#newName();
      const restart = this.#pick(["always", "always", "on-failure", "never"] as const);
      if (depth > 4 || (depth > 0 && this.#chance(0.6))) {
        const graceNs = this.#pick([0, second, 5 * second]);
        return { kind: "process", name, restart, graceNs };
      }
      const children: ChildSpec[] = [];
      for (let count = this.#random.below(6); count > 0 && room > 0; count--) {
        children.push(draw(depth + 1));
      }
      const strategy = this.#pick(["one-for-one", "one-for-all", "rest-for-one"] as const);
      const supervisor = { kind: "supervisor", name, restart, strategy, children } as const;
      if (depth === 0 || this.#chance(0.7)) return supervisor;
      return { ...supervisor, giveUp: { restarts: 3, withinNs: 5 * second } };
    };
    const root = draw(0) as SupervisorSpec;
    this.tree = new Tree(root, { chance: () => this.#random.next() / 2 ** 32 });
    this.#noteStrategies(root, "");
    this.#do(this.tree.begin(0));
  }

  /** One thing happens: time passes, a process moves on or fails, the operator wants something. */
  step(): void {
    const deeds = [
      () => this.#pass(this.#pick([1e6, 50e6, second, 20 * second])),
      () => this.#moveOn(),
      () => this.#moveOn(),
      () => this.#fail(),
      () => this.#programActs(),
      () => this.#operate(),
    ];
    this.#pick(deeds)();
    this.#checkAll();
  }

  /** Deaths stop, programs acknowledge, and time passes. */
  calmDown(): void {
    this.isCalm = true;
    for (let round = 0; round < 400; round++) {
      for (let times = 0; times < 10; times++) this.#moveOn();
      this.#pass(5 * second);
      this.#checkAll();
    }
  }

  get livingCount(): number {
    return this.#living.size;
  }

  end(): void {
    this.#do(this.tree.end(this.#root(), { nowNs: this.#nowNs }));
  }

  #root(): string {
    for (const { path } of this.tree.children()) return path;
    return "";
  }

  #pass(durationNs: number): void {
    const untilNs = this.#nowNs + durationNs;
    while (this.tree.nextDueNs <= untilNs) {
      this.#nowNs = Math.max(this.#nowNs, this.tree.nextDueNs);
      this.#do(this.tree.due(this.#nowNs));
    }
    this.#nowNs = untilNs;
  }

  /** All that may move on do: starts are done, and those asked or told to end have ended. */
  #moveOn(): void {
    for (const [epoch, process] of this.#living) {
      if (!this.isCalm && this.#chance(0.5)) continue;
      if (process.isToldToEnd || process.askedNs !== undefined) {
        this.#endProcess(epoch, { kind: "exited", code: this.#random.below(2) });
      } else if (!process.isUp) {
        process.isUp = true;
        this.#do(this.tree.started(epoch, this.#nowNs));
      }
    }
    for (const { parent, child } of this.#unacknowledged.splice(0)) {
      if (!this.isCalm && this.#chance(0.3)) continue;
      this.#do(this.tree.acknowledged(parent, child, this.#nowNs));
    }
  }

  #fail(): void {
    const epoch = this.#someone();
    if (epoch !== undefined)
      this.#endProcess(epoch, { kind: "exited", code: this.#random.below(3) });
  }

  #endProcess(epoch: Epoch, reason: ExitReason): void {
    const process = this.#living.get(epoch);
    if (process === undefined) return;
    this.#living.delete(epoch);
    if (process.askedNs === undefined) this.#deathNs.set(process.path, this.#nowNs);
    this.#do(this.tree.ended(epoch, { reason, cpuNs: this.#random.below(1e6) }, this.#nowNs));
    // A second word of the same end, which comes late, must change nothing.
    assert(this.tree.ended(epoch, { reason, cpuNs: 1 }, this.#nowNs).length === 0, "late exit");
    assert(this.tree.started(epoch, this.#nowNs).length === 0, "late start");
  }

  #programActs(): void {
    const parent = this.#someone();
    if (parent === undefined || this.#living.size > 80) return;
    const spec = { kind: "process", name: this.#newName(), restart: "never" } as const;
    const answer = this.tree.spawn(parent, { ...spec, graceNs: second }, this.#nowNs);
    if ("actions" in answer) this.#do(answer.actions);
  }

  #operate(): void {
    const declared = [...this.tree.children()].slice(1).filter(({ path }) => {
      return this.#strategies.has(parentOf(path));
    });
    if (declared.length === 0) return;
    const picked = this.#pick(declared);
    const { path } = picked;
    const { kind } = picked.spec;
    this.#deathNs.clear();
    this.#isOperated = true;
    const nowNs = this.#nowNs;
    const spec = { kind: "process", restart: "always", graceNs: second } as const;
    const deeds = [
      () => this.tree.restart(path, nowNs),
      () => this.tree.end(path, { nowNs, isAtOnce: this.#chance(0.3) }),
      () => (this.#chance(0.3) ? this.tree.remove(path, nowNs) : []),
      () => this.tree.add(parentOf(path), { ...spec, name: this.#newName() }, { nowNs }),
      () =>
        kind === "process"
          ? this.tree.replace(path, { ...spec, name: path.slice(path.lastIndexOf("/") + 1) }, nowNs)
          : [],
    ];
    try {
      this.#do(this.#pick(deeds)());
    } catch (error) {
      // What is being removed is no longer known.
      if (!(error instanceof Error && "code" in error && error.code === "CHILD_UNKNOWN"))
        throw error;
    }
    this.#isOperated = false;
  }

  #do(actions: readonly Action[]): void {
    for (const action of actions) this.#check[action.kind](action as never);
  }

  readonly #check = {
    start: (action: Action & { readonly kind: "start" }): void => {
      const { path, epoch, spec } = action;
      const running = [...this.#living.values()];
      assert(!running.some((other) => other.path === path), `one life at a time: ${path}`);
      this.#checkPace(path);
      this.#checkStartsBelowNoEnd(path);
      this.startCount += 1;
      const { graceNs } = spec;
      const startNs = this.#nowNs;
      const fresh = { isUp: false, askedNs: undefined, isToldToEnd: false };
      this.#living.set(epoch, { path, graceNs, startNs, ...fresh });
    },
    ask: ({ path, epoch }: Action): void => {
      const process = this.#living.get(epoch);
      assert(process?.askedNs === undefined, `${path} is asked once`);
      if (process !== undefined) process.askedNs = this.#nowNs;
      if (this.tree.child(parentOf(path))?.state !== "ending" || this.#isOperated) return;
      const siblings = this.#childrenOf(parentOf(path));
      const after = siblings.slice(siblings.findIndex((other) => other.path === path) + 1);
      assert(!after.some(isAlive), `${path} is asked after those behind it have ended`);
    },
    end: (action: Action & { readonly kind: "end" }): void => {
      const process = this.#living.get(action.epoch);
      assert(process !== undefined && !process.isToldToEnd, `${action.path} is ended once`);
      process.isToldToEnd = true;
      if (action.for !== "grace-over") return;
      const { askedNs = Infinity, graceNs } = process;
      assert(this.#nowNs - askedNs >= graceNs, `${action.path} has its grace`);
    },
    started: ({ path }: Action): void => {
      for (const child of this.#childrenOf(path)) {
        // Under one-for-one, one that has started may be on its way up again.
        const isAgain = this.#strategies.get(path) === "one-for-one";
        const isBefore = child.state === "idle" || (child.state === "starting" && !isAgain);
        assert(!isBefore, `${child.path} has started before its supervisor`);
      }
    },
    report: (action: Action & { readonly kind: "report" }): void => {
      const { path, epoch, parent } = action;
      for (const other of this.#living.values()) {
        const isBelow = other.path === path || other.path.startsWith(`${path}/`);
        // An action later in the same list may start it again; those are not living yet.
        assert(!isBelow, `nothing runs below ${path} when its end is reported`);
      }
      if (action.isAcknowledgeDue && parent !== undefined) {
        this.#unacknowledged.push({ parent, child: epoch });
      }
    },
  };

  /** A program that was not asked yet may go on with its work, children of its own included. */
  #checkStartsBelowNoEnd(path: string): void {
    if (!this.#strategies.has(parentOf(path))) return;
    for (let above = parentOf(path); above !== ""; above = parentOf(above)) {
      assert(this.tree.child(above)?.state !== "ending", `${path} starts below what is ending`);
    }
  }

  /** A second death in a row is not followed by a start before the least delay is over. */
  #checkPace(path: string): void {
    const deathNs = this.#deathNs.get(path);
    const view = this.tree.child(path);
    if (deathNs === undefined || this.#strategies.get(parentOf(path)) !== "one-for-one") return;
    this.#deathNs.delete(path);
    const isAgain = view !== undefined && view.restartCount > 1;
    const isParentOld = this.#upSinceOf(parentOf(path)) < deathNs;
    if (isAgain && isParentOld) assert(this.#nowNs - deathNs >= 100e6, `${path} is paced`);
  }

  readonly #startedNs = new Map<string, { epoch: number; atNs: number }>();

  /** When the present life of a supervisor was first seen. */
  #upSinceOf(path: string): number {
    const epoch = this.tree.child(path)?.epoch ?? 0;
    const known = this.#startedNs.get(path);
    if (known?.epoch === epoch) return known.atNs;
    this.#startedNs.set(path, { epoch, atNs: this.#nowNs });
    return this.#nowNs;
  }

  #checkAll(): void {
    const views = [...this.tree.children()];
    const byPath = new Map(views.map((view) => [view.path, view]));
    for (const process of this.#living.values()) this.#checkProcess(process, byPath);
    for (const { path, spec } of views) {
      if (spec.kind === "supervisor") this.#checkOrder(path, byPath);
    }
  }

  #checkProcess(process: Living, byPath: ReadonlyMap<string, ChildView>): void {
    const { path, askedNs, graceNs, isToldToEnd } = process;
    const view = byPath.get(path);
    assert(view !== undefined && isAlive(view), `${path} runs and is known`);
    for (let above = parentOf(path); above !== ""; above = parentOf(above)) {
      const state = byPath.get(above);
      assert(state !== undefined && isAlive(state), `${path} is no orphan`);
      if (state.spec.kind === "process" && state.state === "ending" && !isToldToEnd) {
        const isGone = ![...this.#living.values()].some((other) => other.path === above);
        assert(!isGone, `${path} ends with its program`);
      }
    }
    const isLate = askedNs !== undefined && this.#nowNs - askedNs > graceNs;
    assert(!isLate || isToldToEnd, `${path} is ended when its grace is over`);
  }

  /** With an order to keep, none runs to the right of one that has still to come up. */
  #checkOrder(path: string, byPath: ReadonlyMap<string, ChildView>): void {
    const children = this.#childrenOf(path, byPath);
    const strategy = this.#strategies.get(path);
    const starting = children.findIndex(({ state }) => state === "starting");
    const after = starting < 0 ? [] : children.slice(starting + 1);
    const isStrict = strategy === "one-for-all" || strategy === "rest-for-one";
    if (isStrict)
      assert(!after.some(({ state }) => state === "starting"), `${path} starts in order`);
  }

  #childrenOf(path: string, byPath?: ReadonlyMap<string, ChildView>): readonly ChildView[] {
    const views = byPath?.values() ?? this.tree.children();
    return [...views].filter((view) => parentOf(view.path) === path);
  }

  #noteStrategies(spec: ChildSpec, above: string): void {
    if (spec.kind === "process") return;
    const path = above === "" ? spec.name : `${above}/${spec.name}`;
    this.#strategies.set(path, spec.strategy);
    for (const child of spec.children) this.#noteStrategies(child, path);
  }

  #someone(): Epoch | undefined {
    const epochs = [...this.#living.keys()];
    return epochs.length === 0 ? undefined : this.#pick(epochs);
  }

  #newName(): string {
    this.#nameCount += 1;
    return `n${this.#nameCount}`;
  }

  #chance(part: number): boolean {
    return this.#random.next() / 2 ** 32 < part;
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#random.below(list.length)] as T;
  }
}

function isAlive({ state }: ChildView): boolean {
  return state === "starting" || state === "up" || state === "ending";
}
