import type { Manifest, NamedText, ProcessSpec, QueueSpec, SupervisorSpec } from "#pool/manifest";
import { comparedFields, type Effect } from "./compared-fields.ts";
import { planQueues, type QueueChange } from "./plan-queues.ts";
import { placesIn, planTree, type SupervisorChange } from "./plan-tree.ts";

export type { Effect } from "./compared-fields.ts";
export type { SupervisorChange } from "./plan-tree.ts";
export type { QueueChange } from "./plan-queues.ts";

/** One field of a process, from one value to another. */
export interface FieldChange {
  /** As the manifest spells it; `tree` for its parent, `config.NAME` for a text of the app. */
  readonly key: string;
  readonly effect: Effect;
  readonly from: unknown;
  readonly to: unknown;
}

/** What becomes of the processes of one name. */
export type ProcessChange =
  | { readonly kind: "added"; readonly name: string; readonly spec: ProcessSpec }
  | { readonly kind: "removed"; readonly name: string; readonly spec: ProcessSpec }
  | {
      readonly kind: "changed";
      readonly name: string;
      /** The most that any field asks for. */
      readonly effect: Effect;
      readonly fields: readonly FieldChange[];
      /** How many run before, and after. */
      readonly countFrom: number;
      readonly countTo: number;
    }
  | { readonly kind: "kept"; readonly name: string; readonly count: number };

/** In names of processes, but for the last two, which are processes. */
export interface PlanCounts {
  readonly added: number;
  readonly removed: number;
  readonly restarted: number;
  readonly renewed: number;
  readonly configured: number;
  readonly kept: number;
  readonly starts: number;
  readonly ends: number;
}

/** All that a deploy would do. */
export interface Plan {
  readonly app: string;
  /** What the app was called, if that was something else. */
  readonly appBefore: string | undefined;
  readonly isEmpty: boolean;
  /** Those of the manifest after in its order, then the removed ones in the order they had. */
  readonly processes: readonly ProcessChange[];
  readonly supervisors: readonly SupervisorChange[];
  /** The tree to be, if it is another one. */
  readonly tree: SupervisorSpec | undefined;
  /** The app's config to be, if it is another one. */
  readonly config: readonly NamedText[] | undefined;
  readonly queueChanges: readonly QueueChange[];
  /** The app's queues to be, if they are others. */
  readonly queues: readonly QueueSpec[] | undefined;
  readonly counts: PlanCounts;
}

/**
 * What leads from `before`, which is nothing at the first deploy, to `after`. `rebuilt` names
 * processes whose image has other content under the name it had.
 */
export function planChanges(
  before: Manifest | undefined,
  after: Manifest,
  { rebuilt = new Set() }: { readonly rebuilt?: ReadonlySet<string> } = {},
): Plan {
  const processes = planProcesses({ before, after, rebuilt });
  const supervisors = planTree(before?.tree, after.tree);
  const tree = isSame(before?.tree, after.tree) ? undefined : after.tree;
  const config = isSame(before?.config ?? [], after.config) ? undefined : after.config;
  const queues = isSame(before?.queues ?? [], after.queues) ? undefined : after.queues;
  const isOrderKept = isSame(before?.processes.map(nameOf), after.processes.map(nameOf));
  const isKept = processes.every(({ kind }) => kind === "kept") && before?.app === after.app;
  return {
    app: after.app,
    appBefore: before?.app === after.app ? undefined : before?.app,
    isEmpty: isKept && isOrderKept && [tree, config, queues].every((one) => one === undefined),
    processes,
    supervisors,
    tree,
    config,
    queueChanges: planQueues(before?.queues ?? [], after.queues),
    queues,
    counts: countsOf(processes),
  };
}

interface Sides {
  readonly before: Manifest | undefined;
  readonly after: Manifest;
  readonly rebuilt: ReadonlySet<string>;
}

