import { describeExit, type ExitReason } from "#core/sys";

/** An end with the guest's stack, so that two traps at different places differ. */
export function endText(reason: ExitReason): string {
  if (reason.kind !== "trapped" || isByChance(reason)) return describeExit(reason);
  const names = reason.stack.map((frame) => frame.functionName);
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
