import type { ExitReason } from "#core/sys";
import type { Measured, ProcessOrder, ProcessUsage } from "#pool/host";
import type { FindingReport } from "#pool/scale/finding";
import type { Traffic, UnlistedCall } from "#pool/traffic";

/** What a process does with its life. */
export interface ProcessScript {
  /** From its order until it is up; 1 ms. */
  readonly startNs?: number;
  /** In place of its start, it ends so. */
  readonly refusal?: ExitReason;
  /** From its start until it ends by itself; for ever. */
  readonly lifeNs?: number;
  /** How it ends by itself; exited(0). */
  readonly reason?: ExitReason;
  /** From being asked until it ends; 1 ms. `Infinity`: it does not listen. */
  readonly askedNs?: number;
  /** From being told to end until it has; 1 ms. */
  readonly toldNs?: number;
  /** What it has computed when it ends; nothing. */
  readonly cpuNs?: number;
  /** Of one that serves: what came to it. */
  readonly traffic?: Traffic;
  /** Of one that serves: what comes of new builds; of none, nothing is said. */
  readonly renewal?: "kept" | "reverted";
  /** Of one that serves: from being told to leave until it does, unless renewed; 1 s. */
  readonly leaveNs?: number;
  /** Whom it called that its `uses` do not list. */
  readonly unlisted?: readonly UnlistedCall[];
  /** Of one that serves, what is told of why. */
  readonly findings?: readonly FindingReport[];
}

/** A process on a simulated executor. */
export interface SimulatedProcess {
  /** What it was told last. */
  order: ProcessOrder;
  readonly script: ProcessScript;
  isUp: boolean;
  isAsked: boolean;
  isToldToEnd: boolean;
  isLeaving: boolean;
}

/** What is known by now of a process that does so. */
export function measuredOf({ cpuNs = 0, traffic, unlisted }: ProcessScript): Measured {
  return {
    usage: usageOf(cpuNs),
    ...(traffic === undefined ? {} : { traffic }),
    ...(unlisted === undefined ? {} : { unlisted }),
  };
}

function usageOf(cpuNs: number): ProcessUsage {
  return {
    cpuNs,
    wallNs: cpuNs,
    memoryBytes: 65_536,
    memoryPeakBytes: 131_072,
    calls: 1,
    readBytes: 2,
    writtenBytes: 3,
    waitNs: 0,
  };
}
