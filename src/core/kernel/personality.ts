import type { Program, Provided } from "#core/machine";
import type { Errno } from "#core/sys";
import type { OpenObject, Rights } from "./descriptor.ts";
import type { Process } from "./process.ts";

/** Gives the process whose guest makes the present call. */
export interface Caller {
  readonly process: Process;
}

/** The functions of one import module of a guest contract, by name. */
export type ImportFunctions = ReadonlyMap<string, Provided>;

/**
 * One guest contract: which functions it imports, how errors are numbered, where it starts.
 * A personality translates; every rule it applies is the kernel's or a file system's.
 */
export interface Personality {
  readonly name: string;
  /** The names of all its calls; a call's place is its number in a journal. */
  readonly calls: readonly string[];
  /** The contract's import module names, each with its functions, for the calls of `caller`. */
  imports(caller: Caller, isObserved: boolean): ReadonlyMap<string, ImportFunctions>;
  /** What a call answers for this error, or for success (`undefined`). */
  answerOf(answer: Errno | undefined): number;
  /** Everything that can be done with an open object of a kind, in the contract's terms. */
  rightsOf(kind: OpenObject["kind"]): Rights;
  /** The exported functions to call one after the other; throws `ENTRY_MISSING` without any. */
  entryPoints(program: Program): readonly string[];
}
