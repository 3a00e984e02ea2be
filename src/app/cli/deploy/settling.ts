import type { ProcessView, StatusView } from "#pool/api";

type AppStatus = StatusView["apps"][number];

/** All has to run for so long without a stop to be taken for up. */
const steadyMsMin = 300;

/** A process that has ended and been started so often meanwhile does not stay up. */
const restartsMax = 2;

/** After so long without one that comes up, it is looked for who keeps the others waiting. */
const quietMsMin = 1000;

/** What is being started for so long, while nothing else comes up, is taken for stuck. */
const stuckMsMin = 30_000;

/** What becomes of an app that was deployed. */
export type Outcome =
  | { readonly kind: "coming"; readonly text: string; readonly needsLook: boolean }
  /** `failed` have ended with a failure and are not to be started again. */
  | { readonly kind: "up"; readonly running: number; readonly failed: number }
  | { readonly kind: "failing" }
  | { readonly kind: "gone" };

/** Judges, look after look, whether an app that was deployed comes up and stays so. */
export class Settling {
  readonly #app: string;
  #steadySinceMs: number | undefined;
  /** How many ran at the last look, and since when. */
  #running = -1;
  #quietSinceMs = 0;
  /** What the processes that were seen waiting had of restarts then. */
  readonly #restarts = new Map<string, number>();

  constructor(app: string) {
    this.#app = app;
  }

  /** By the numbers of the app alone, which are cheap to ask for. */
  judge({ apps }: Pick<StatusView, "apps">, nowMs: number): Outcome {
    const app = apps.find(({ name }) => name === this.#app);
    if (app === undefined) return { kind: "gone" };
    if (app.state === "failed") return { kind: "failing" };
    if (app.running !== this.#running) this.#quietSinceMs = nowMs;
    this.#running = app.running;
    if (!isUp(app)) this.#steadySinceMs = undefined;
    else this.#steadySinceMs ??= nowMs;
    const steadyMs = this.#steadySinceMs === undefined ? 0 : nowMs - this.#steadySinceMs;
    if (this.#steadySinceMs !== undefined && steadyMs >= steadyMsMin) {
      // An older daemon does not say.
      return { kind: "up", running: app.running, failed: app.failed ?? 0 };
    }
    const text = `${this.#app}: ${app.running} of ${app.wanted} run`;
    const isQuiet = app.running < app.wanted && nowMs - this.#quietSinceMs >= quietMsMin;
    return { kind: "coming", text, needsLook: app.waiting > 0 || isQuiet };
  }

  /** Processes that were started again and again, and wait for the next time. */
  findFailing(views: readonly ProcessView[]): readonly ProcessView[] {
    const waiting = views.filter(({ kind, state }) => kind === "process" && state === "waiting");
    return waiting.filter(({ path, restarts }) => {
      const before = this.#restarts.getOrInsert(path, restarts);
      return restarts - before >= restartsMax;
    });
  }

  /** Those that are being started, when for long nothing has come up. */
  findStuck(views: readonly ProcessView[], nowMs: number): readonly ProcessView[] {
    if (nowMs - this.#quietSinceMs < stuckMsMin) return [];
    return views.filter(({ kind, state }) => kind === "process" && state === "starting");
  }
}

/** Processes that ended with a failure and stay down. */
export function failedForGood(views: readonly ProcessView[]): readonly ProcessView[] {
  return views.filter(
    ({ kind, state, hasFailed = false }) => kind === "process" && state === "done" && hasFailed,
  );
}

/** Paths that others wait for, each once. */
export function waitedFor(views: readonly ProcessView[]): readonly string[] {
  return [...new Set(views.flatMap(({ waitsFor }) => waitsFor ?? []))];
}

/** How many processes wait for one of these to be up. */
export function waitersFor(
  views: readonly ProcessView[],
  processes: readonly ProcessView[],
): number {
  const paths = new Set(processes.map(({ path }) => path));
  const waits = ({ kind, waitsFor }: ProcessView): boolean =>
    kind === "process" && waitsFor !== undefined && paths.has(waitsFor);
  return views.filter(waits).length;
}

function isUp({ state, wanted, running, waiting }: AppStatus): boolean {
  return state !== "ending" && running >= wanted && waiting === 0;
}
