/** Which ends of a child are followed by a new start. */
export type RestartType = "always" | "on-failure" | "never";

/** Who is started anew with a child: only itself, all its siblings, or those after it. */
export type Strategy = "one-for-one" | "one-for-all" | "rest-for-one";

/** More than `restarts` restarts, of any child or of a certain one, within `withinNs`. */
export interface GiveUp {
  readonly restarts: number;
  readonly withinNs: number;
}

/** A child that is a process. The tree hands the object on unchanged when it is to be started. */
export interface ProcessChildSpec {
  readonly kind: "process";
  /** Unique among siblings; the names from the root down are the child's path. */
  readonly name: string;
  readonly restart: RestartType;
  /** How long it may take to end by itself after it was asked; 0 ends it unasked. */
  readonly graceNs: number;
  /** More restarts of it than that make its supervisor fail; without it, it is paced for ever. */
  readonly giveUp?: GiveUp;
}

/** A child that starts, restarts and ends children of its own. */
export interface SupervisorSpec {
  readonly kind: "supervisor";
  readonly name: string;
  readonly restart: RestartType;
  readonly strategy: Strategy;
  /** Without it, the supervisor never gives up. */
  readonly giveUp?: GiveUp;
  readonly children: readonly ChildSpec[];
}

export type ChildSpec = ProcessChildSpec | SupervisorSpec;

const nameLengthMax = 100;

/** What is wrong with a spec or one below it, for a person; `undefined` when nothing is. */
export function findSpecProblem(spec: ChildSpec): string | undefined {
  const rest: { readonly path: string; readonly spec: ChildSpec }[] = [{ path: spec.name, spec }];
  for (let item = rest.pop(); item !== undefined; item = rest.pop()) {
    const problem = judge(item.spec);
    if (problem !== undefined) return `"${item.path}" ${problem}`;
    if (item.spec.kind === "process") continue;
    for (const child of item.spec.children) {
      rest.push({ path: `${item.path}/${child.name}`, spec: child });
    }
  }
  return undefined;
}

function judge(spec: ChildSpec): string | undefined {
  if (spec.name === "" || spec.name.length > nameLengthMax || spec.name.includes("/")) {
    return `has a name that is empty, longer than ${nameLengthMax}, or has a "/"`;
  }
  if (spec.kind === "process") {
    if (!(spec.graceNs >= 0)) return `has a grace of ${spec.graceNs} ns`;
    return judgeGiveUp(spec.giveUp);
  }
  return judgeGiveUp(spec.giveUp) ?? judgeNames(spec.children);
}

function judgeGiveUp(giveUp: GiveUp | undefined): string | undefined {
  if (giveUp === undefined) return undefined;
  const { restarts, withinNs } = giveUp;
  if (!Number.isInteger(restarts) || restarts < 0) return `gives up after ${restarts} restarts`;
  return withinNs > 0 ? undefined : `gives up within ${withinNs} ns`;
}

function judgeNames(children: readonly ChildSpec[]): string | undefined {
  const names = new Set<string>();
  for (const { name } of children) {
    if (names.has(name)) return `has two children called "${name}"`;
    names.add(name);
  }
  return undefined;
}
