import type { Clock, Turns } from "#core/host";
import type { ServePolicy } from "#pool/host";
import type { Backlog } from "#pool/host/summons";
import { BacklogScaler } from "#pool/scale/replicas";

/** What an endpoint has at the moment. */
export interface WorkloadView {
  readonly ready: number;
  readonly starting: number;
  /** Instances that can take a request now. */
  readonly hungry: number;
}

export interface WorkloadPorts {
  readonly clock: Clock;
  readonly turns: Pick<Turns, "next">;
  readonly policy: () => ServePolicy;
  readonly view: () => WorkloadView;
  /** Has at least so many instances from now on, within what the policy allows. */
  readonly want: (instances: number) => void;
  /** So many messages there is room for, those that are here among them. */
  readonly tell: (most: number) => void;
}

/**
 * So much work is fetched ahead for each instance, where messages take less: what comes from a
 * queue comes from a disk. More of them wait here then than instances can be given at once, but
 * not for long.
 */
const aheadNs = 20e6;
const aheadMax = 32;
/** How far the time that the last message took is believed. */
const trust = 0.1;

/** An instance that says nothing of it takes so many at a time, at a guess. */
const atOnceMax = 100;

/**
 * The messages that one process has, and how many more it could have. It is told what waits for it,
 * has as many instances as that wants, and says how much room they have: what there is no room for
 * stays in its queue, where others may take it.
 */
export class Workload {
  readonly #ports: WorkloadPorts;
  #scaler: BacklogScaler | undefined = undefined;
  #scaledFor: ServePolicy | undefined = undefined;
  #outCount = 0;
  #doneCount = 0;
  #busyNs = 0;
  /** What a message takes; none was done yet. */
  #eachNs = Infinity;
  #busyAtEndNs = 0;
  /** Up to when `#busyNs` counts, and when the last step was. */
  #busyUntilNs = 0;
  #stepNs = 0;
  #wanted = 0;
  #toldMost = 0;
  #isTelling = false;

  constructor(ports: WorkloadPorts) {
    this.#ports = ports;
  }

  /** A message is here. */
  began(): void {
    this.#work();
    this.#outCount += 1;
  }

  /** It is done with. */
  ended(wasTouched: boolean): void {
    this.#work();
    this.#outCount -= 1;
    if (wasTouched) this.#learn();
    // Whoever sent it takes it that there is no room at all.
    else this.#toldMost = -1;
    this.hasRoom();
  }

  /** There may be more room than before, or less. */
  hasRoom(): void {
    // Of what was never a consumer nobody wants to know.
    if (this.#isTelling || this.#scaler === undefined) return;
    this.#isTelling = true;
    this.#ports.turns.next(() => {
      this.#isTelling = false;
      const most = this.#outCount + this.#ports.view().hungry + this.#aheadCount();
      if (most === this.#toldMost) return;
      this.#toldMost = most;
      this.#ports.tell(most);
    });
  }

  /** So much waits; told again and again while it does. */
  waits(backlog: Backlog): void {
    const nowNs = this.#ports.clock.monotonicNs();
    this.#work();
    const scaler = this.#scalerAt(nowNs);
    const wanted = backlog.readyCount === 0 ? 0 : this.#step(scaler, backlog, nowNs);
    this.#stepNs = nowNs;
    if (wanted !== this.#wanted) {
      this.#wanted = wanted;
      this.#ports.want(wanted);
    }
    this.hasRoom();
  }

  #step(
    scaler: BacklogScaler,
    { readyCount, oldestNs, arrivedCount }: Backlog,
    nowNs: number,
  ): number {
    const { ready, starting } = this.#ports.view();
    const decision = scaler.step(nowNs, {
      readyCount: ready,
      startingCount: starting,
      spanNs: nowNs - this.#stepNs,
      arrivedCount,
      doneCount: this.#doneCount,
      waitingCount: readyCount,
      oldestNs,
      busyNs: this.#busyNs,
      idleNs: 0,
      keepNs: this.#ports.policy().idleNsMin,
    });
    this.#doneCount = 0;
    this.#busyAtEndNs -= this.#busyNs;
    this.#busyNs = 0;
    return Math.max(1, decision.wantedCount);
  }

  #scalerAt(nowNs: number): BacklogScaler {
    const policy = this.#ports.policy();
    if (this.#scaler !== undefined && this.#scaledFor === policy) return this.#scaler;
    const { instancesMin: min, instancesMax: max } = policy;
    const bounds = { min, max, atOnceMax: Math.min(policy.atOnceMax, atOnceMax) };
    this.#scaledFor = policy;
    this.#stepNs = nowNs;
    return (this.#scaler = new BacklogScaler(bounds, nowNs));
  }

  #learn(): void {
    this.#doneCount += 1;
    const tookNs = this.#busyNs - this.#busyAtEndNs;
    this.#busyAtEndNs = this.#busyNs;
    if (this.#eachNs === Infinity) this.#eachNs = tookNs;
    else this.#eachNs += trust * (tookNs - this.#eachNs);
  }

  /** What may wait here, beside what instances have and those that are idle will have. */
  #aheadCount(): number {
    const { ready } = this.#ports.view();
    const each = Math.min(aheadMax, Math.floor(aheadNs / Math.max(1, this.#eachNs)));
    const waitingCount = Math.max(0, this.#outCount - ready);
    return Math.max(0, each * ready - waitingCount);
  }

  /** Counts how long instances worked since the last time. */
  #work(): void {
    const nowNs = this.#ports.clock.monotonicNs();
    const busyCount = Math.min(this.#outCount, this.#ports.view().ready);
    this.#busyNs += busyCount * (nowNs - this.#busyUntilNs);
    this.#busyUntilNs = nowNs;
  }
}
