import type { ImportDescription, ModuleDescription } from "#core/machine/wasm";
import { defaultLimits } from "#core/sys";
import type { Ground } from "./contract.ts";
import { wasiP1Contracts } from "./provided.ts";

/** Only tests import this file: a ground of a few calls, and descriptions to be graded on it. */
export const sampleGround: Ground = {
  contracts: wasiP1Contracts({
    modules: ["wasi_snapshot_preview1", "wasi_unstable"],
    calls: {
      fd_read: { support: "full", type: "(i32, i32, i32, i32) -> i32", note: "" },
      fd_seek: { support: "full", type: "(i32, i64, i32, i32) -> i32", note: "" },
      path_rename: {
        support: "partial",
        type: "(i32, i32, i32, i32, i32, i32) -> i32",
        note: "within one file system",
      },
      proc_exit: { support: "full", type: "(i32) -> ()", note: "" },
    },
  }),
  limits: defaultLimits,
};

/** A module that declares what is given and nothing else. */
export function sampleModule(parts: Partial<Omit<ModuleDescription, "kind">>): ModuleDescription {
  return {
    kind: "module",
    imports: [],
    exports: [],
    memories: [],
    tables: [],
    functionCount: 0,
    hasStart: false,
    usesGc: false,
    customSections: [],
    ...parts,
  };
}

/** An import written as `module.name`, of a function unless it is said otherwise. */
export function sampleImport(
  subject: string,
  type: string,
  kind: ImportDescription["kind"] = "function",
): ImportDescription {
  const at = subject.indexOf(".");
  return { module: subject.slice(0, at), name: subject.slice(at + 1), kind, type };
}
