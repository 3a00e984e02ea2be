import type { Action, ChildSpec, SupervisorSpec, Tree } from "#core/supervise";
import type { LeafSpec } from "./tree-of.ts";

/** From one tree to another, at one moment. */
interface Change {
  readonly tree: Tree;
  readonly nowNs: number;
  /** Names of the manifest whose processes need a new start. */
  readonly restarted: ReadonlySet<string>;
}

/**
 * Makes a running tree what another spec says: ends what is not wanted any more, starts what is
 * new, and leaves alone what stays. Children are known by their names below one parent.
 */
export function changeTree(
  change: Change,
  { before, after }: { readonly before: SupervisorSpec; readonly after: SupervisorSpec },
): readonly Action[] {
  const { tree, nowNs } = change;
  const actions: Action[] = [];
  const rest = [{ path: before.name, before, after }];
  for (let pair = rest.pop(); pair !== undefined; pair = rest.pop()) {
    const { path } = pair;
    if (!isSame(ownOf(pair.before), ownOf(pair.after))) {
      actions.push(...tree.configure(path, pair.after, nowNs));
    }
    const known = new Map(pair.before.children.map((child) => [child.name, child]));
    const wanted = new Set(pair.after.children.map(({ name }) => name));
    for (const name of [...known.keys()].toReversed()) {
      if (!wanted.has(name)) actions.push(...tree.remove(`${path}/${name}`, nowNs));
    }
    for (const child of pair.after.children) {
      const old = known.get(child.name);
      if (old === undefined) actions.push(...tree.add(path, child, { nowNs }));
      else if (old.kind === "supervisor" && child.kind === "supervisor") {
        rest.push({ path: `${path}/${child.name}`, before: old, after: child });
      } else actions.push(...changeChild(change, `${path}/${child.name}`, old, child));
    }
    actions.push(...putInOrder(change, path, pair));
  }
  return actions;
}

function changeChild(
  { tree, nowNs, restarted }: Change,
  path: string,
  before: ChildSpec,
  after: ChildSpec,
): readonly Action[] {
  const isOther = before.kind !== after.kind;
  const isRestarted = after.kind === "process" && restarted.has((after as LeafSpec).process);
  if (isOther || isRestarted) return tree.replace(path, after, nowNs);
  return isSame(before, after) ? [] : tree.configure(path, after, nowNs);
}

/** What was added stands last; whoever is to stand elsewhere is put there. */
function putInOrder(
  { tree, nowNs }: Change,
  path: string,
  { before, after }: { readonly before: SupervisorSpec; readonly after: SupervisorSpec },
): readonly Action[] {
  const order = after.children.map(({ name }) => name);
  const wanted = new Set(order);
  const kept = before.children.map(({ name }) => name).filter((name) => wanted.has(name));
  const isKept = new Set(kept);
  const found = [...kept, ...order.filter((name) => !isKept.has(name))];
  return isSame(found, order) ? [] : tree.reorder(path, order, nowNs);
}

/** What a supervisor is without its children. */
function ownOf(spec: SupervisorSpec): SupervisorSpec {
  return { ...spec, children: [] };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
