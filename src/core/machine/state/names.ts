/**
 * What a program exports whose processes may begin with the memory of another that was initialised
 * the same: a function, which each of them is called by then, whichever way it began.
 */
export const restoredExport = "noos_restored";

/** The same function once more, of a module whose memories and saved globals are all its state. */
export const restorableExport = "noos:restorable";

/** By which name such a module exports a global that may change. */
export function savedGlobalName(index: number): string {
  return `${savedGlobalPrefix}${index}`;
}

export function isSavedGlobal(name: string): boolean {
  return name.startsWith(savedGlobalPrefix);
}

/** Whether an export of this name can only be ours. */
export function isStateName(name: string): boolean {
  return name === restorableExport || isSavedGlobal(name);
}

const savedGlobalPrefix = "noos:global ";
