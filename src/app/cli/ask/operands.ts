import type { ParsedArguments } from "#app/cli/command";
import { PlatformError } from "#core/sys";

/** What a command takes beside its options. */
export interface Operands {
  /** As it is typed: `end`, `secret set`. */
  readonly command: string;
  /** What each is called; with a `?` at its end one that may be left out. */
  readonly names: readonly string[];
}

/** The operands in their order. Throws `USAGE` where there are fewer or more. */
export function readOperands(
  { positionals }: Pick<ParsedArguments, "positionals">,
  { command, names }: Operands,
): readonly string[] {
  const needed = names.filter((name) => !name.endsWith("?"));
  if (positionals.length >= needed.length && positionals.length <= names.length) {
    return positionals;
  }
  const missing = needed[positionals.length];
  const found =
    missing === undefined
      ? `there is nothing to do with "${positionals[names.length]}"`
      : `no ${missing} is given`;
  const shown = names.map((name) => (name.endsWith("?") ? `[${name.slice(0, -1)}]` : name));
  throw new PlatformError(`cannot ${command}: ${found}`, {
    code: "USAGE",
    hint: ["noos", command, ...shown].join(" "),
  });
}
