import { assert } from "#core/base";
import { errno, type Errno, type ExitReason } from "#core/sys";
import type { Action, Epoch } from "./action.ts";
import { advanceSweep, ask, endAndRestart, endAtOnce } from "./ending.ts";
import { defaultNumbers, type SupervisionNumbers } from "./pace.ts";
import { Plan } from "./plan.ts";
import { RestartShare } from "./restart-share.ts";
import { isWantedAfterAll, restartReach, settle } from "./settling.ts";
import { type ChildSpec, findSpecProblem, type SupervisorSpec } from "./spec.ts";
import { advanceStart, endWait, noteStarted, revive, start, waitedFor } from "./starting.ts";
import {
  applyOrder,
  buildBelow,
  buildNode,
  leftmost,
  type NodeState,
  type TreeNode,
  type WantedChild,
  wantedIn,
} from "./tree-node.ts";
import { childExists, childNotDeclared, childUnknown, specInvalid } from "./refusals.ts";

/** One child as it stands, for a list of them. */
export interface ChildView {
  readonly path: string;
  readonly spec: ChildSpec;
  readonly state: NodeState;
  /** Of its present or last life; 0 before the first. */
  readonly epoch: Epoch;
  /** Restarts in a row, without a stable time between them. */
  readonly restartCount: number;
  /** While it waits for its pace: when it is to start. */
  readonly restartNs: number | undefined;
  /** While it is idle for its turn to start: the path of who is to be up first. */
  readonly waitsFor: string | undefined;
}

/**
 * One tree of supervisors and processes, as a plan: it is told what happened and when, and answers
 * what is to be done, in order. It does nothing itself and never looks at a clock. Several trees
 * of one executor take one `RestartShare`.
 */
export class Tree {
  readonly #plan: Plan;
  readonly #root: TreeNode;
  #isTogether = false;

  /** Throws `SPEC_INVALID`. */
  constructor(
    spec: SupervisorSpec,
    ports: {
      /** A number from 0 up to, but not including, 1. */
      readonly chance: () => number;
      readonly share?: RestartShare;
      readonly numbers?: SupervisionNumbers;
    },
  ) {
    const problem = findSpecProblem(spec);
    if (problem !== undefined) throw specInvalid(problem);
    const { chance, share = new RestartShare(), numbers = defaultNumbers } = ports;
    this.#plan = new Plan({ chance, share, numbers });
    this.#root = buildNode(spec);
  }

  /** When `due` is to be called at the latest; `Infinity` when nothing is to happen by itself. */
  get nextDueNs(): number {
    const { alarms, paid, ports, nowNs } = this.#plan;
    if (paid.length > 0) return nowNs;
    return Math.min(alarms.nextDueNs, ports.share.nextPaidNs);
  }

  /** Nothing of the tree is alive or on its way. */
  get hasEnded(): boolean {
    return !this.#root.isAlive;
  }

  /** Every child, parents before their children, siblings from left to right. */
  *children(): Generator<ChildView> {
    const rest = [this.#root];
    for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
      yield viewOf(node);
      for (let child = node.brood.last; child !== undefined; child = child.previous) {
        rest.push(child);
      }
    }
  }

  /** The child at a path; `undefined` when there is none. */
  child(path: string): ChildView | undefined {
    const node = this.#find(path);
    return node === undefined ? undefined : viewOf(node);
  }

  /**
   * What is to stand below a supervisor, from left to right, once all that was asked for is done;
   * nothing where there is no supervisor.
   */
  wanted(path: string): readonly WantedChild[] {
    const brood = this.#find(path)?.brood;
    return brood === undefined ? [] : wantedIn(brood);
  }

