import type { Contract, ContractCall } from "./contract.ts";
import { type FunctionRow, wasiP1Functions } from "./wasi-p1-functions.ts";

/** How well each function of a contract is supported: what a kernel's call table says of itself. */
export type SupportTable = Readonly<
  Record<string, { readonly support: "full" | "partial"; readonly note: string }>
>;

/** The older contract, whose import module some programs still name. */
const preview0Module = "wasi_unstable";

/**
 * Functions of preview 0 that look the same and mean something else. They are provided in the form
 * of preview 1, which is wrong for a program that expects the older one.
 */
const preview0Differences: Readonly<Record<string, string>> = {
  fd_seek: "preview 0 numbers the ways to seek otherwise: current 0, end 1, set 2",
  fd_filestat_get: "preview 0 has a file's status in 56 bytes, what is written here takes 64",
  path_filestat_get: "preview 0 has a file's status in 56 bytes, what is written here takes 64",
  poll_oneoff: "preview 0 has subscriptions of 56 bytes, what is read here are 48",
};

const preview0Fix = "build it again: toolchains since 2020 build for WASI preview 1";

/** WASI preview 1 under each import module it is provided as. */
export function wasiP1Contracts(provided: {
  readonly modules: readonly string[];
  readonly calls: SupportTable;
}): readonly Contract[] {
  return provided.modules.map((module) => ({
    name: module === preview0Module ? "WASI preview 0" : "WASI preview 1",
    module,
    calls: new Map(
      Object.entries(provided.calls).map(([name, { support, note }]) => [
        name,
        module === preview0Module ? preview0Call(name, support, note) : call(name, support, note),
      ]),
    ),
  }));
}

function call(name: string, support: "full" | "partial", note: string): ContractCall {
  const row = functionRow(name);
  if (support === "full") return { type: row?.type, level: "supported", note, fix: "" };
  const fix = row?.fix ?? "nothing to change unless the program depends on it";
  return { type: row?.type, level: "different", note, fix };
}

function preview0Call(name: string, support: "full" | "partial", note: string): ContractCall {
  const difference = Object.hasOwn(preview0Differences, name)
    ? preview0Differences[name]
    : undefined;
  if (difference === undefined) return call(name, support, note);
  return { type: functionRow(name)?.type, level: "unsupported", note: difference, fix: preview0Fix };
}

function functionRow(name: string): FunctionRow | undefined {
  return Object.hasOwn(wasiP1Functions, name) ? wasiP1Functions[name] : undefined;
}
