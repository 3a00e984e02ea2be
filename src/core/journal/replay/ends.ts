import { describeExit, type ExitReason } from "#core/sys";

/**
 * Two ends with the guest's stacks, so that traps at different places differ. Of the stacks as much
 * as both have: how deep one is seen is up to the host, an executor's or a command's.
 */
export function endTexts(
  recorded: ExitReason,
  found: ExitReason,
): { readonly recorded: string; readonly found: string } {
  const framesMax = Math.min(framesOf(recorded), framesOf(found));
  return { recorded: endText(recorded, framesMax), found: endText(found, framesMax) };
}

function framesOf(reason: ExitReason): number {
  return reason.kind === "trapped" ? reason.stack.length : Infinity;
}

function endText(reason: ExitReason, framesMax: number): string {
  if (reason.kind !== "trapped" || isByChance(reason)) return describeExit(reason);
  const names = reason.stack.slice(0, framesMax).map((frame) => frame.functionName);
  return `${describeExit(reason)} in ${names.join(" < ")}`;
}

/**
 * Whether where the guest stood is a matter of chance: somebody ended it, or its stack was used
 * up, which the engine allows to be deeper once it has compiled a function better.
 */
export function isByChance(reason: ExitReason): boolean {
  return (
    reason.kind === "killed" ||
    (reason.kind === "trapped" && reason.what === "call stack exhausted")
  );
}
