/** Only tests import this file: a tree whose processes do what the test says, and time with it. */
import type { ExitReason } from "#core/sys";
import type { Action, Epoch } from "./action.ts";
import { describeEnd } from "./end-reason.ts";
import type { SupervisionNumbers } from "./pace.ts";
import type { RestartShare } from "./restart-share.ts";
import type { ChildSpec, ProcessChildSpec, SupervisorSpec } from "./spec.ts";
import { Tree } from "./tree.ts";

export const second = 1e9;
export const failing: ExitReason = { kind: "exited", code: 1 };
export const finished: ExitReason = { kind: "exited", code: 0 };
const killed: ExitReason = { kind: "killed", by: { who: "the tree" } };

export function worker(name: string, spec: Partial<ProcessChildSpec> = {}): ProcessChildSpec {
  return { kind: "process", name, restart: "always", graceNs: 5 * second, ...spec };
}

export function supervisor(
  name: string,
  children: readonly ChildSpec[],
  spec: Partial<SupervisorSpec> = {},
): SupervisorSpec {
  const strategy = "one-for-one";
  return { kind: "supervisor", name, restart: "always", strategy, children, ...spec };
}

/**
 * Does what the tree says, and writes it down. Processes start at once, end at once when asked,
 * and otherwise live; those that the test calls slow wait for `start` and `die`.
 */
export class Stage {
  readonly tree: Tree;
  readonly epochs: Map<string, Epoch> = new Map<string, Epoch>();
  readonly slowToStart: Set<string> = new Set<string>();
  readonly slowToEnd: Set<string> = new Set<string>();
  nowNs = 0;
  /** What a process has computed that ends because the tree wants it. */
  cpuNs = 0;
  #done: Action[] = [];

  constructor(
    spec: SupervisorSpec,
    options: {
      readonly chance?: number;
      readonly share?: RestartShare;
      readonly numbers?: SupervisionNumbers;
    } = {},
  ) {
    const { chance = 0, ...ports } = options;
    this.tree = new Tree(spec, { chance: () => chance, ...ports });
  }

  /** A stage whose tree is up, with nothing written down yet. */
  static up(...parameters: ConstructorParameters<typeof Stage>): Stage {
    const stage = new Stage(...parameters);
    stage.do(stage.tree.begin(0));
    stage.take();
    return stage;
  }

  /** What was written down since the last time. */
  take(): readonly string[] {
    return this.#done.splice(0).map(lineOf);
  }

  /** Only the last of it: the reasons in a very deep tree are long. */
  takeLast(): string {
    const last = this.#done.splice(0).at(-1);
    return last === undefined ? "" : lineOf(last);
  }

  epoch(path: string): Epoch {
    const epoch = this.epochs.get(path);
    if (epoch === undefined) throw new Error(`${path} never started`);
    return epoch;
  }

  start(path: string): void {
    this.do(this.tree.started(this.epoch(path), this.nowNs));
  }

  die(path: string, reason: ExitReason = failing, cpuNs = 0): void {
    this.do(this.tree.ended(this.epoch(path), { reason, cpuNs }, this.nowNs));
  }

  /** Lets a program start a child of its own. */
  spawn(parent: string, spec: ChildSpec): void {
    const answer = this.tree.spawn(this.epoch(parent), spec, this.nowNs);
    if (!("actions" in answer)) throw new Error(`not spawned: ${answer.name}`);
    this.do(answer.actions);
  }

  /** Lets time pass, and what is due in it happen at its time. */
  wait(durationNs: number): void {
    const untilNs = this.nowNs + durationNs;
    while (this.tree.nextDueNs <= untilNs) {
      this.nowNs = Math.max(this.nowNs, this.tree.nextDueNs);
      this.do(this.tree.due(this.nowNs));
    }
    this.nowNs = untilNs;
  }

  do(actions: readonly Action[]): void {
    const rest = [...actions];
    for (const action of rest) {
      this.#done.push(action);
      rest.push(...this.#answer(action));
    }
  }

  #answer(action: Action): readonly Action[] {
    const { kind, path, epoch } = action;
    const { tree, nowNs } = this;
    if (kind === "start") this.epochs.set(path, epoch);
    if (kind === "start" && !this.slowToStart.has(path)) return tree.started(epoch, nowNs);
    if (kind === "ask" && !this.slowToEnd.has(path)) {
      return tree.ended(epoch, { reason: finished, cpuNs: this.cpuNs }, nowNs);
    }
    if (kind === "end" && !this.slowToEnd.has(`${path}!`)) {
      return tree.ended(epoch, { reason: killed, cpuNs: this.cpuNs }, nowNs);
    }
    return [];
  }
}

/** `start app/a`, `end app/a grace-over`, `failed app/a exited(1)`, `ended app/a exited(0)`. */
function lineOf(action: Action): string {
  const { kind, path } = action;
  if (kind === "end") return `end ${path} ${action.for}`;
  if (kind !== "report") return `${kind} ${path}`;
  return `${action.isFailure ? "failed" : "ended"} ${path} ${describeEnd(action.reason)}`;
}
