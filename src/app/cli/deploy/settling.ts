import type { ProcessView, StatusView } from "#pool/api";

type AppStatus = StatusView["apps"][number];

/** All has to run for so long without a stop to be taken for up. */
const steadyMsMin = 300;

/** A process that has ended and been started so often meanwhile does not stay up. */
const restartsMax = 2;

/** What becomes of an app that was deployed. */
export type Outcome =
  | { readonly kind: "coming"; readonly text: string; readonly needsLook: boolean }
  | { readonly kind: "up"; readonly running: number }
  | { readonly kind: "failing" }
  | { readonly kind: "gone" };

/** Judges, look after look, whether an app that was deployed comes up and stays so. */
export class Settling {
  readonly #app: string;
  #steadySinceMs: number | undefined;
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
    if (!isUp(app)) this.#steadySinceMs = undefined;
    else this.#steadySinceMs ??= nowMs;
    const steadyMs = this.#steadySinceMs === undefined ? 0 : nowMs - this.#steadySinceMs;
    if (this.#steadySinceMs !== undefined && steadyMs >= steadyMsMin) {
      return { kind: "up", running: app.running };
    }
    const text = `${this.#app}: ${app.running} of ${app.wanted} run`;
    return { kind: "coming", text, needsLook: app.waiting > 0 };
  }

  /** Processes that were started again and again, and wait for the next time. */
  findFailing(views: readonly ProcessView[]): readonly ProcessView[] {
    const waiting = views.filter(({ kind, state }) => kind === "process" && state === "waiting");
    return waiting.filter(({ path, restarts }) => {
      const before = this.#restarts.getOrInsert(path, restarts);
      return restarts - before >= restartsMax;
    });
  }
}

function isUp({ state, wanted, running, waiting }: AppStatus): boolean {
  return state !== "ending" && running >= wanted && waiting === 0;
}
