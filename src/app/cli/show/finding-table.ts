import { printable } from "#core/base";
import { describeSeen, type FindingReport } from "#pool/scale/finding";
import { type Cell, type Column, formatTable, type Screen } from "./table.ts";
import { formatAge } from "./units.ts";

const columns: readonly Column[] = [
  { title: "SINCE", isNumber: true },
  { title: "LAST", isNumber: true },
  { title: "BY" },
  { title: "DECIDED" },
  { title: "WHY, AND WHAT WAS SEEN" },
];

/** What controllers decided and why, the oldest first. */
export function formatFindings(findings: readonly FindingReport[], screen: Screen): string {
  const rows = findings.map(
    ({ sinceNs, ageNs, by, executor, decided, why, saw }): readonly Cell[] => [
      formatAge(sinceNs),
      formatAge(ageNs),
      { text: printable(executor === undefined ? by : `${by} on ${executor}`), tone: "busy" },
      printable(decided),
      printable(`${why}${describeSeen(saw)}`),
    ],
  );
  return formatTable(columns, rows, screen);
}
