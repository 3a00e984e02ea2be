import type { SupervisorSpec } from "#pool/manifest";
import { showGiveUp } from "./compared-fields.ts";

/** What becomes of one supervisor of the tree. */
export type SupervisorChange =
  | { readonly kind: "added"; readonly name: string; readonly strategy: string }
  | { readonly kind: "removed"; readonly name: string }
  | {
      readonly kind: "changed";
      readonly name: string;
      readonly field: "strategy" | "restart" | "give-up" | "children";
      readonly from: string;
      readonly to: string;
    };

/** The name of each process's parent. */
export function placesIn(tree: SupervisorSpec | undefined): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const { name: parent, children } of supervisorsIn(tree)) {
    for (const { kind, name } of children) if (kind === "process") places.set(name, parent);
  }
  return places;
}

/** Supervisors are told apart by name, from the top down. */
export function planTree(
  before: SupervisorSpec | undefined,
  after: SupervisorSpec,
): readonly SupervisorChange[] {
  const supervisorsBefore = supervisorsIn(before);
  const supervisorsAfter = supervisorsIn(after);
  const known = new Map(supervisorsBefore.map((supervisor) => [supervisor.name, supervisor]));
  const remaining = new Set(supervisorsAfter.map(({ name }) => name));
  const nodes = { before: nodesOf(supervisorsBefore), after: nodesOf(supervisorsAfter) };
  return [
    ...supervisorsAfter.flatMap((supervisor) => {
      const { name, strategy } = supervisor;
      const was = known.get(name);
      if (was === undefined) return [{ kind: "added" as const, name, strategy }];
      return compare(was, supervisor, nodes);
    }),
    ...supervisorsBefore
      .filter(({ name }) => !remaining.has(name))
      .map(({ name }) => ({ kind: "removed" as const, name })),
  ];
}

function supervisorsIn(tree: SupervisorSpec | undefined): readonly SupervisorSpec[] {
  if (tree === undefined) return [];
  const below = tree.children.filter((child) => child.kind === "supervisor");
  return [tree, ...below.flatMap(supervisorsIn)];
}

/** The names of all that stands in a tree. */
function nodesOf(supervisors: readonly SupervisorSpec[]): ReadonlySet<string> {
  const names = supervisors.flatMap(({ children }) => children.map(({ name }) => name));
  return new Set([...supervisors.map(({ name }) => name), ...names]);
}

interface Nodes {
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
}

function compare(
  from: SupervisorSpec,
  to: SupervisorSpec,
  nodes: Nodes,
): readonly SupervisorChange[] {
  // That a child is new, or gone, is said where the child is told of.
  const staying = ({ children }: SupervisorSpec): string =>
    children
      .map(({ name }) => name)
      .filter((name) => nodes.before.has(name) && nodes.after.has(name))
      .join(", ");
  const fields = [
    ["strategy", from.strategy, to.strategy],
    ["restart", from.restart, to.restart],
    ["give-up", showGiveUp(from.giveUp), showGiveUp(to.giveUp)],
    ["children", staying(from), staying(to)],
  ] as const;
  return fields
    .filter(([, was, is]) => was !== is)
    .map(([field, was, is]) => ({ kind: "changed", name: to.name, field, from: was, to: is }));
}
