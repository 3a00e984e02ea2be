/** How children go down: asked one after another from the right, or ended all at once. */
import type { EndedFor } from "./action.ts";
import type { Plan } from "./plan.ts";
import { type TreeNode, leftmost } from "./tree-node.ts";

/**
 * Asks a node that is alive to end, and all below it in their order. A process may be given
 * another grace than its own.
 */
export function ask(plan: Plan, node: TreeNode, givenNs?: number): void {
  node.life.isEndAsked = true;
  if (node.state === "ending") return;
  if (node.spec.kind === "supervisor") return endInOrder(plan, node);
  const { path, life, spec } = node;
  const graceNs = givenNs ?? spec.graceNs;
  if (graceNs <= 0) return endAtOnce(plan, node, "no-grace");
  node.state = "ending";
  plan.act({ kind: "ask", path, epoch: life.epoch, graceNs });
  if (graceNs === Infinity) return;
  const dueNs = plan.nowNs + graceNs;
  const alarm = plan.alarms.set(dueNs, () => endAtOnce(plan, node, "grace-over"));
  node.stopWaiting = () => (alarm.isOff = true);
}

/** Lets a supervisor end its children, the last one first, and then itself. */
export function endInOrder(plan: Plan, supervisor: TreeNode): void {
  const { brood } = supervisor;
  supervisor.cancelWait();
  supervisor.state = "ending";
  brood.cursor = undefined;
  brood.sweep =
    brood.first === undefined
      ? undefined
      : { from: brood.first, at: brood.sweep?.at ?? brood.last };
  plan.attend(supervisor);
}

/**
 * Ends a node and all below it without asking, deepest first. Whoever is below is ended for the
 * node's sake; whether the node itself was asked for is the caller's to say.
 */
export function endAtOnce(plan: Plan, node: TreeNode, why: EndedFor): void {
  const subtree = [node];
  for (const each of subtree) {
    for (let child = each.brood.first; child !== undefined; child = child.next) {
      if (child.isAlive || child.state === "waiting") subtree.push(child);
    }
  }
  for (const each of subtree.reverse()) {
    each.cancelWait();
    if (each.state === "waiting") each.state = "idle";
    if (!each.isAlive) continue;
    if (each !== node) each.life.isEndAsked = true;
    each.state = "ending";
    each.brood.cursor = undefined;
    each.brood.sweep = undefined;
    sendEnd(plan, each, each === node ? why : "parent-ended");
    plan.attend(each);
  }
}

function sendEnd(plan: Plan, { path, life, spec }: TreeNode, why: EndedFor): void {
  if (spec.kind === "supervisor" || life.isProcessGone || life.isEndSent) return;
  life.isEndSent = true;
  plan.act({ kind: "end", path, epoch: life.epoch, for: why });
}

/**
 * Has a supervisor end its children from the right down to `from`, and then start them anew in
 * order, not before `restartNs`.
 */
export function endAndRestart(
  plan: Plan,
  from: TreeNode,
  options: { readonly restartNs: number; readonly isRestart: boolean },
): void {
  const { parent } = from;
  if (parent === undefined) return;
  const { brood } = parent;
  parent.cancelWait();
  brood.cursor = leftmost(brood.cursor, from);
  brood.sweep = {
    from: leftmost(brood.sweep?.from, from),
    at: brood.sweep === undefined ? brood.last : brood.sweep.at,
  };
  brood.restartNs = options.restartNs;
  if (options.isRestart) brood.isRestart = true;
  plan.attend(parent);
}

/** Goes on with a sweep; answers whether all that it is about have ended. */
export function advanceSweep(plan: Plan, supervisor: TreeNode): boolean {
  const { sweep } = supervisor.brood;
  if (sweep === undefined) return true;
  for (; sweep.at !== undefined && !sweep.at.isLeftOf(sweep.from); sweep.at = sweep.at.previous) {
    const child = sweep.at;
    if (child.isAlive) {
      ask(plan, child);
      return false;
    }
    child.cancelWait();
    if (child.state === "waiting") child.state = "idle";
    child.hasStarted = false;
  }
  supervisor.brood.sweep = undefined;
  return true;
}
