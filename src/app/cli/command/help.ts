import type { Command } from "./command.ts";
import { helpOption } from "./parse-arguments.ts";

const indent = "  ";

/** Lines are broken here so that the text reads well in any terminal. */
const widthMax = 88;

/** The text of `noos help COMMAND`. */
export function commandHelp(command: Command): string {
  const rows = [...command.options, helpOption].map((row): Row => [
    `--${row.name}${row.value === undefined ? "" : ` ${row.value}`}`,
    row.meaning,
  ]);
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

/** The text of `noos --help`. */
export function overview(commands: readonly Pick<Command, "name" | "summary">[]): string {
  return lines([
    "Usage: noos COMMAND …",
    "",
    "Runs WebAssembly programs: in limits, with nothing they were not granted.",
    "",
    "Commands:",
    ...columns(commands.map(({ name, summary }): Row => [name, summary])),
    "",
    "noos help COMMAND tells more about one; noos --version which build this is.",
  ]);
}

type Row = readonly [left: string, right: string];

/** Two columns; the right one is broken into lines of its own width. */
function columns(rows: readonly Row[]): string[] {
  const leftWidth = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.flatMap(([left, right]) => {
    const [first = "", ...rest] = wrap(right, widthMax - leftWidth - indent.length);
    return [
      `${indent}${left.padEnd(leftWidth)}${first}`,
      ...rest.map((line) => `${indent}${" ".repeat(leftWidth)}${line}`),
    ];
  });
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
