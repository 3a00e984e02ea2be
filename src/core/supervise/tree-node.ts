import { assert } from "#core/base";
import type { Epoch } from "./action.ts";
import type { Alarm } from "./alarms.ts";
import type { EndReason } from "./end-reason.ts";
import { Pace } from "./pace.ts";
import { RestartAccount } from "./restart-share.ts";
import { RestartWindow } from "./restart-window.ts";
import type { ChildSpec } from "./spec.ts";

/**
 * Where a child stands. Alive: `starting` (also a supervisor whose children are), `up`, `ending`.
 * Not alive: `idle` (not its turn, or nothing wants it), `waiting` (for its restart), `done` (ended
 * and not to be restarted), `held` (ended by the operator, until the operator wants it again).
 */
export type NodeState = "idle" | "waiting" | "starting" | "up" | "ending" | "done" | "held";

/** Children being ended from the right, down to `from`, to be started anew or not. */
export interface Sweep {
  from: TreeNode;
  at: TreeNode | undefined;
}

/** What is asked of a node once its present end is complete. */
interface Wishes {
  isHeld: boolean;
  isRemoved: boolean;
  isStart: boolean;
  spec: ChildSpec | undefined;
}

/** How the present or last life of a node goes, and comes to its end. */
interface Life {
  epoch: Epoch;
  /** Started again by the tree, or below one that was. */
  isRestart: boolean;
  /** When it was up. */
  upNs: number | undefined;
  /** Somebody wanted the end: it is no failure, whatever came of it. */
  isEndAsked: boolean;
  isEndSent: boolean;
  /** The first reason for the end counts. */
  cause: EndReason | undefined;
  /** The process itself has ended; children of it may not have. */
  isProcessGone: boolean;
  /** It ended with what it stood on. */
  isBlameless: boolean;
}

const neverStarted = 0 as Epoch;

function newLife(epoch: Epoch, isRestart: boolean): Life {
  return {
    epoch,
    isRestart,
    upNs: undefined,
    isEndAsked: false,
    isEndSent: false,
    cause: undefined,
    isProcessGone: false,
    isBlameless: false,
  };
}

/**
 * What only a node with children has to know: how far it is with starting and ending them. Most
 * nodes are leaves, thousands of them, so maps are made when the first thing goes into them.
 */
class Brood {
  byName: Map<string, TreeNode> | undefined = undefined;
  first: TreeNode | undefined = undefined;
  last: TreeNode | undefined = undefined;
  aliveCount = 0;
  /** The child to be started next; all before it have started, or are not to be. */
  cursor: TreeNode | undefined = undefined;
  sweep: Sweep | undefined = undefined;
  /** The order children are to be in, as soon as none is on its way for the order there is. */
  order: readonly string[] | undefined = undefined;
  /** No child is started by the cursor before this time. */
  restartNs = 0;
  /** What the cursor starts are restarts. */
  isRestart = false;
  readonly window: RestartWindow = new RestartWindow();
  /** Of a program: failures of children that it has not acknowledged. */
  unacknowledged: Map<Epoch, { readonly alarm: Alarm }> | undefined = undefined;
}

/** A child of the tree: its spec, its place among its siblings, and where it stands. */
export class TreeNode {
  readonly parent: TreeNode | undefined;
  readonly path: string;
  /** The declared process that pays for restarts of this one: itself, or the one above it. */
  payer: TreeNode | undefined;
  spec: ChildSpec;
  state: NodeState = "idle";
  life: Life = newLife(neverStarted, false);
  brood: Brood = new Brood();
  wishes: Wishes = { isHeld: false, isRemoved: false, isStart: false, spec: undefined };
  /** Since its parent's start, or since it was last to be started in order. */
  hasStarted = false;
  pace: Pace = new Pace();
  /** Of its own restarts, for a process that may give up. */
  ownWindow: RestartWindow | undefined = undefined;
  account: RestartAccount = new RestartAccount();
  /** Turns off what this node waits for: its pace, its share, or the end of its grace. */
  stopWaiting: (() => void) | undefined = undefined;
  /** When it is to be started again, if that is known while it waits. */
  restartNs: number | undefined = undefined;
  previous: TreeNode | undefined = undefined;
  next: TreeNode | undefined = undefined;
  /** Grows from left to right among siblings, with gaps. */
  #index = 0;

  constructor(spec: ChildSpec, parent: TreeNode | undefined) {
    this.spec = spec;
    this.parent = parent;
    this.path = parent === undefined ? spec.name : `${parent.path}/${spec.name}`;
    this.payer = this.#findPayer();
  }

