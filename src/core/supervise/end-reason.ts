import { describeExit, type ExitReason, formatDuration } from "#core/sys";
import type { GiveUp } from "./spec.ts";

/** Why a child of the tree ended: as its process did, or for what happened below it. */
export type EndReason =
  | ExitReason
  /** A supervisor that had nothing against it was asked to end. */
  | { readonly kind: "ended" }
  /** A supervisor met one restart more than it was to bear. */
  | { readonly kind: "gave-up"; readonly giveUp: GiveUp; readonly last: ChildEnd }
  /** A program did not acknowledge in time that a child of its failed. */
  | { readonly kind: "unacknowledged"; readonly child: ChildEnd };

/** Which child ended, and why: one link of the chain that an escalation leaves. */
export interface ChildEnd {
  readonly path: string;
  readonly reason: EndReason;
}

/** Whether an end that nobody asked for is a failure: all but exit status 0. */
export function isFailure(reason: EndReason): boolean {
  if (reason.kind === "exited") return reason.code !== 0;
  return reason.kind !== "ended";
}

/** One line for a person, the whole chain: `gave-up(3 in 10 s): shop/api: exited(1)`. */
export function describeEnd(reason: EndReason): string {
  const links: string[] = [];
  let at = reason;
  for (;;) {
    if (at.kind === "gave-up") {
      const { restarts, withinNs } = at.giveUp;
      links.push(`gave-up(${restarts} in ${formatDuration(withinNs)})`, at.last.path);
      at = at.last.reason;
    } else if (at.kind === "unacknowledged") {
      links.push("unacknowledged", at.child.path);
      at = at.child.reason;
    } else {
      links.push(at.kind === "ended" ? "ended" : describeExit(at));
      return links.join(": ");
    }
  }
}
