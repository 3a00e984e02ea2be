import { nearest } from "#core/base";
import { PlatformError } from "#core/sys";
import type { Command, OptionRow, ParsedArguments } from "./command.ts";

/** Every command has it, and answers it with its help. */
export const helpOption: OptionRow = { name: "help", letter: "h", meaning: "show this text" };

/** What a command line is read by. */
type Grammar = Pick<Command, "name" | "options" | "passesOn">;

/**
 * Reads the words after a command's name: `--name=value`, `--name value`, `--flag`, its letter as
 * `-f`, and `--` for the end of options. Throws `USAGE` for an option that is unknown, lacks its
 * value, has one it does not take, or is given twice.
 */
export function parseArguments(grammar: Grammar, words: readonly string[]): ParsedArguments {
  const all = [...grammar.options, helpOption];
  const rows = new Map(all.map((row) => [row.name, row]));
  const letters = new Map(all.map((row) => [`-${row.letter}`, row.name]));
  const flags = new Map<string, string[]>();
  const positionals: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") {
      positionals.push(...words.slice(at + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      positionals.push(word);
      if (grammar.passesOn !== true) continue;
      positionals.push(...words.slice(at + 1));
      break;
    }
    const [name, attached] = splitOption(letters.has(word) ? `--${letters.get(word)}` : word);
    const row = rows.get(name);
    if (row === undefined) throw unknownOption(grammar, word);
    let value = attached;
    if (row.value !== undefined && value === undefined) {
      at += 1;
      value = words[at];
    }
    const values = flags.getOrInsertComputed(name, () => []);
    values.push(checkedValue(grammar, row, { value, isRepeated: values.length > 0 }));
  }
  return { flags, positionals };
}

/** `--name=value` as name and value; an empty name for what is no option of ours. */
function splitOption(word: string): readonly [name: string, value: string | undefined] {
  if (!word.startsWith("--")) return ["", undefined];
  const equals = word.indexOf("=");
  return equals === -1
    ? [word.slice(2), undefined]
    : [word.slice(2, equals), word.slice(equals + 1)];
}

function checkedValue(
  grammar: Grammar,
  row: OptionRow,
  found: { readonly value: string | undefined; readonly isRepeated: boolean },
): string {
  const option = `--${row.name}`;
  if (found.isRepeated && row.repeatable !== true) {
    throw usageError(grammar, `"${option}" is given twice`, "give it once");
  }
  if (row.value === undefined) {
    if (found.value === undefined) return "";
    throw usageError(grammar, `"${option}" takes no value, found "${found.value}"`, option);
  }
  if (found.value !== undefined) return found.value;
  throw usageError(grammar, `"${option}" lacks its value`, `${option} ${row.value}`);
}

function unknownOption(grammar: Grammar, word: string): PlatformError {
  const [name] = splitOption(word);
  const typed = name === "" ? word.replace(/^-+/, "").replace(/=.*$/s, "") : name;
  const near = nearest(
    typed,
    grammar.options.map((row) => row.name),
  );
  return usageError(
    grammar,
    `there is no option "${word.replace(/=.*$/s, "")}"`,
    near === undefined ? undefined : `did you mean --${near}?`,
  );
}

/** An operator's slip on the command line; every such message ends with where to read more. */
function usageError(grammar: Grammar, problem: string, next: string | undefined): PlatformError {
  const more = `noos help ${grammar.name}`;
  return new PlatformError(`cannot ${grammar.name}: ${problem}`, {
    code: "USAGE",
    hint: next === undefined ? more : `${next} (more: ${more})`,
  });
}
