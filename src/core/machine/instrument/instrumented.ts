import { ByteReader } from "#core/base";

/** Part of the key under which instrumented modules are kept: it changes with what is written. */
export const instrumenterVersion = 4;

/**
 * What an instrumented module imports behind its own imports, all from module `noos`: each memory
 * the guest defines, as `memory0` and so on; and, with checks, `yield`, a function from nothing to
 * nothing, and `flag`, a shared memory of one page. The program calls `yield` where it finds the
 * first i32 of the flag not to be 0. One that makes objects or exceptions also imports `allocate`,
 * `(f64) -> f64`: it says how many bytes it owes, and is told how many more it may make.
 */
export const kernelImports = {
  module: "noos",
  yield: "yield",
  allocate: "allocate",
  memory: "memory",
  flag: "flag",
} as const;

/** The export that takes the place of the start section, where the guest has one. */
export const startExport = "noos:start";

/** The custom section in which an instrumented module says how its functions are numbered. */
export const layoutSectionName = "noos";

/** How the functions of an instrumented module are numbered. */
export interface Layout {
  /** By how much the indices of the guest's own functions moved up. */
  readonly indexShift: number;
  /** From here on they are ours. */
  readonly firstAdded: number;
}

/** Of a module that was given no checks. */
const unmoved: Layout = { indexShift: 0, firstAdded: Infinity };

/** Expects a module that was instrumented. */
export function readLayout(module: WebAssembly.Module): Layout {
  const [section] = WebAssembly.Module.customSections(module, layoutSectionName);
  if (section === undefined) return unmoved;
  const reader = new ByteReader(new Uint8Array(section));
  return { indexShift: reader.unsigned(), firstAdded: reader.unsigned() };
}
