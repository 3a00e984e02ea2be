import type { ChildView } from "#core/supervise";

/** What became of the processes, or the supervisor, at one place of an app's tree. */
export interface History {
  starts: number;
  lastEnd: string | undefined;
  /** What to do about that end, where it is known. */
  lastEndHint: string | undefined;
  /** That end was a failure. */
  hasFailed: boolean;
  /** While none runs there: when the last ended, or was wanted again after that. */
  downSinceNs: number | undefined;
}

/** States of what does not run and is not about to. */
const downStates: ReadonlySet<ChildView["state"]> = new Set(["idle", "held", "done"]);

/** What became of the processes at each place of an app's tree, by path. */
export class Histories {
  readonly #all = new Map<string, History>();

  get(path: string): Readonly<History> | undefined {
    return this.#all.get(path);
  }

  at(path: string): History {
    return this.#all.getOrInsertComputed(path, () => ({
      starts: 0,
      lastEnd: undefined,
      lastEndHint: undefined,
      hasFailed: false,
      downSinceNs: undefined,
    }));
  }

  forget(path: string): void {
    this.#all.delete(path);
  }

  /** Places that are not in the tree any more have no history. */
  forgetOthers(isThere: (path: string) => boolean): void {
    for (const path of this.#all.keys()) if (!isThere(path)) this.#all.delete(path);
  }

  /** A process is over; where it never ran, its place is empty for as long as it was. */
  ended(path: string, nowNs: number): void {
    this.at(path).downSinceNs ??= nowNs;
  }

  /** A process runs: how long its place was empty; `undefined` of the first there. */
  filled(path: string, nowNs: number): number | undefined {
    const history = this.at(path);
    const { downSinceNs } = history;
    history.downSinceNs = undefined;
    return downSinceNs === undefined ? undefined : nowNs - downSinceNs;
  }

  /** Of what was down because it was to be, the time until now is no delay of its restart. */
  wantedFrom(nowNs: number, places: Iterable<ChildView>): void {
    for (const { path, state } of places) {
      const history = downStates.has(state) ? this.#all.get(path) : undefined;
      if (history?.downSinceNs !== undefined) history.downSinceNs = nowNs;
    }
  }
}
