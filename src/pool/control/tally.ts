import { Histogram } from "#core/base";
import type { ExitReason } from "#core/sys";
import type { SpecHistograms } from "#pool/api";
import { addUsage, noUsage, type ProcessUsage } from "#pool/host";
import { addTraffic, addUnlisted, noTraffic, type Traffic, type UnlistedCall } from "#pool/traffic";

const secondsPerNs = 1e-9;

/** What the processes of one spec did that are gone. */
export class Tally {
  readonly ends: Record<string, number> = {};
  used: ProcessUsage = noUsage;
  /** Of those that served. */
  traffic: Traffic | undefined = undefined;
  unlisted: readonly UnlistedCall[] = [];
  restarts = 0;
  readonly #life = new Histogram();
  readonly #cpu = new Histogram();
  readonly #restart = new Histogram();

  get histograms(): SpecHistograms {
    return {
      lifeSeconds: this.#life.view(),
      cpuSeconds: this.#cpu.view(),
      restartSeconds: this.#restart.view(),
    };
  }

  /** One is gone that ran for `lifeNs`; of one that was lost it is not known what it used. */
  ended(
    reason: ExitReason,
    told: {
      readonly lifeNs: number;
      readonly usage: ProcessUsage | undefined;
      readonly traffic?: Traffic | undefined;
      readonly unlisted?: readonly UnlistedCall[] | undefined;
    },
  ): void {
    const { lifeNs, usage, traffic, unlisted } = told;
    const kind = kindOf(reason);
    this.ends[kind] = (this.ends[kind] ?? 0) + 1;
    // Its start and its end may come in one message: then only it itself knows how long it ran.
    this.#life.record(Math.max(lifeNs, usage?.wallNs ?? 0) * secondsPerNs);
    if (unlisted !== undefined) this.unlisted = addUnlisted(this.unlisted, unlisted);
    if (usage === undefined) return;
    this.#cpu.record(usage.cpuNs * secondsPerNs);
    // They have no memory any more.
    this.used = addUsage(this.used, { ...usage, memoryBytes: 0 });
    if (traffic === undefined) return;
    // Nor have they instances, or anybody who waits.
    const { ready, starting, waiting, inFlight } = noTraffic;
    const over = { ...traffic, ready, starting, waiting, inFlight };
    this.traffic = addTraffic(this.traffic ?? noTraffic, over);
  }

  /** A place is filled again that was empty for `downNs`. */
  replaced(downNs: number): void {
    this.#restart.record(downNs * secondsPerNs);
  }
}

/** `exited`, `failed`, `trapped`, `refused`, `killed`, or the limit that was reached. */
function kindOf(reason: ExitReason): string {
  if (reason.kind === "exited") return reason.code === 0 ? "exited" : "failed";
  if (reason.kind !== "killed") return reason.kind;
  return "limit" in reason.by ? `limit-${reason.by.limit}` : "killed";
}
