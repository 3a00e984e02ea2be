import type { Epoch } from "#core/supervise";
import type { Parent } from "#pool/control/family";
import type { LeafSpec } from "#pool/control/tree";
import type { Life } from "#pool/host";

/** A process of an app that is on its way or runs. */
export interface LiveProcess extends Parent {
  readonly life: Life;
  readonly epoch: Epoch;
  readonly path: string;
  readonly spec: LeafSpec;
  readonly startedNs: number;
  /** Since when it runs; `undefined` while it is on its way. */
  runningNs: number | undefined;
  /** The program that started it. */
  readonly parent: LiveProcess | undefined;
}

/** A process that is to be started. */
export type Wish = Omit<LiveProcess, "life" | "startedNs" | "runningNs" | "takenBytes">;
