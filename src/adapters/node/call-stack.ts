/**
 * Sets how much stack a program that starts from now on may use, for all of this OS process.
 * Calls that need more trap; the stack takes memory only as far as it is used.
 *
 * Programs run on stacks of their own, whose size is the smaller one of two flags of the engine.
 * It reads them when a program starts; the stack of this thread itself stays as it is.
 */
export function setCallStack(bytes: number): void {
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  const kib = Math.floor(bytes / 1024);
  setFlagsFromString(`--stack-size=${kib}`);
  setFlagsFromString(`--wasm-stack-switching-stack-size=${kib}`);
}
