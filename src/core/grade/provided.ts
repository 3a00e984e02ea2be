import { callFixes } from "#core/grade/known";
import type { Contract, ContractCall } from "./contract.ts";

/** What a kernel's call table says of a call. */
export interface CallSupport {
  readonly support: "full" | "partial";
  readonly type: string;
  readonly note: string;
}

/** The older contract, whose import module some programs still name. */
const preview0Module = "wasi_unstable";

/** WASI preview 1 under each import module it is provided as. */
export function wasiP1Contracts(provided: {
  readonly modules: readonly string[];
  readonly calls: Readonly<Record<string, CallSupport>>;
}): readonly Contract[] {
  const rows = Object.entries(provided.calls);
  return provided.modules.map((module) => ({
    name: module === preview0Module ? "WASI preview 0" : "WASI preview 1",
    module,
    calls: new Map(rows.map(([name, call]) => [name, gradeCall(name, call)])),
  }));
}

/** Programs as parents. Its calls are all there, but a process has to be granted children. */
export function noosProcessContract(provided: {
  readonly module: string;
  readonly calls: Readonly<Record<string, CallSupport>>;
}): Contract {
  const support = {
    level: "different",
    note: "ENOTSUP in a process that was granted no children, as any that `noos run` starts",
    fix: "expect ENOTSUP, and do without children then",
  } as const;
  const rows = Object.entries(provided.calls);
  return {
    name: "noos:process",
    module: provided.module,
    calls: new Map(rows.map(([name, { type }]) => [name, { type, ...support }])),
  };
}

/** Programs that serve requests and make them. What is not granted is told by the calls. */
export function noosHttpContract(provided: {
  readonly module: string;
  readonly calls: Readonly<Record<string, CallSupport>>;
}): Contract {
  const rows = Object.entries(provided.calls);
  return {
    name: "noos:http",
    module: provided.module,
    calls: new Map(rows.map(([name, call]) => [name, gradeCall(name, call)])),
  };
}

function gradeCall(name: string, { support, type, note }: CallSupport): ContractCall {
  if (support === "full") return { type, level: "supported", note, fix: "" };
  const fix = callFixes[name] ?? "nothing to change unless the program depends on it";
  return { type, level: "different", note, fix };
}
