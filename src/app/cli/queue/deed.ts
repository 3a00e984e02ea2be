import type { Daemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";

export interface QueueName {
  readonly app: string;
  readonly queue: string;
}

/** What a deed is done with. */
export interface Given {
  readonly daemon: Daemon;
  /** Of one that is about a queue. */
  readonly name: QueueName;
  /** Those behind it. */
  readonly operands: readonly string[];
  readonly parsed: ParsedArguments;
  readonly terminal: Terminal;
}

/** One of the words after `noos queue`. */
export interface Deed {
  /** Its operands, as `readOperands` has them. */
  readonly names: readonly string[];
  /** It takes more of the last one. */
  readonly takesMore: boolean;
  readonly do: (given: Given) => Promise<void>;
}

/** The last value of an option. */
export function optionOf({ flags }: ParsedArguments, name: string): string | undefined {
  return flags.get(name)?.at(-1);
}