  /** Starts the tree. Without effect while any of it is alive. */
  begin(nowNs: number): readonly Action[] {
    return this.#change(nowNs, (plan) => {
      if (!this.#root.isAlive) start(plan, this.#root, false);
    });
  }

  /** The process of this epoch is up. */
  started(epoch: Epoch, nowNs: number): readonly Action[] {
    return this.#change(nowNs, (plan) => {
      const node = plan.alive(epoch);
      if (node?.state === "starting" && node.spec.kind === "process") noteStarted(plan, node);
    });
  }

  /**
   * The process of this epoch has ended, or could not be started. `cpuNs` is what it computed. One
   * that ended for no fault of its own, as with its executor, is blameless: it is paced, and makes
   * nobody give up.
   */
  ended(
    epoch: Epoch,
    end: { readonly reason: ExitReason; readonly cpuNs: number; readonly isBlameless?: boolean },
    nowNs: number,
  ): readonly Action[] {
    return this.#change(nowNs, (plan) => {
      const node = plan.alive(epoch);
      if (node === undefined || node.spec.kind !== "process" || node.life.isProcessGone) return;
      node.life.isProcessGone = true;
      node.life.cause ??= end.reason;
      node.life.isBlameless = end.isBlameless === true;
      chargeShort(plan, node, end.cpuNs);
      endAtOnce(plan, node, "parent-ended");
    });
  }

  /** The program of epoch `parent` has taken note that its child of epoch `child` failed. */
  acknowledged(parent: Epoch, child: Epoch, nowNs: number): readonly Action[] {
    return this.#change(nowNs, (plan) => {
      const pending = plan.alive(parent)?.brood.unacknowledged;
      const note = pending?.get(child);
      if (note === undefined) return;
      note.alarm.isOff = true;
      pending?.delete(child);
    });
  }

  /** Lets happen what is due by now. */
  due(nowNs: number): readonly Action[] {
    return this.#change(nowNs, (plan) => plan.alarms.ring(plan.nowNs));
  }

  /**
   * The program of epoch `parent` starts a child of its own. Answers EPERM when that program is
   * ending or has ended, EEXIST when a child of that name is alive, EINVAL for a bad spec.
   */
  spawn(
    parent: Epoch,
    spec: ChildSpec,
    nowNs: number,
  ): { readonly epoch: Epoch; readonly actions: readonly Action[] } | Errno {
    const program = this.#plan.alive(parent);
    if (program?.isActive !== true || program.spec.kind !== "process") return errno.EPERM;
    if (findSpecProblem(spec) !== undefined) return errno.EINVAL;
    if (program.brood.byName?.has(spec.name)) return errno.EEXIST;
    const child = program.insert(spec);
    buildBelow(child);
    const actions = this.#change(nowNs, (plan) => start(plan, child, program.life.isRestart));
    return { epoch: child.life.epoch, actions };
  }

  /**
   * Adds a child to a supervisor, before a sibling or behind all. In the place of one that is
   * being removed, it starts when that has ended.
   */
  add(
    parentPath: string,
    spec: ChildSpec,
    options: { readonly nowNs: number; readonly before?: string },
  ): readonly Action[] {
    const parent = this.#expect(parentPath);
    if (parent.spec.kind === "process") throw childNotDeclared(parentPath);
    const problem = findSpecProblem(spec);
    if (problem !== undefined) throw specInvalid(problem);
    const { before, nowNs } = options;
    const present = parent.brood.byName?.get(spec.name);
    if (present?.wishes.isRemoved === true) {
      present.wishes = { isHeld: false, isRemoved: false, isStart: true, spec };
      return [];
    }
    if (present !== undefined) throw childExists(`${parentPath}/${spec.name}`);
    const next = before === undefined ? undefined : this.#expect(`${parentPath}/${before}`);
    return this.#change(nowNs, (plan) => {
      const child = parent.insert(spec, next);
      buildBelow(child);
      if (!parent.isActive) return;
      parent.brood.cursor = leftmost(parent.brood.cursor, child);
      plan.attend(parent);
    });
  }

  /** Ends a child in its order and takes it out of the tree. */
  remove(path: string, nowNs: number): readonly Action[] {
    const node = this.#expectDeclared(path);
    return this.#change(nowNs, (plan) => {
      node.wishes.isRemoved = true;
      if (node.isAlive) return ask(plan, node);
      node.cancelWait();
      node.remove();
      if (node.parent !== undefined) plan.attend(node.parent);
    });
  }

  /** Gives a child another spec of the same name: it ends, and starts as that. */
  replace(path: string, spec: ChildSpec, nowNs: number): readonly Action[] {
    const node = this.#expectDeclared(path);
    const problem = findSpecProblem(spec);
    if (problem !== undefined) throw specInvalid(problem);
    if (spec.name !== node.spec.name) throw specInvalid(`"${spec.name}" is to replace "${path}"`);
    return this.#change(nowNs, (plan) => {
      if (node.isAlive) node.wishes.spec = spec;
      else node.become(spec);
      if (!node.wishes.isHeld) this.#restart(plan, node);
      // It starts nothing more of what it was while its siblings are ended before it.
      if (node.isAlive && node.spec.kind === "supervisor") ask(plan, node);
    });
  }

  /**
   * Lets a child be looked after in another way from now on: as what it is, with its present
   * process and, for a supervisor, its present children. One that is done starts again if it would
   * have in this way.
   */
  configure(path: string, spec: ChildSpec, nowNs: number): readonly Action[] {
    const node = path === this.#root.path ? this.#root : this.#expectDeclared(path);
    const problem = findSpecProblem(spec);
    if (problem !== undefined) throw specInvalid(problem);
    const isSame = spec.name === node.spec.name && spec.kind === node.spec.kind;
    if (!isSame) throw specInvalid(`${spec.kind} "${spec.name}" is to be "${path}"`);
    return this.#change(nowNs, (plan) => {
      node.spec = spec;
      if (isWantedAfterAll(node, spec)) revive(plan, node);
    });
  }

  /** Puts a supervisor's children into this order; those it does not name come behind. */
  reorder(path: string, names: readonly string[], nowNs: number): readonly Action[] {
    const node = this.#expect(path);
    if (node.spec.kind === "process") throw childNotDeclared(path);
    return this.#change(nowNs, (plan) => {
      node.brood.order = names;
      plan.attend(node);
    });
  }

  /** Ends a child, if it is alive, and starts it afresh, with those that its strategy names. */
  restart(path: string, nowNs: number): readonly Action[] {
    const node = path === this.#root.path ? this.#root : this.#expectDeclared(path);
    return this.#change(nowNs, (plan) => {
      node.wishes.isHeld = false;
      this.#restart(plan, node);
    });
  }

  /**
   * Ends a child in its order, which then stays down until `restart`; or the whole tree. With
   * `isAtOnce` nobody is asked; `graceNs` is instead of a process's own.
   */
  end(
    path: string,
    options: {
      readonly nowNs: number;
      readonly isAtOnce?: boolean;
      readonly graceNs?: number;
    },
  ): readonly Action[] {
    const node = this.#expect(path);
    return this.#change(options.nowNs, (plan) => {
      node.wishes.isHeld = node !== this.#root;
      node.wishes.isStart = false;
      if (node.isAlive) {
        node.life.isEndAsked = true;
        if (options.isAtOnce === true) endAtOnce(plan, node, "at-once");
        else ask(plan, node, options.graceNs);
      } else if (node.parent !== undefined) {
        node.cancelWait();
        node.state = "held";
        plan.attend(node.parent);
      }
    });
  }

  #restart(plan: Plan, node: TreeNode): void {
    const { parent } = node;
    if (parent === undefined && !node.isAlive) return start(plan, node, false);
    node.forgive();
    node.wishes.isStart = node.isAlive;
    const from = restartReach(node);
    if (from !== undefined && parent?.isActive === true) {
      if (!node.isAlive) node.state = "idle";
      return endAndRestart(plan, from, { restartNs: plan.nowNs, isRestart: false });
    }
    if (node.isAlive) ask(plan, node);
    else revive(plan, node);
  }

  /**
   * Makes all changes that `change` asks of this tree as one: what follows from them is looked for
   * when all are made, so that nothing starts that the next one removes.
   */
  together(nowNs: number, change: () => void): readonly Action[] {
    return this.#change(nowNs, () => {
      this.#isTogether = true;
      try {
        change();
      } finally {
        this.#isTogether = false;
      }
    });
  }

  /** Lets one event have all its consequences, and answers what is to be done. */
  #change(nowNs: number, event: (plan: Plan) => void): readonly Action[] {
    const plan = this.#plan;
    if (this.#isTogether) {
      event(plan);
      return [];
    }
    plan.nowNs = nowNs;
    plan.ports.share.advance(plan.nowNs);
    event(plan);
    plan.drain((node) => look(plan, node));
    for (let node = plan.paid.shift(); node !== undefined; node = plan.paid.shift()) {
      endWait(plan, node);
      plan.drain((other) => look(plan, other));
    }
    return plan.takeActions();
  }

  #find(path: string): TreeNode | undefined {
    const [rootName, ...names] = path.split("/");
    let node: TreeNode | undefined = rootName === this.#root.path ? this.#root : undefined;
    for (const name of names) node = node?.brood.byName?.get(name);
    return node;
  }

  #expect(path: string): TreeNode {
    const node = this.#find(path);
    if (node === undefined || node.wishes.isRemoved) throw childUnknown(path);
    return node;
  }

  #expectDeclared(path: string): TreeNode {
    const node = this.#expect(path);
    if (node.parent?.spec.kind !== "supervisor") throw childNotDeclared(path);
    return node;
  }
}

