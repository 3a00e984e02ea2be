/** One phase of a start, and how long it took. */
export interface Phase {
  readonly phase: string;
  readonly ns: number;
}

/** What a watch has noted so far, as plain data for the watch of another thread to go on with. */
export interface PhaseNotes {
  readonly phases: readonly Phase[];
  readonly startNs: number;
  readonly lastNs: number;
}

/** Nanoseconds since some fixed moment, which is the same on each thread. */
function nowNs(): number {
  return Number(process.hrtime.bigint());
}

function notesFrom(startNs: number): PhaseNotes {
  return { phases: [], startNs, lastNs: startNs };
}

/** Notes how long the phases of a start take. */
export class PhaseWatch {
  readonly #phases: Phase[];
  readonly #startNs: number;
  #lastNs: number;

  constructor(notes: PhaseNotes = notesFrom(nowNs())) {
    this.#phases = [...notes.phases];
    this.#startNs = notes.startNs;
    this.#lastNs = notes.lastNs;
  }

  /** A watch that began with this OS process. To ask Node when that was takes a millisecond. */
  static sinceNodeStarted(): PhaseWatch {
    const startNs = nowNs() - performance.now() * 1e6;
    const watch = new PhaseWatch(notesFrom(startNs));
    watch.over("start node", startNs + performance.nodeTiming.bootstrapComplete * 1e6);
    watch.over("load modules");
    return watch;
  }

  get notes(): PhaseNotes {
    return { phases: this.#phases, startNs: this.#startNs, lastNs: this.#lastNs };
  }

  /** How long ago it began. */
  sinceStartNs(): number {
    return nowNs() - this.#startNs;
  }

  /** The phase that went on until now, or until `atNs`, is over. */
  over(phase: string, atNs: number = nowNs()): void {
    this.#phases.push({ phase, ns: Math.round(atNs - this.#lastNs) });
    this.#lastNs = atNs;
  }

  /** The same, where the parts of the phase have been measured by themselves. */
  overIn(parts: readonly Phase[]): void {
    this.#phases.push(...parts);
    this.#lastNs = nowNs();
  }
}
