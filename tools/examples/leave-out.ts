import { load } from "js-yaml";

/** A manifest, as far as it is looked at here. */
interface Manifest {
  readonly processes: Readonly<Record<string, unknown>>;
  readonly tree?: Supervisor;
}

interface Supervisor {
  readonly children: readonly Child[];
}

type Child = string | { readonly supervisor: Supervisor };

/** The manifest without these specs: as JSON, which is YAML. */
export function leaveOut(manifest: string, names: ReadonlySet<string>): string {
  const whole = load(manifest) as Manifest;
  const processes = Object.entries(whole.processes).filter(([name]) => !names.has(name));
  const rest = {
    ...whole,
    processes: Object.fromEntries(processes),
    ...(whole.tree === undefined ? {} : { tree: without(whole.tree, names) }),
  };
  return `${JSON.stringify(rest, undefined, 2)}\n`;
}

function without(supervisor: Supervisor, names: ReadonlySet<string>): Supervisor {
  const children = supervisor.children.flatMap((child): readonly Child[] => {
    if (typeof child === "string") return names.has(child) ? [] : [child];
    const rest = without(child.supervisor, names);
    return rest.children.length === 0 ? [] : [{ supervisor: rest }];
  });
  return { ...supervisor, children };
}
