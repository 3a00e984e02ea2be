import type { Clock } from "#core/host";
import type { ExecutorEvent, Life } from "#pool/host";
import { WatchLoop, type WatchLoopPorts } from "#pool/ingress";
import { type LoadMember, LoadWatch } from "#pool/scale/spread";

const lookEveryNs = 1e9;
/** To hand a call on takes a twentieth of this. One that computes for less is done sooner here. */
const handedOnNsMin = 0.5e6;
const busyPartMin = 0.9;

/** One that serves here. */
export interface Loaded extends LoadMember<Life> {
  /** Whether others had better take a part of its calls: they compute for long, and it is busy. */
  isCrowded: boolean;
}

export interface LoadPorts extends WatchLoopPorts {
  readonly clock: Clock;
  /** How long the event loop has worked so far. */
  readonly busyNs: () => number;
  readonly tell: (event: ExecutorEvent) => void;
  readonly all: () => Iterable<Loaded>;
}

/** Tells the daemon what this executor is busy with, as long as it is and anything serves here. */
export class LoadTeller {
  readonly #ports: LoadPorts;
  readonly #watch: LoadWatch<Life>;
  readonly #loop: WatchLoop;

  constructor(ports: LoadPorts) {
    this.#ports = ports;
    this.#watch = new LoadWatch(ports.clock.monotonicNs(), ports.busyNs());
    this.#loop = new WatchLoop(ports, lookEveryNs, () => {
      this.#look();
      return lookEveryNs;
    });
  }

  watch(): void {
    this.#loop.watch();
  }

  #look(): void {
    const { clock, busyNs, all, tell } = this.#ports;
    const { report, eachNs } = this.#watch.look(clock.monotonicNs(), busyNs(), all);
    if (report === undefined) return;
    const isBusy = report.busyPart >= busyPartMin;
    for (const each of all()) {
      each.isCrowded = isBusy && (eachNs.get(each.id) ?? 0) >= handedOnNsMin;
    }
    tell({ kind: "load", report });
  }
}
