import type { Daemon } from "#app/cli/ask";
import type { ProcessView } from "#pool/api";
import type { Progress } from "./progress.ts";
import type { Ending } from "./report.ts";
import { Settling } from "./settling.ts";

/** A daemon is asked soon at first, and then less often. */
const firstWaitMs = 25;
const waitMsMax = 200;

export interface Waiting {
  readonly progress: Progress;
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
}

/** Looks at an app until all of it is up, or some of it does not stay so. */
export async function awaitUp(
  daemon: Pick<Daemon, "status" | "processes">,
  app: string,
  { progress, nowMs, wait }: Waiting,
): Promise<Ending> {
  const beganMs = nowMs();
  const settling = new Settling(app);
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(1.5 * waitMs, waitMsMax)) {
    const outcome = settling.judge(await daemon.status(), nowMs());
    switch (outcome.kind) {
      case "up":
        return { kind: "up", running: outcome.running, tookNs: (nowMs() - beganMs) * 1e6 };
      case "gone":
        return { kind: "gone" };
      case "failing":
        return { kind: "failing", processes: downIn(await daemon.processes(app)) };
      case "coming": {
        progress.show(outcome.text);
        if (!outcome.needsLook) break;
        const failing = settling.findFailing(await daemon.processes(app));
        if (failing.length > 0) return { kind: "failing", processes: failing };
      }
    }
    await wait(waitMs);
  }
}

/** Of an app that gave up: all that has ended, with why. */
function downIn(views: readonly ProcessView[]): readonly ProcessView[] {
  return views.filter(({ kind, lastEnd }) => kind === "process" && lastEnd !== undefined);
}