function viewOf(node: TreeNode): ChildView {
  const { path, spec, state, life, pace, restartNs } = node;
  const waitsFor = waitedFor(node)?.path;
  return {
    path,
    spec,
    state,
    epoch: life.epoch,
    restartCount: pace.restartCount,
    restartNs,
    waitsFor,
  };
}

/** What a node has to do next, now that something changed for it. */
function look(plan: Plan, node: TreeNode): void {
  applyOrder(node);
  if (node.state === "ending") {
    if (!advanceSweep(plan, node)) return;
    applyOrder(node);
    if (node.spec.kind === "process" && !node.life.isProcessGone) return;
    if (node.brood.aliveCount === 0) settle(plan, node);
  } else if (node.isActive && node.spec.kind === "supervisor" && advanceSweep(plan, node)) {
    applyOrder(node);
    advanceStart(plan, node);
  }
}

/** A restarted process that did not last is paid for by the declared child it belongs to. */
function chargeShort(plan: Plan, node: TreeNode, cpuNs: number): void {
  const { payer } = node;
  assert(payer !== undefined, "a process has one who pays for it");
  const { upNs } = payer.life;
  const { share, numbers } = plan.ports;
  const isShort = upNs === undefined || plan.nowNs - upNs < numbers.shortNs;
  if (node.life.isRestart && isShort) share.charge(payer.account, cpuNs, plan.nowNs);
}
