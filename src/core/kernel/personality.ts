import type { Program, Provided } from "#core/machine";
import type { Errno } from "#core/sys";
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
  /** The contract's import module names, each with its functions, for the calls of `caller`. */
  imports(caller: Caller, isObserved: boolean): ReadonlyMap<string, ImportFunctions>;
  /** What a call answers for this error, or for success (`undefined`). */
  answerOf(answer: Errno | undefined): number;
  /** The exported functions to call one after the other; throws `ENTRY_MISSING` without any. */
  entryPoints(program: Program): readonly string[];
}
