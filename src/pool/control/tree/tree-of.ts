import type { ProcessChildSpec, SupervisorSpec as TreeSpec } from "#core/supervise";
import type { Given } from "#pool/control/family";
import type { Manifest, ProcessSpec, SupervisorSpec } from "#pool/manifest";

/** A leaf of a running tree: one of the processes that a manifest wants of a name. */
export interface LeafSpec extends ProcessChildSpec {
  /** The name the manifest has for it. */
  readonly process: string;
  /** What a program gave it that started it. */
  readonly given?: Given;
}

/** The tree that keeps an app as its manifest says. Its root is called as the app. */
export function treeOf(manifest: Manifest): TreeSpec {
  const specs = new Map(manifest.processes.map((spec) => [spec.name, spec]));
  const build = ({
    kind,
    name,
    strategy,
    restart,
    giveUp,
    children,
  }: SupervisorSpec): TreeSpec => ({
    kind,
    name,
    strategy,
    restart,
    ...(giveUp === undefined ? {} : { giveUp }),
    children: children.flatMap((child): readonly (LeafSpec | TreeSpec)[] => {
      if (child.kind === "supervisor") return [build(child)];
      const spec = specs.get(child.name);
      return spec === undefined ? [] : leavesOf(spec);
    }),
  });
  return build({ ...manifest.tree, name: manifest.app });
}

function leavesOf(spec: ProcessSpec): readonly LeafSpec[] {
  const { restart, graceNs, giveUp } = spec;
  // However many instances there are, they are one in the tree.
  const count = spec.serve === undefined ? spec.count : Math.min(spec.count, 1);
  return Array.from({ length: count }, (_, index) => ({
    kind: "process",
    name: instanceName(spec.name, index),
    process: spec.name,
    restart,
    graceNs,
    ...(giveUp === undefined ? {} : { giveUp }),
  }));
}

/** The first is called as its spec, so that it keeps its name when more are wanted. */
function instanceName(name: string, index: number): string {
  return index === 0 ? name : `${name}.${index + 1}`;
}
