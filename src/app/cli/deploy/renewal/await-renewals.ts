import type { Daemon } from "#app/cli/ask";
import type { ProcessView, RenewalView } from "#pool/api";

/** A new build that nobody has called for so long is not waited for any more. */
const quietMsMin = 1000;

const waitMs = 100;

interface Waiting {
  readonly revision: number;
  readonly progress: { show(text: string): void };
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
}

/** A process that serves, and what becomes of its new build. */
export interface Renewing {
  readonly path: string;
  readonly renewal: RenewalView;
  readonly requests: number;
}

/**
 * Looks at the new builds of a deploy until each is kept, or reverted, or has its part of the calls
 * as a canary; canaries of deploys before are named with them. One on trial that nobody calls shows
 * nothing: it is not waited for.
 */
export async function awaitRenewals(
  daemon: Pick<Daemon, "processes">,
  app: string,
  { revision, progress, nowMs, wait }: Waiting,
): Promise<readonly Renewing[]> {
  let requests = -1;
  let calledMs = nowMs();
  for (;;) {
    const all = renewingIn(await daemon.processes(app), revision);
    const sum = all.reduce((count, each) => count + each.requests, 0);
    if (sum !== requests) [requests, calledMs] = [sum, nowMs()];
    const isQuiet = nowMs() - calledMs >= quietMsMin;
    const open = all.filter(({ renewal: { state } }) => isOpen(state, isQuiet));
    const isReverted = all.some(({ renewal: { state } }) => state === "reverted");
    if (isReverted || open.length === 0) return all;
    const texts = open.map(({ path, renewal }) => `${path}: ${stateTexts[renewal.state]}`);
    progress.show(texts.join(", "));
    await wait(waitMs);
  }
}

const stateTexts: Readonly<Record<RenewalView["state"], string>> = {
  starting: "the new build starts",
  canary: "the new build has a part of the calls",
  trial: "the new build is on trial",
  kept: "the new build serves",
  reverted: "the build before serves",
};

function isOpen(state: RenewalView["state"], isQuiet: boolean): boolean {
  return state === "starting" || (state === "trial" && !isQuiet);
}

function renewingIn(views: readonly ProcessView[], revision: number): readonly Renewing[] {
  return views.flatMap(({ path, serving }) => {
    const { renewal, requests = 0 } = serving ?? {};
    const isAwaited = renewal?.revision === revision || renewal?.state === "canary";
    return renewal !== undefined && isAwaited ? [{ path, renewal, requests }] : [];
  });
}
