/** How children come up: one after another, when it is their time and their share is paid. */
import type { Plan } from "./plan.ts";
import { type TreeNode, leftmost } from "./tree-node.ts";

/** Starts a node that is not alive: a process now, a supervisor's children from the left. */
export function start(plan: Plan, node: TreeNode, isRestart: boolean): void {
  const { parent, path, spec } = node;
  node.cancelWait();
  const epoch = plan.begin(node, isRestart);
  node.state = "starting";
  if (parent !== undefined) parent.brood.aliveCount += 1;
  if (spec.kind === "process") {
    plan.act({ kind: "start", path, epoch, spec });
    return;
  }
  openBrood(node);
  plan.attend(node);
}

function openBrood({ brood, life }: TreeNode): void {
  for (let child = brood.first; child !== undefined; child = child.next) {
    child.hasStarted = false;
    child.ownWindow = undefined;
    if (child.state === "done") child.state = "idle";
  }
  brood.cursor = brood.first;
  brood.isRestart = life.isRestart;
  brood.restartNs = 0;
  brood.window.clear();
}

/** Goes on with starting a supervisor's children, as far as is possible now. */
export function advanceStart(plan: Plan, supervisor: TreeNode): void {
  const { brood } = supervisor;
  if (brood.restartNs > plan.nowNs) return waitForGroup(plan, supervisor);
  let child = brood.cursor;
  while (child !== undefined && isPassed(child)) child = child.next;
  brood.cursor = child;
  if (child === undefined) completeStart(plan, supervisor);
  else if (child.state === "idle") startWhenPaid(plan, child, brood.isRestart);
}

/** Those before the cursor have started once, or are down for good. */
function isPassed(child: TreeNode): boolean {
  return child.hasStarted || child.state === "done" || child.state === "held";
}

function waitForGroup(plan: Plan, supervisor: TreeNode): void {
  supervisor.cancelWait();
  const alarm = plan.alarms.set(supervisor.brood.restartNs, () => plan.attend(supervisor));
  supervisor.stopWaiting = () => (alarm.isOff = true);
}

function completeStart(plan: Plan, supervisor: TreeNode): void {
  supervisor.brood.isRestart = false;
  if (supervisor.state !== "starting") return;
  const { path, life } = supervisor;
  plan.act({ kind: "started", path, epoch: life.epoch });
  noteStarted(plan, supervisor);
}

/** The node is up; the sibling after it may have waited for that. */
export function noteStarted(plan: Plan, node: TreeNode): void {
  node.state = "up";
  node.hasStarted = true;
  node.life.upNs = plan.nowNs;
  if (node.parent?.brood.cursor === node) plan.attend(node.parent);
}

/**
 * Starts a node now, or when it has paid for what its last restarts cost. Below what is ending it
 * does not start: its own parent may not have been asked yet, but is going to be.
 */
function startWhenPaid(plan: Plan, node: TreeNode, isRestart: boolean): void {
  if (isBelowEnding(node)) return;
  const account = node.payer?.account;
  const isFree = !isRestart || node.spec.kind === "supervisor";
  if (isFree || account === undefined || account.isPaid) return start(plan, node, isRestart);
  node.cancelWait();
  node.state = "waiting";
  const whenPaid = (): void => void plan.paid.push(node);
  (account.whenPaid ??= new Set()).add(whenPaid);
  node.stopWaiting = () => account.whenPaid?.delete(whenPaid);
}

function isBelowEnding({ parent }: TreeNode): boolean {
  for (let above = parent; above !== undefined; above = above.parent) {
    if (above.state === "ending") return true;
  }
  return false;
}

/** Starts a node anew after `delayNs`. */
export function restartAfter(plan: Plan, node: TreeNode, delayNs: number): void {
  if (delayNs <= 0) return startWhenPaid(plan, node, true);
  node.state = "waiting";
  node.restartNs = plan.nowNs + delayNs;
  const alarm = plan.alarms.set(node.restartNs, () => endWait(plan, node));
  node.stopWaiting = () => (alarm.isOff = true);
}

/** What the node waited for has come; it starts, unless its parent has other plans by now. */
export function endWait(plan: Plan, node: TreeNode): void {
  if (node.state !== "waiting") return;
  const { parent } = node;
  node.state = "idle";
  node.restartNs = undefined;
  if (parent?.isActive === true && !isSwept(node, parent)) startWhenPaid(plan, node, true);
}

/** Whether it is among those that are ended now, one after another, to be started anew. */
export function isSwept(node: TreeNode, { brood: { sweep } }: TreeNode): boolean {
  return sweep !== undefined && !node.isLeftOf(sweep.from);
}

/**
 * Who is to be up first before a node starts that stands idle, or one above it does: the innermost
 * of them, for a supervisor waits for its own children. Nothing of one that waits for nobody.
 */
export function waitedFor(node: TreeNode): TreeNode | undefined {
  let at = node;
  for (let { parent } = at; parent !== undefined; { parent } = at) {
    if (at.state !== "idle" || at.hasStarted) return undefined;
    if (parent.isActive) return startedBefore(at, parent);
    at = parent;
  }
  return undefined;
}

function startedBefore(node: TreeNode, { brood: { cursor } }: TreeNode): TreeNode | undefined {
  if (cursor === undefined || !cursor.isLeftOf(node)) return undefined;
  let first = cursor;
  for (
    let next = first.brood.cursor;
    next !== undefined && first.isActive;
    next = next.brood.cursor
  ) {
    first = next;
  }
  return first;
}

/** The operator wants this child up: it is started afresh, when those before it have started. */
export function revive(plan: Plan, node: TreeNode): void {
  const { parent } = node;
  node.cancelWait();
  node.forgive();
  node.state = "idle";
  node.hasStarted = false;
  if (parent?.isActive !== true) return;
  parent.brood.cursor = leftmost(parent.brood.cursor, node);
  plan.attend(parent);
}
