/** Part of the key under which instrumented modules are kept: it changes with what is written. */
export const instrumenterVersion = 2;

/**
 * What an instrumented module imports behind its own imports, all from module `noos`: each memory
 * the guest defines, as `memory0` and so on; and, with checks, `yield`, a function from nothing to
 * nothing, and `flag`, a shared memory of one page. The program calls `yield` where it finds the
 * first i32 of the flag not to be 0.
 */
export const kernelImports = {
  module: "noos",
  yield: "yield",
  memory: "memory",
  flag: "flag",
} as const;

/** The export that takes the place of the start section, where the guest has one. */
export const startExport = "noos:start";
