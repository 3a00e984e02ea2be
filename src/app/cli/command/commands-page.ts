import type { Command } from "./command.ts";
import { optionForm } from "./help.ts";
import { helpOption } from "./parse-arguments.ts";

interface PageGroup {
  readonly title: string;
  readonly commands: readonly Command[];
}

const head = `<!-- Made by \`node tools/manual-pages.ts\` from the table of commands. -->

# Commands

What \`noos help COMMAND\` says, on one page.

- **The daemon** is found by \`--at\`, else by \`NOOS_AT\`, else at the usual socket. One on TCP
  asks for a token: \`--token\` names a file with it, else it is in \`NOOS_TOKEN\`.
  It is never on the command line, which other users of the machine can read.
- **PATH** is that of a process or a supervisor as \`noos ps\` shows it, or the end of one:
  \`shop/front/api.2\`, \`front/api.2\`, \`api.2\`. What could be several is refused, and
  names them.
- **JSON**: a list is an array with a line for each item; the shapes are those of the
  [OpenAPI document](../schema/openapi.json).
- Results go to stdout; progress and what went wrong to stderr, with the next command to type.
  [Exit statuses](exit-status.md) have a page of their own.
- Colours are for terminals, and not where \`NO_COLOR\` is set.
`;

/** The manual's page of all commands. */
export function commandsPage(groups: readonly PageGroup[]): string {
  const sections = groups.flatMap(({ title, commands }) => [
    `## ${title}`,
    ...commands.map(section),
  ]);
  return [head, ...sections].join("\n\n").replace("\n\n\n", "\n\n");
}

function section(command: Command): string {
  const { name, usage, summary, options, examples } = command;
  const rows = [...options, helpOption].map(
    (option) => `| \`${optionForm(option)}\` | ${option.meaning} |`,
  );
  const shown = examples.map(({ line, does }) => `${line}\n    ${does}`);
  return [
    `### noos ${name}`,
    "",
    `${summary}.`,
    "",
    "```",
    `noos ${name} ${usage}`,
    "```",
    "",
    "| option | meaning |",
    "| --- | --- |",
    ...rows,
    "",
    "```",
    ...shown,
    "```",
    "",
  ]
    .join("\n")
    .trimEnd();
}
