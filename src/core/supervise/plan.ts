import type { Action, Epoch } from "./action.ts";
import { Alarms } from "./alarms.ts";
import type { SupervisionNumbers } from "./pace.ts";
import type { RestartShare } from "./restart-share.ts";
import type { TreeNode } from "./tree-node.ts";

/** What comes into a tree from outside, but for the events. */
export interface PlanPorts {
  /** A number from 0 up to, but not including, 1. */
  readonly chance: () => number;
  readonly share: RestartShare;
  readonly numbers: SupervisionNumbers;
}

/**
 * What one tree is about to do: the actions of this event, the nodes still to be looked at, and
 * all that is to happen later. What one node does to another goes through `attend`, so that no
 * depth of the tree is a depth of the stack.
 */
export class Plan {
  readonly ports: PlanPorts;
  readonly alarms: Alarms = new Alarms();
  /** Nodes that have paid for their restarts; another tree's event may have added them. */
  readonly paid: TreeNode[] = [];
  readonly #alive = new Map<Epoch, TreeNode>();
  readonly #attended: TreeNode[] = [];
  #actions: Action[] = [];
  #nowNs = 0;
  #lastEpoch = 0;

  constructor(ports: PlanPorts) {
    this.ports = ports;
  }

  get nowNs(): number {
    return this.#nowNs;
  }

  /** Time never goes back, whatever the caller says. */
  set nowNs(nowNs: number) {
    this.#nowNs = Math.max(this.#nowNs, nowNs);
  }

  act(action: Action): void {
    this.#actions.push(action);
  }

  takeActions(): readonly Action[] {
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }

  /** Something changed for this node: look what it has to do next. */
  attend(node: TreeNode): void {
    this.#attended.push(node);
  }

  /** Looks at all nodes that are to be attended to, also those that are added meanwhile. */
  drain(look: (node: TreeNode) => void): void {
    for (let index = 0; index < this.#attended.length; index++) {
      look(this.#attended[index] as TreeNode);
    }
    this.#attended.length = 0;
  }

  /** Begins a new life of the node, with an epoch of its own. */
  begin(node: TreeNode, isRestart: boolean): Epoch {
    this.#lastEpoch += 1;
    const epoch = this.#lastEpoch as Epoch;
    node.beginLife(epoch, isRestart);
    this.#alive.set(epoch, node);
    return epoch;
  }

  /** The node whose life this is now; `undefined` for an epoch that is over. */
  alive(epoch: Epoch): TreeNode | undefined {
    return this.#alive.get(epoch);
  }

  forget(epoch: Epoch): void {
    this.#alive.delete(epoch);
  }
}
