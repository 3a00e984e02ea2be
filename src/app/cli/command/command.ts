/** One option of a command: drives the parser, the help and the check of the manual. */
export interface OptionRow {
  /** Without its dashes. */
  readonly name: string;
  /** One letter that stands for it after a single dash. */
  readonly letter?: string;
  /** What its value is called, `BYTES` for example; an option without it takes no value. */
  readonly value?: string;
  readonly meaning: string;
  readonly repeatable?: boolean;
}

/** A command line as its option table reads it. */
export interface ParsedArguments {
  /** By name, the values in the order given; of an option without a value, empty texts. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
}

/** Where a command speaks to the person who gave it. */
export interface Terminal {
  /** Writes to stdout, all of it, before it returns. */
  out(text: string | Uint8Array): void;
  /** The same for stderr. */
  err(text: string | Uint8Array): void;
  /** Whether anybody still reads stdout: not after it was closed at the other end. */
  readonly hasReader: boolean;
  /** Whether stdout is a terminal. */
  readonly isTerminal: boolean;
  /** Whether stderr is one, where progress is shown. */
  readonly isErrTerminal: boolean;
  /** Whether what goes to stdout may be coloured. */
  readonly hasColours: boolean;
  /** Of a terminal that stdout is. */
  readonly size: { readonly columns: number; readonly rows: number } | undefined;
}

/** A command of `noos`. Loading one is cheap: what its work needs is loaded by `run`. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What follows the command's name: `[options] FILE`. */
  readonly usage: string;
  readonly options: readonly OptionRow[];
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  /** Whether what follows the first operand belongs to a program and is not looked at. */
  readonly passesOn?: boolean;
  /** What a shell may complete its operands to, in their order, if not to files. */
  readonly completes?: readonly Completed[];
  /**
   * Answers the exit status. Throws a `PlatformError` for what the operator can mend. `loadAll` is
   * for one that tells of the others.
   */
  run(parsed: ParsedArguments, terminal: Terminal, loadAll: LoadCommands): Promise<number>;
}

/** Words; or names of what a daemon runs, which it is asked for. */
export type Completed = readonly string[] | "apps" | "paths" | "specs" | "queues";

/** All commands, in the order of the help. */
export type LoadCommands = () => Promise<readonly Command[]>;
