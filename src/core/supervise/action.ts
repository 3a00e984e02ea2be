import type { EndReason } from "./end-reason.ts";
import type { ChildSpec, ProcessChildSpec } from "./spec.ts";

/**
 * One life of a child, from its start to its end: made by the tree, never used twice, larger for
 * each later life. What is told of an epoch that is over has no effect.
 */
export type Epoch = number & { readonly epoch: unique symbol };

/** Why a process is to be ended without being asked, or after it was. */
export type EndedFor = "grace-over" | "no-grace" | "parent-ended" | "unacknowledged" | "at-once";

/** What is to be done, in this order. The kernel does it and tells the tree what came of it. */
export type Action =
  /** Start this process; answer with `started` or `ended`. */
  | {
      readonly kind: "start";
      readonly path: string;
      readonly epoch: Epoch;
      readonly spec: ProcessChildSpec;
    }
  /** Hand the process an exit notice. `end` follows when its grace is over. */
  | { readonly kind: "ask"; readonly path: string; readonly epoch: Epoch; readonly graceNs: number }
  /** End this process now, also one that is being started; answer with `ended`. */
  | { readonly kind: "end"; readonly path: string; readonly epoch: Epoch; readonly for: EndedFor }
  /** All children of this supervisor have started. Once for each of its epochs. */
  | { readonly kind: "started"; readonly path: string; readonly epoch: Epoch }
  /**
   * This child and all below it have ended; after this, nothing of the epoch is left. `parent` is
   * who is to be told; with `isAcknowledgeDue`, a program that has to acknowledge it in time.
   */
  | {
      readonly kind: "report";
      readonly path: string;
      readonly epoch: Epoch;
      /** What it was; it may be another by now, or not be in the tree any more. */
      readonly spec: ChildSpec;
      readonly parent: Epoch | undefined;
      readonly reason: EndReason;
      readonly isFailure: boolean;
      readonly isAcknowledgeDue: boolean;
    };
