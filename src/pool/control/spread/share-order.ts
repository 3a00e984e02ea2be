import type { Life, ProcessOrder } from "#pool/host";

/** Which of all shares one is, the first of them trying what is new. */
export interface SharePart {
  readonly life: Life;
  readonly index: number;
  readonly count: number;
}

/**
 * What the executor of one share is told. Bounds are of all shares together, so each has its part
 * of them. Only the first begins with a new build, and has it as a canary for all of them; on
 * trial it is with each, by the calls that come to it.
 */
export function shareOrder(order: ProcessOrder, { life, index, count }: SharePart): ProcessOrder {
  const { serve } = order;
  if (serve === undefined || count === 1) return { ...order, life };
  const { canary, policy, ...others } = serve;
  const partOf = (bound: number): number =>
    Math.floor(bound / count) + (index < bound % count ? 1 : 0);
  return {
    ...order,
    life,
    serve: {
      ...others,
      policy: {
        ...policy,
        instancesMin: partOf(policy.instancesMin),
        instancesMax: partOf(policy.instancesMax),
        waitingMax: partOf(policy.waitingMax),
      },
      ...(index === 0 && canary !== undefined ? { canary: { ...canary, shareCount: count } } : {}),
    },
  };
}

/** The build of one order, which serves as the other says. */
export function servingAs(build: ProcessOrder, { serve }: ProcessOrder): ProcessOrder {
  if (build.serve === undefined || serve === undefined) return build;
  const { canary: _, ...others } = serve;
  return { ...build, serve: { ...others, as: build.serve.as, revision: build.serve.revision } };
}
