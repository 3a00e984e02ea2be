import type { Action, ChildSpec, SupervisorSpec, Tree, WantedChild } from "#core/supervise";
import type { LeafSpec } from "./tree-of.ts";

/** The change of one tree, at one moment. */
interface Change {
  readonly tree: Tree;
  readonly nowNs: number;
  /** Names of the manifest whose processes need a new start. */
  readonly restarted: ReadonlySet<string>;
}

/** What was changed so far. */
interface Done {
  /** Where something is to start. */
  readonly startedPaths: string[];
  /** Supervisors that are down for good. */
  readonly donePaths: string[];
}

/**
 * Makes a running tree what another spec says: ends what is not wanted any more, starts what is
 * new, and leaves alone what stays. Children are known by their names below one parent. It is
 * compared with what the tree is about to be, for changes made before may still be under way.
 */
export function changeTree(change: Change, after: SupervisorSpec): readonly Action[] {
  return change.tree.together(change.nowNs, () => {
    const done: Done = { startedPaths: [], donePaths: [] };
    const rest = [{ path: after.name, after }];
    for (let pair = rest.pop(); pair !== undefined; pair = rest.pop()) {
      rest.push(...changeSupervisor(change, pair, done));
    }
    reviveSupervisors(change, done);
  });
}

interface Pair {
  readonly path: string;
  readonly after: SupervisorSpec;
}

/** Answers the supervisors below that stay, to be changed in turn. */
function changeSupervisor(change: Change, { path, after }: Pair, done: Done): readonly Pair[] {
  const { tree, nowNs } = change;
  const standing = tree.child(path);
  if (standing !== undefined && !isSame(ownOf(standing.spec), ownOf(after))) {
    tree.configure(path, after, nowNs);
  }
  if (tree.child(path)?.state === "done") done.donePaths.push(path);
  const known = new Map(tree.wanted(path).map((child) => [child.spec.name, child]));
  const wanted = new Set(after.children.map(({ name }) => name));
  for (const name of [...known.keys()].toReversed()) {
    if (!wanted.has(name)) tree.remove(`${path}/${name}`, nowNs);
  }
  const below: Pair[] = [];
  for (const child of after.children) {
    const childPath = `${path}/${child.name}`;
    const old = known.get(child.name);
    const deed = old === undefined ? "add" : deedFor(change, old, child);
    if (deed === "go-below") below.push({ path: childPath, after: child as SupervisorSpec });
    else if (deed === "configure") tree.configure(childPath, child, nowNs);
    else if (deed === "replace") tree.replace(childPath, child, nowNs);
    else if (deed === "add") tree.add(path, child, { nowNs });
    if (deed === "replace" || deed === "add") done.startedPaths.push(childPath);
  }
  putInOrder(change, path, after);
  return below;
}

type Deed = "go-below" | "configure" | "replace" | "nothing";

function deedFor({ restarted }: Change, { spec, isToCome }: WantedChild, after: ChildSpec): Deed {
  // Who has still to come comes as the newest manifest says, whatever the process is to be.
  if (isToCome) return isSame(spec, after) ? "nothing" : "replace";
  if (spec.kind !== after.kind) return "replace";
  if (after.kind === "supervisor") return "go-below";
  if (restarted.has((after as LeafSpec).process)) return "replace";
  return isSame(spec, after) ? "nothing" : "configure";
}

function putInOrder({ tree, nowNs }: Change, path: string, { children }: SupervisorSpec): void {
  const found = tree.wanted(path).map(({ spec }) => spec.name);
  const order = children.map(({ name }) => name);
  if (!isSame(found, order)) tree.reorder(path, order, nowNs);
}

/** What is to start below a supervisor that gave up, or was done, wants that up again. */
function reviveSupervisors({ tree, nowNs }: Change, done: Done): void {
  for (const path of done.donePaths) {
    const isChanged = done.startedPaths.some((started) => started.startsWith(`${path}/`));
    const isStillDone = tree.child(path)?.state === "done";
    if (isChanged && isStillDone) tree.restart(path, nowNs);
  }
}

/** What a child is without its own children. */
function ownOf(spec: ChildSpec): ChildSpec {
  return spec.kind === "process" ? spec : { ...spec, children: [] };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
