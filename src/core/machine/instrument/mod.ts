/**
 * Rewriting a core module so that the kernel can run it: preempt it, end it, bound it, bring its
 * memory.
 *
 * Knows: where a program must check the flag so that it does so soon, whatever it does, and how to
 * write the checks in while everything else stays what it was.
 * Must hold: no loop, recursion or long line of code runs on without a check; the rewritten program
 * does what the guest's does; functions keep their names, memories and exports their indices.
 * Never imports: anything but base, sys and the binary format. Knows nothing of how modules are
 * compiled and run.
 * Start reading at `instrument.ts`; `ways.ts` and `plan.ts` decide where the checks go.
 */
export { instrument, type InstrumentOptions } from "./instrument.ts";
export { instrumenterVersion, kernelImports, readLayout, startExport } from "./instrumented.ts";
export { instructionsBetweenChecksMax } from "./plan.ts";
