import { queueMap, type QueueSpec } from "#pool/manifest";

/** What becomes of a queue; of one that changes there is a change for each bound. */
export type QueueChange =
  | { readonly kind: "added"; readonly name: string }
  | { readonly kind: "removed"; readonly name: string }
  | {
      readonly kind: "changed";
      readonly name: string;
      readonly bound: string;
      readonly from: string;
      readonly to: string;
    };

export function planQueues(
  before: readonly QueueSpec[],
  after: readonly QueueSpec[],
): readonly QueueChange[] {
  const known = new Map(before.map(({ name, limits }) => [name, queueMap(limits)]));
  const kept = new Set(after.map(({ name }) => name));
  return [
    ...after.flatMap(({ name, limits }): readonly QueueChange[] => {
      const bounds = known.get(name);
      if (bounds === undefined) return [{ kind: "added", name }];
      return Object.entries(queueMap(limits)).flatMap(([bound, to]) => {
        const from = bounds[bound] ?? "";
        return from === to ? [] : [{ kind: "changed", name, bound, from, to }];
      });
    }),
    ...before
      .filter(({ name }) => !kept.has(name))
      .map(({ name }): QueueChange => ({ kind: "removed", name })),
  ];
}
