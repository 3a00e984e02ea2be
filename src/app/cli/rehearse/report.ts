import type { Terminal } from "#app/cli/command";
import { formatRehearsal } from "#app/cli/show";
import { printable } from "#core/base";
import type { RehearsalReport } from "#pool/renewal";

/** No answer differs; some do; nothing is known of the new build. */
const statuses = { same: 0, differing: 1, nothing: 2 } as const;

/** The exit status. */
export function statusOf({ same, differing }: RehearsalReport): number {
  if (differing > 0) return statuses.differing;
  return same > 0 ? statuses.same : statuses.nothing;
}

/** Tells people what a rehearsal found. */
export function reportRehearsal(whose: string, report: RehearsalReport, terminal: Terminal): void {
  const path = printable(whose);
  const { hasColours, size } = terminal;
  if (report.made === 0) return terminal.err(nothingKept(path));
  if (statusOf(report) === statuses.nothing) return terminal.err(nothingSettled(path, report));
  if (report.answers.length > 0) {
    terminal.out(formatRehearsal(report, { hasColours, columns: size?.columns }));
  }
  terminal.out(summaryOf(path, report));
}

function nothingKept(path: string): string {
  return [
    `noos: nothing is known that ${path} was asked of late`,
    "      kept is what came whole since its executor started, in bodies of 64 KiB at most",
    `      next: call it, and noos rehearse ${path} again`,
    "",
  ].join("\n");
}

function nothingSettled(path: string, { made, callsRefused, doubts }: RehearsalReport): string {
  return [
    `noos: nothing can be said of the new build: aside, what serves as ${path} answers none of`,
    `      ${made} requests as it did, for there it changes nothing and reaches nobody` +
      (callsRefused === 0 ? "" : ` (it tried ${callsRefused} times)`),
    ...doubts.map((doubt) => `      ${printable(doubt)}`),
    "      next: noos deploy --canary 5% tries the new build on a part of the calls",
    "",
  ].join("\n");
}

function summaryOf(path: string, report: RehearsalReport): string {
  const { recent, made, same, differing, unsettled, doubts, callsRefused, answers, unsteady } =
    report;
  const lines = [
    `${path}: requests made again: ${made}; answers that differ: ${differing}, alike: ${same}`,
  ];
  if (answers.length < differing) lines.push(`only the first ${answers.length} are shown`);
  if (made < recent) lines.push(`time was over before the other ${recent - made} were tried`);
  if (unsettled > 0) {
    lines.push(`${unsettled} cannot be compared: aside, what serves does not answer as it did`);
    lines.push(...doubts.map((doubt) => `  ${printable(doubt)}`));
  }
  if (callsRefused > 0) {
    lines.push(`${callsRefused} requests to others were refused: answers may differ for that`);
  }
  if (unsteady.length > 0) {
    lines.push("not compared, for there what serves differs from itself:");
    lines.push(...unsteady.map((place) => `  ${printable(place)}`));
  }
  return lines.map((line) => `${line}\n`).join("");
}