  #findPayer(): TreeNode | undefined {
    return this.parent?.payer ?? (this.spec.kind === "process" ? this : undefined);
  }

  get isAlive(): boolean {
    return this.state === "starting" || this.state === "up" || this.state === "ending";
  }

  /** Runs, or is on its way up, and nothing wants its end. */
  get isActive(): boolean {
    return this.state === "starting" || this.state === "up";
  }

  isLeftOf(other: TreeNode): boolean {
    return this.#index < other.#index;
  }

  beginLife(epoch: Epoch, isRestart: boolean): void {
    this.life = newLife(epoch, isRestart);
  }

  /** Forgets what was asked of it, and how it fared: the operator wants it afresh. */
  forgive(): void {
    this.pace = new Pace();
    this.account = new RestartAccount();
    this.ownWindow = undefined;
  }

  cancelWait(): void {
    this.restartNs = undefined;
    this.stopWaiting?.();
    this.stopWaiting = undefined;
  }

  /** Takes another spec, and other children with it. Expects not to be alive. */
  become(spec: ChildSpec): void {
    assert(!this.isAlive, "a child that is replaced has ended");
    this.spec = spec;
    this.payer = this.#findPayer();
    this.brood = new Brood();
    buildBelow(this);
  }

  /** Puts a new child before `next`, or behind all. */
  insert(spec: ChildSpec, next?: TreeNode): TreeNode {
    const child = new TreeNode(spec, this);
    const { brood } = this;
    const previous = next === undefined ? brood.last : next.previous;
    child.previous = previous;
    child.next = next;
    child.#index = previous === undefined ? 0 : previous.#index + 1;
    if (previous === undefined) brood.first = child;
    else previous.next = child;
    if (next === undefined) brood.last = child;
    else next.previous = child;
    for (let at = next; at !== undefined; at = at.next) at.#index += 1;
    (brood.byName ??= new Map()).set(spec.name, child);
    return child;
  }

  /** Takes its place among its siblings, which are `all`. */
  standAt(index: number, all: readonly TreeNode[]): void {
    this.#index = index;
    this.previous = all[index - 1];
    this.next = all[index + 1];
  }

  /** Takes itself out from among its siblings. Expects not to be alive. */
  remove(): void {
    assert(!this.isAlive, "a child that is removed has ended");
    const brood = this.parent?.brood;
    assert(brood !== undefined, "the root is not removed");
    const { previous, next } = this;
    if (previous === undefined) brood.first = next;
    else previous.next = next;
    if (next === undefined) brood.last = previous;
    else next.previous = previous;
    brood.byName?.delete(this.spec.name);
    if (brood.cursor === this) brood.cursor = next;
    if (brood.sweep === undefined) return;
    if (brood.sweep.at === this) brood.sweep.at = previous;
    if (brood.sweep.from !== this) return;
    if (next === undefined) brood.sweep = undefined;
    else brood.sweep.from = next;
  }
}

/** Gives a node's children the order it is to have; what starts next is looked for again. */
export function applyOrder({ brood }: TreeNode): void {
  if (brood.order === undefined || brood.sweep !== undefined) return;
  const all = orderedIn(brood);
  brood.order = undefined;
  for (const [index, child] of all.entries()) child.standAt(index, all);
  brood.first = all[0];
  brood.last = all.at(-1);
  if (brood.cursor !== undefined) brood.cursor = brood.first;
}

/** A node's children in the order they are to have. */
function orderedIn(brood: Brood): readonly TreeNode[] {
  const standing: TreeNode[] = [];
  for (let child = brood.first; child !== undefined; child = child.next) standing.push(child);
  if (brood.order === undefined) return standing;
  const named = brood.order.flatMap((name) => brood.byName?.get(name) ?? []);
  const isNamed = new Set(named);
  return [...named, ...standing.filter((child) => !isNamed.has(child))];
}

/** A child as it is wanted. */
export interface WantedChild {
  readonly spec: ChildSpec;
  /** It follows another that has still to end: nothing of it stands in the tree. */
  readonly isToCome: boolean;
}

/** The children of a node as they are wanted, from left to right. */
export function wantedIn(brood: Brood): readonly WantedChild[] {
  return orderedIn(brood)
    .filter(({ wishes }) => !wishes.isRemoved)
    .map(({ spec, wishes }) => ({
      spec: wishes.spec ?? spec,
      isToCome: wishes.spec !== undefined,
    }));
}

/** The more left of two siblings, of which either may be missing. */
export function leftmost(a: TreeNode | undefined, b: TreeNode): TreeNode {
  return a === undefined || b.isLeftOf(a) ? b : a;
}

/** The node of a spec, with all below it. */
export function buildNode(spec: ChildSpec): TreeNode {
  const root = new TreeNode(spec, undefined);
  buildBelow(root);
  return root;
}

/** Makes the nodes below one whose spec has children. */
export function buildBelow(top: TreeNode): void {
  const rest = [top];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (node.spec.kind === "process") continue;
    for (const spec of node.spec.children) rest.push(node.insert(spec));
  }
}
