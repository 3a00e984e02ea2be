import type { Daemon } from "#app/cli/ask";
import type { ProcessView } from "#pool/api";
import type { Progress } from "./progress.ts";
import type { Ending } from "./report.ts";
import { failedForGood, Settling, waitedFor, waitersFor } from "./settling.ts";

/** A daemon is asked soon at first, and then less often. */
const firstWaitMs = 25;
const waitMsMax = 200;

export interface Waiting {
  readonly progress: Progress;
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
}

/** What is asked of a daemon to see how an app stands. */
type Seen = Pick<Daemon, "status" | "processes">;

/** By path, the processes that had failed for good before a deploy, and how often each began. */
export type FailedBefore = ReadonlyMap<string, number>;

/** Asked before a deploy: what failed long ago is none of its doing. */
export async function failedBefore(daemon: Seen, app: string): Promise<FailedBefore> {
  const { apps } = await daemon.status();
  if (!apps.some(({ name, failed }) => name === app && failed > 0)) return new Map();
  const failed = failedForGood(await daemon.processes(app));
  return new Map(failed.map(({ path, restarts }) => [path, restarts]));
}

/** Looks at an app until all of it is up, or some of it does not stay so, or does not get there. */
export async function awaitUp(
  daemon: Seen,
  app: string,
  { before, progress, nowMs, wait }: Waiting & { readonly before: FailedBefore },
): Promise<Ending> {
  const beganMs = nowMs();
  const settling = new Settling(app);
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(1.5 * waitMs, waitMsMax)) {
    const outcome = settling.judge(await daemon.status(), nowMs());
    switch (outcome.kind) {
      case "up": {
        const { running, failed } = outcome;
        const processes = failed === 0 ? [] : newlyFailed(await daemon.processes(app), before);
        if (processes.length > 0) return { kind: "failing", processes, waitersCount: 0 };
        return { kind: "up", running, tookNs: (nowMs() - beganMs) * 1e6 };
      }
      case "gone":
        return { kind: "gone" };
      case "failing": {
        const processes = downIn(await daemon.processes(app));
        return { kind: "failing", processes, waitersCount: 0 };
      }
      case "coming": {
        const views = outcome.needsLook ? await daemon.processes(app) : [];
        progress.show([outcome.text, ...whoIsWaitedFor(views)].join(", "));
        const ending = judgeViews(settling, { views, before, nowMs: nowMs() });
        if (ending !== undefined) return ending;
      }
    }
    await wait(waitMs);
  }
}

/** What goes wrong, as far as it shows by now. */
function judgeViews(
  settling: Settling,
  {
    views,
    before,
    nowMs,
  }: {
    readonly views: readonly ProcessView[];
    readonly before: FailedBefore;
    readonly nowMs: number;
  },
): Ending | undefined {
  const failing = settling.findFailing(views);
  const kind = failing.length > 0 ? "failing" : "stuck";
  const bad = failing.length > 0 ? failing : settling.findStuck(views, nowMs);
  if (bad.length === 0) return undefined;
  const processes = [...bad, ...newlyFailed(views, before)];
  return { kind, processes, waitersCount: waitersFor(views, processes) };
}

function whoIsWaitedFor(views: readonly ProcessView[]): readonly string[] {
  const paths = waitedFor(views);
  return paths.length === 0 ? [] : [`waiting for ${paths.join(", ")}`];
}

function newlyFailed(views: readonly ProcessView[], before: FailedBefore): readonly ProcessView[] {
  return failedForGood(views).filter(({ path, restarts }) => before.get(path) !== restarts);
}

/** Of an app that gave up: all that has ended, with why. */
function downIn(views: readonly ProcessView[]): readonly ProcessView[] {
  return views.filter(({ kind, lastEnd }) => kind === "process" && lastEnd !== undefined);
}
