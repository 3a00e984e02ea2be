/** One option of a command: drives the parser, the help and the check of the manual. */
export interface OptionRow {
  /** Without its dashes. */
  readonly name: string;
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
  /** Whether stdout is a terminal. */
  readonly isTerminal: boolean;
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
  /** Answers the exit status. Throws a `PlatformError` for what the operator can mend. */
  run(parsed: ParsedArguments, terminal: Terminal): Promise<number>;
}
