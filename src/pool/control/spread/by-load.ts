import type { Clock, Timer, Turns } from "#core/host";
import type { Life } from "#pool/host";
import {
  describeSeen,
  type Finding,
  FindingLog,
  type FindingReport,
  reportOf,
} from "#pool/scale/finding";
import { type LoadReport, SpreadScaler } from "#pool/scale/spread";
import type { SharedProcess } from "./shared-process.ts";

/** What was told longer ago is over: who is busy tells it once a second. */
const freshNs = 3e9;
/** How often it is looked for who could do with less, as long as somebody has more than he must. */
const lookEveryNs = 5e9;

export interface ByLoadPorts {
  readonly clock: Clock;
  readonly turns: Turns;
  /** So many executors there may be. */
  readonly executorsMax: number;
  readonly processOf: (share: Life) => SharedProcess | undefined;
  /** It is wanted on another number of executors. */
  readonly changed: (process: SharedProcess, why: string) => void;
}

/** What decides for one process. */
interface Watched {
  readonly scaler: SpreadScaler;
  readonly log: FindingLog;
}

/** Has processes spread as their load wants it, where they leave that open. */
export class ByLoad {
  readonly #ports: ByLoadPorts;
  /** Only those that were ever busy. */
  readonly #watched = new Map<SharedProcess, Watched>();
  #looking: Timer | undefined = undefined;
  #isClosed = false;

  constructor(ports: ByLoadPorts) {
    this.#ports = ports;
  }

  close(): void {
    this.#isClosed = true;
    this.#looking?.cancel();
  }

  forget(process: SharedProcess): void {
    this.#watched.delete(process);
  }

  /** What was decided about a process lately. */
  findings(process: SharedProcess): readonly FindingReport[] {
    const nowNs = this.#ports.clock.monotonicNs();
    const kept = this.#watched.get(process)?.log.entries() ?? [];
    return kept.map((each) => reportOf(each, nowNs));
  }

  /** An executor says what it is busy with. */
  told({ parts }: LoadReport<Life>): void {
    const atNs = this.#ports.clock.monotonicNs();
    for (const [life, part] of parts) {
      const process = this.#ports.processOf(life);
      const share = process?.find(life);
      if (process === undefined || share === undefined) continue;
      share.load = { part, atNs };
      const { min, max } = process.bounds;
      if (min < max) this.#step(process);
    }
  }

  #step(process: SharedProcess): void {
    const { clock, executorsMax, changed } = this.#ports;
    const nowNs = clock.monotonicNs();
    const { scaler, log } = this.#watched.getOrInsertComputed(process, () => ({
      scaler: new SpreadScaler(),
      log: new FindingLog(),
    }));
    const { min, max } = process.bounds;
    const { wantedCount, finding } = scaler.step(nowNs, {
      executorCount: Math.max(1, process.staying.length),
      executorsMin: min,
      executorsMax: Math.min(max, executorsMax),
      cores: coresOf(process, nowNs),
    });
    log.note(finding);
    if (wantedCount !== process.byLoad) {
      process.byLoad = wantedCount;
      changed(process, describe(finding));
    }
    this.#lookLater();
  }

  #lookLater(): void {
    const isMore = this.#watched.keys().some(({ byLoad, bounds }) => byLoad > bounds.min);
    if (!isMore || this.#looking !== undefined || this.#isClosed) return;
    this.#looking = this.#ports.turns.after(lookEveryNs, () => {
      this.#looking = undefined;
      for (const process of this.#watched.keys()) this.#step(process);
    });
  }
}

function coresOf({ all }: SharedProcess, nowNs: number): number {
  const fresh = all.filter(({ load }) => load !== undefined && nowNs - load.atNs < freshNs);
  return fresh.reduce((sum, { load }) => sum + (load?.part ?? 0), 0);
}

function describe(finding: Finding): string {
  const { decided, why, saw } = reportOf(
    { finding, sinceNs: finding.atNs, times: 1 },
    finding.atNs,
  );
  return `${decided}: ${why}${describeSeen(saw)}`;
}
