/** One phase of a start, and how long it took. */
export interface Phase {
  readonly phase: string;
  readonly ns: number;
}

/** What a watch has noted so far, as plain data for the watch of another thread to go on with. */
export interface PhaseNotes {
  readonly phases: readonly Phase[];
  readonly lastMs: number;
}

/** Milliseconds since 1970, the same on each thread and as fine as `performance.now`. */
function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Notes how long the phases of a start take, from the start of this OS process on. */
export class PhaseWatch {
  readonly #phases: Phase[];
  #lastMs: number;

  constructor(notes: PhaseNotes = { phases: [], lastMs: performance.timeOrigin }) {
    this.#phases = [...notes.phases];
    this.#lastMs = notes.lastMs;
  }

  get notes(): PhaseNotes {
    return { phases: this.#phases, lastMs: this.#lastMs };
  }

  /** The phase that went on until now, or until `atMs` since 1970, is over. */
  over(phase: string, atMs: number = nowMs()): void {
    this.#phases.push({ phase, ns: Math.round((atMs - this.#lastMs) * 1e6) });
    this.#lastMs = atMs;
  }

  /** The same, where the parts of the phase have been measured by themselves. */
  overIn(parts: readonly Phase[]): void {
    this.#phases.push(...parts);
    this.#lastMs = nowMs();
  }
}
