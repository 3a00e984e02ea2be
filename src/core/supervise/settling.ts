/** What follows when a node and all below it have ended. */
import type { Epoch } from "./action.ts";
import { type ChildEnd, type EndReason, isFailure } from "./end-reason.ts";
import { endAndRestart, endAtOnce, endInOrder } from "./ending.ts";
import type { Plan } from "./plan.ts";
import { RestartWindow } from "./restart-window.ts";
import type { ChildSpec, GiveUp, RestartType, Strategy } from "./spec.ts";
import { isSwept, restartAfter, revive, start } from "./starting.ts";
import type { TreeNode } from "./tree-node.ts";

/** An end that is complete, of a node that stands idle again. */
interface Ended {
  readonly node: TreeNode;
  readonly reason: EndReason;
  readonly isFailure: boolean;
  readonly isAsked: boolean;
  readonly upNs: number;
}

type HowItEnded = Pick<Ended, "isFailure">;

const restartsAfter: Readonly<Record<RestartType, (ended: HowItEnded) => boolean>> = {
  always: () => true,
  "on-failure": (ended) => ended.isFailure,
  never: () => false,
};

/** Whether a child that is done would not be, had its spec been this one from the start. */
export function isWantedAfterAll({ state, life, parent }: TreeNode, spec: ChildSpec): boolean {
  if (state !== "done" || parent === undefined) return false;
  const hasFailed = !life.isEndAsked && isFailure(life.cause ?? { kind: "ended" });
  return restartsAfter[spec.restart]({ isFailure: hasFailed });
}

/** From which sibling on all are ended and started anew; none: only the child itself is. */
const reachOf: Readonly<Record<Strategy, (node: TreeNode) => TreeNode | undefined>> = {
  "one-for-one": () => undefined,
  "one-for-all": (node) => node.parent?.brood.first,
  "rest-for-one": (node) => node,
};

/** Whom a restart of this child takes along, counted from the left. */
export function restartReach(node: TreeNode): TreeNode | undefined {
  const parent = node.parent?.spec;
  return parent?.kind === "supervisor" ? reachOf[parent.strategy](node) : undefined;
}

/** Ends the life of a node of which nothing is left; expects it to be `ending`. */
export function settle(plan: Plan, node: TreeNode): void {
  const { life, parent, path } = node;
  const reason: EndReason = life.cause ?? { kind: "ended" };
  const ended: Ended = {
    node,
    reason,
    isFailure: !life.isEndAsked && isFailure(reason),
    isAsked: life.isEndAsked,
    upNs: life.upNs === undefined ? 0 : plan.nowNs - life.upNs,
  };
  node.cancelWait();
  node.state = "idle";
  plan.forget(life.epoch);
  for (const { alarm } of node.brood.unacknowledged?.values() ?? []) alarm.isOff = true;
  node.brood.unacknowledged = undefined;
  if (parent !== undefined) parent.brood.aliveCount -= 1;
  const isAcknowledgeDue =
    ended.isFailure && parent?.spec.kind === "process" && parent.isActive === true;
  plan.act({
    kind: "report",
    path,
    epoch: life.epoch,
    spec: node.spec,
    parent: parent?.life.epoch,
    reason,
    isFailure: ended.isFailure,
    isAcknowledgeDue,
  });
  if (isAcknowledgeDue) awaitAcknowledgement(plan, parent, life.epoch, { path, reason });
  follow(plan, ended);
}

/** Wishes of the operator first, then plans of the parent, then its policy. */
function follow(plan: Plan, ended: Ended): void {
  const { node } = ended;
  const { parent, wishes } = node;
  const isWanted = wishes.isStart;
  wishes.isStart = false;
  if (wishes.isRemoved || parent?.spec.kind === "process") {
    node.remove();
    if (parent !== undefined) plan.attend(parent);
    return;
  }
  if (wishes.spec !== undefined) {
    node.become(wishes.spec);
    wishes.spec = undefined;
  }
  if (parent === undefined) {
    node.state = "done";
    if (isWanted) start(plan, node, false);
  } else if (!parent.isActive) {
    node.state = wishes.isHeld ? "held" : "idle";
    plan.attend(parent);
  } else if (wishes.isHeld) {
    node.state = "held";
    plan.attend(parent);
  } else if (isSwept(node, parent)) {
    if (!isWanted && isOver(ended)) node.state = "done";
    plan.attend(parent);
  } else if (isWanted) {
    revive(plan, node);
  } else {
    applyPolicy(plan, ended, parent);
  }
}

/** Not to be started again with its siblings: it may run once only, or has done its work. */
function isOver(ended: Ended): boolean {
  const { spec } = ended.node;
  return spec.restart === "never" || (!ended.isAsked && !restartsAfter[spec.restart](ended));
}

function applyPolicy(plan: Plan, ended: Ended, parent: TreeNode): void {
  const { node, reason } = ended;
  if (parent.spec.kind !== "supervisor") return;
  if (!restartsAfter[node.spec.restart](ended)) {
    node.state = "done";
    plan.attend(parent);
    return;
  }
  const giveUp = node.life.isBlameless ? undefined : spentPatience(plan, node, parent);
  if (giveUp !== undefined) {
    return failSupervisor(plan, parent, { giveUp, last: { path: node.path, reason } });
  }
  const { chance, numbers } = plan.ports;
  const delayNs = node.pace.next({ upNs: ended.upNs, chance: chance(), numbers });
  const from = restartReach(node);
  if (from === undefined) return restartAfter(plan, node, delayNs);
  const restartNs = Math.max(parent.brood.restartNs, plan.nowNs + delayNs);
  endAndRestart(plan, from, { restartNs, isRestart: true });
}

/** Whose restarts are too many now, its supervisor's in all or its own; both count this one. */
function spentPatience(plan: Plan, node: TreeNode, parent: TreeNode): GiveUp | undefined {
  const ofAll = parent.spec.kind === "supervisor" ? parent.spec.giveUp : undefined;
  const ofOne = node.spec.kind === "process" ? node.spec.giveUp : undefined;
  const isAllOver = ofAll !== undefined && parent.brood.window.isTooMany(plan.nowNs, ofAll);
  if (ofOne !== undefined) {
    node.ownWindow ??= new RestartWindow();
    if (node.ownWindow.isTooMany(plan.nowNs, ofOne)) return ofOne;
  }
  return isAllOver ? ofAll : undefined;
}

/** A supervisor gives up: it ends what it has, and then its own parent sees it fail. */
function failSupervisor(
  plan: Plan,
  supervisor: TreeNode,
  why: { readonly giveUp: GiveUp; readonly last: ChildEnd },
): void {
  supervisor.life.cause = { kind: "gave-up", ...why };
  endInOrder(plan, supervisor);
}

function awaitAcknowledgement(plan: Plan, program: TreeNode, child: Epoch, end: ChildEnd): void {
  const dueNs = plan.nowNs + plan.ports.numbers.acknowledgeNs;
  const alarm = plan.alarms.set(dueNs, () => {
    if (!program.isActive) return;
    program.life.cause = { kind: "unacknowledged", child: end };
    endAtOnce(plan, program, "unacknowledged");
  });
  (program.brood.unacknowledged ??= new Map()).set(child, { alarm });
}
