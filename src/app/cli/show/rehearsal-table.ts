import { printable } from "#core/base";
import type { RehearsalReport, RehearsedAnswer } from "#pool/renewal";
import { type Cell, type Column, formatTable, type Screen } from "./table.ts";

const columns: readonly Column[] = [
  { title: "REQUEST" },
  { title: "WHERE" },
  { title: "SERVES" },
  { title: "NEW" },
];

/** The answers that differ, a line for each place; those that are alike are shown once. */
export function formatRehearsal(
  { answers }: Pick<RehearsalReport, "answers">,
  screen: Screen,
): string {
  const times = Map.groupBy(answers, (answer) => JSON.stringify(answer));
  const rows = [...times.values()].flatMap((alike) => rowsOf(alike[0], alike.length));
  return formatTable(columns, rows, screen);
}

function rowsOf(answer: RehearsedAnswer | undefined, times: number): readonly Cell[][] {
  if (answer === undefined) return [];
  const { method, target, differences, more } = answer;
  const rows = differences.map(({ place, before, after }): Cell[] => [
    "",
    printable(place),
    printable(before),
    { text: printable(after), tone: "bad" },
  ]);
  const [first] = rows;
  const often = times === 1 ? "" : ` ×${times}`;
  if (first !== undefined) first[0] = `${printable(`${method} ${target}`)}${often}`;
  return more === 0 ? rows : [...rows, ["", `and ${more} more`, "", ""]];
}
