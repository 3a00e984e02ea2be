import { assert } from "#core/base";
import type { Manifest, ProcessSpec } from "#pool/manifest";
import { comparedFields } from "./compared-fields.ts";
import type { FieldChange, Plan } from "./plan-changes.ts";

/** The manifest after `plan`, which was made from `before` to it: what a plan has to hold. */
export function applyPlan(before: Manifest | undefined, plan: Plan): Manifest {
  const specs = new Map(before?.processes.map((spec) => [spec.name, spec]));
  const tree = plan.tree ?? before?.tree;
  assert(tree !== undefined, "a plan that begins with nothing has a tree");
  return {
    app: plan.app,
    processes: plan.processes.flatMap((change) => {
      if (change.kind === "removed") return [];
      if (change.kind === "added") return [change.spec];
      const spec = specs.get(change.name);
      assert(spec !== undefined, "what a plan keeps or changes was there before");
      return [change.kind === "kept" ? spec : change.fields.reduce(withField, spec)];
    }),
    tree,
    config: plan.config ?? before?.config ?? [],
    queues: plan.queues ?? before?.queues ?? [],
  };
}

/** Fields that are not the spec's own (`tree`, `config.NAME`) are told of elsewhere in the plan. */
function withField(spec: ProcessSpec, { key, to }: FieldChange): ProcessSpec {
  const field = comparedFields.find((candidate) => candidate.key === key);
  return field === undefined ? spec : field.put(spec, to as never);
}
