import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NeedName } from "#tools/toolchain";

type Environment = Readonly<Record<string, string>>;

/** One run of a program, and how it must go. */
export interface ProgramRun {
  /** A sentence about what this run shows. */
  readonly title: string;
  readonly args: readonly string[];
  readonly env?: Environment;
  readonly stdin?: string;
  /** What is in the program's directory, "/", before it starts: names and contents. */
  readonly files: Readonly<Record<string, string>>;
  /** The exit code; undefined if it must end in a trap. */
  readonly code: number | undefined;
  readonly stdout: string;
  /** What must be somewhere in its standard error. */
  readonly stderr?: string;
  /** What is in its directory afterwards, sorted. */
  readonly filesAfter: readonly string[];
}

/** Where a recipe works. */
export interface Workplace {
  /** The recipe's own sources, in this repository. */
  readonly sources: string;
  /** An empty folder that is removed afterwards. */
  readonly scratch: string;
  /** Runs a command in `scratch`; throws with what it printed if it fails. */
  readonly run: (argv: readonly [string, ...string[]], env?: Environment) => Promise<void>;
}

/** How a program that others wrote is had, and what it must do when it runs. */
export interface Recipe {
  readonly name: string;
  readonly about: string;
  /** Rows of the toolchain. Without them the program cannot be had on this machine. */
  readonly needs: readonly NeedName[];
  /** Those of its own files that go into the module; a pattern below the recipe's folder. */
  readonly inputs: string;
  /** Makes the module and answers its path. Expects everything in `needs`. */
  make(place: Workplace): Promise<string>;
  readonly runs: readonly ProgramRun[];
}

/** The text of one of a recipe's own files. */
export function text(recipe: string, file: string): string {
  return readFileSync(join(import.meta.dirname, recipe, file), "utf8");
}
