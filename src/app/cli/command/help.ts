import type { Command, OptionRow } from "./command.ts";
import { helpOption } from "./parse-arguments.ts";

const indent = "  ";

/** Lines are broken here so that the text reads well in any terminal. */
const widthMax = 88;

/** The text of `noos help COMMAND`. */
export function commandHelp(command: Command): string {
  const rows = [...command.options, helpOption].map((row): Row => [optionForm(row), row.meaning]);
  const examples = command.examples.flatMap(({ line, does }) => [
    "",
    `${indent}$ ${line}`,
    `${indent}${does}`,
  ]);
  return lines([
    `Usage: noos ${command.name} ${command.usage}`,
    "",
    ...wrap(`${command.summary}.`, widthMax),
    "",
    "Options:",
    ...columns(rows),
    ...(examples.length === 0 ? [] : ["", "Examples:", ...examples.slice(1)]),
  ]);
}

/** How an option is written: `--follow, -f`, `--memory BYTES`. */
export function optionForm({ name, letter, value }: OptionRow): string {
  const short = letter === undefined ? "" : `, -${letter}`;
  return `--${name}${short}${value === undefined ? "" : ` ${value}`}`;
}

/** Commands that belong together. */
export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly Pick<Command, "name" | "summary">[];
}

/** The text of `noos --help`. */
export function overview(groups: readonly CommandGroup[]): string {
  const rowsOf = ({ commands }: CommandGroup): readonly Row[] =>
    commands.map(({ name, summary }): Row => [name, summary]);
  const width = leftWidth(groups.flatMap(rowsOf));
  return lines([
    "Usage: noos COMMAND …",
    "",
    "Runs WebAssembly programs: in limits, with nothing they were not granted.",
    ...groups.flatMap((group) => ["", `${group.title}:`, ...columns(rowsOf(group), width)]),
    "",
    "noos help COMMAND tells more about one; noos --version which build this is.",
  ]);
}

type Row = readonly [left: string, right: string];

/** Two columns; the right one is broken into lines of its own width. */
function columns(rows: readonly Row[], left: number = leftWidth(rows)): string[] {
  return rows.flatMap(([name, text]) => {
    const [first = "", ...rest] = wrap(text, widthMax - left - indent.length);
    return [
      `${indent}${name.padEnd(left)}${first}`,
      ...rest.map((line) => `${indent}${" ".repeat(left)}${line}`),
    ];
  });
}

function leftWidth(rows: readonly Row[]): number {
  return Math.max(...rows.map(([left]) => left.length)) + 2;
}

function wrap(text: string, width: number): string[] {
  const broken: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      broken.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...broken, line];
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