function planProcesses(sides: Sides): readonly ProcessChange[] {
  const { before, after } = sides;
  const specsBefore = new Map(before?.processes.map((spec) => [spec.name, spec]));
  const namesAfter = new Set(after.processes.map(nameOf));
  const compare = comparer(sides);
  return [
    ...after.processes.map((spec): ProcessChange => {
      const specBefore = specsBefore.get(spec.name);
      if (specBefore === undefined) return { kind: "added", name: spec.name, spec };
      return changeOf(specBefore, spec, compare(specBefore, spec));
    }),
    ...(before?.processes ?? [])
      .filter(({ name }) => !namesAfter.has(name))
      .map((spec): ProcessChange => ({ kind: "removed", name: spec.name, spec })),
  ];
}

/** The one that asks for most first. */
const effects: readonly Effect[] = ["restart", "renew", "configure"];

function changeOf(
  before: ProcessSpec,
  { name, count }: ProcessSpec,
  fields: readonly FieldChange[],
): ProcessChange {
  if (fields.length === 0) return { kind: "kept", name, count };
  const effect = effects.find((one) => fields.some((field) => field.effect === one)) ?? "configure";
  return { kind: "changed", name, effect, fields, countFrom: before.count, countTo: count };
}

type Compare = (from: ProcessSpec, to: ProcessSpec) => readonly FieldChange[];

/** Finds what differs in a spec, in where it stands in the tree, and in the texts it uses. */
function comparer({ before, after, rebuilt }: Sides): Compare {
  const placesBefore = placesIn(before?.tree);
  const placesAfter = placesIn(after.tree);
  const textsBefore = textsOf(before);
  const textsAfter = textsOf(after);
  return (from, to) => {
    const own = comparedFields.flatMap(({ key, effect, valueIn }) => {
      const change = {
        key,
        effect: effectOn(from, to, effect),
        from: valueIn(from),
        to: valueIn(to),
      };
      const isRebuilt = key === "image" && rebuilt.has(to.name);
      return isRebuilt || !isSame(change.from, change.to) ? [change] : [];
    });
    // Another parent may be of another mind about restarts; so a process begins under it anew.
    const places = [placesBefore.get(from.name), placesAfter.get(to.name)] as const;
    const place = changeFor("tree", "restart", places);
    const texts = to.uses.config
      .filter((name) => from.uses.config.includes(name))
      .flatMap((name) => {
        const effect = effectOn(from, to, "restart");
        return changeFor(`config.${name}`, effect, [textsBefore.get(name), textsAfter.get(name)]);
      });
    return [...own, ...place, ...texts];
  };
}

function changeFor(
  key: string,
  effect: Effect,
  [from, to]: readonly [from: unknown, to: unknown],
): readonly FieldChange[] {
  return isSame(from, to) ? [] : [{ key, effect, from, to }];
}

/** What serves is never without a process for a change; what begins to, or ceases, starts anew. */
function effectOn(from: ProcessSpec, to: ProcessSpec, effect: Effect): Effect {
  const [served, serves] = [from, to].map(({ serve }) => serve !== undefined);
  if (served !== serves) return "restart";
  return serves === true && effect === "restart" ? "renew" : effect;
}

function textsOf(manifest: Manifest | undefined): ReadonlyMap<string, string> {
  return new Map(manifest?.config.map(({ name, value }) => [name, value]));
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

/** Manifests are plain data whose fields have one order. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function countsOf(changes: readonly ProcessChange[]): PlanCounts {
  const counts = {
    added: 0,
    removed: 0,
    restarted: 0,
    renewed: 0,
    configured: 0,
    kept: 0,
    starts: 0,
    ends: 0,
  };
  for (const change of changes) {
    switch (change.kind) {
      case "added":
        counts.added += 1;
        counts.starts += change.spec.count;
        break;
      case "removed":
        counts.removed += 1;
        counts.ends += change.spec.count;
        break;
      case "changed":
        countChanged(counts, change);
        break;
      case "kept":
        counts.kept += 1;
        break;
    }
  }
  return counts;
}

function countChanged(
  counts: { -readonly [Name in keyof PlanCounts]: number },
  { effect, countFrom, countTo }: Extract<ProcessChange, { readonly kind: "changed" }>,
): void {
  const isRestart = effect === "restart";
  if (isRestart) counts.restarted += 1;
  else if (effect === "renew") counts.renewed += 1;
  else counts.configured += 1;
  counts.starts += isRestart ? countTo : Math.max(0, countTo - countFrom);
  counts.ends += isRestart ? countFrom : Math.max(0, countFrom - countTo);
}
