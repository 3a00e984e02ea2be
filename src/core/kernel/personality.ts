import type { Program, Provided } from "#core/machine";
import type { WaitQueue } from "#core/stream";
import type { Errno } from "#core/sys";
import type { OpenObject, Rights } from "./descriptor.ts";
import type { Process } from "./process.ts";
import type { notYet } from "./wait.ts";

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
  /** How the program runs; throws `ENTRY_MISSING` when there is no way to run it. */
  course(program: Program, process: Process): Course;
}

/**
 * What a program is called for again and again, once it is initialised. The personality says what;
 * the kernel calls, and between two calls the guest has no frame on any stack.
 */
export interface Duty {
  /** The exported function, which takes one number or two and gives nothing. */
  readonly entry: string;
  /** The number in a journal of looking for the next call. */
  readonly row: number;
  /** Who to be woken by when there is nothing to be called for. */
  readonly on: readonly WaitQueue[];
  /**
   * Looks for something to call the program for, and then has what the call takes in `first` and
   * `second`, or `isOver`. Must have no effect when it answers `notYet`.
   */
  look(): undefined | typeof notYet;
  /** There is nothing more to be called for, ever. */
  readonly isOver: boolean;
  readonly first: number;
  readonly second: number;
  /** The call that `look` found has returned. */
  done(): void;
}

/** How a program runs, from its start to its end. */
export interface Course {
  /**
   * The exported functions that initialise it, to be called first; left out for a process that
   * begins with the state of one in which they were called.
   */
  readonly initialisers?: readonly string[];
  /** The exported functions to call one after the other. */
  readonly entries: readonly string[];
  /** What it is called for then; `last` is what the last entry gave. Without, it is over. */
  readonly duty?: (last: unknown) => Duty;
}
