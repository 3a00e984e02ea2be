import type { Terminal } from "#app/cli/command";
import { printable } from "#core/base";
import { formatDuration } from "#core/sys";
import type { ProcessView } from "#pool/api";

/** What became of an app that was deployed. */
export type Ending =
  /** Nobody waited for it. */
  | { readonly kind: "begun" }
  | { readonly kind: "up"; readonly running: number; readonly tookNs: number }
  | { readonly kind: "failing"; readonly processes: readonly ProcessView[] }
  /** Somebody removed it meanwhile. */
  | { readonly kind: "gone" };

/** It is deployed, and is not as it should be. */
const notUp = 1;

/** So many failing processes are named. */
const namedMax = 10;

/** Tells people how it ended, and answers the exit status. */
export function reportEnding(
  app: string,
  ending: Ending,
  { isJson, terminal }: { readonly isJson: boolean; readonly terminal: Terminal },
): number {
  const said = sayEnding(printable(app), ending);
  if (ending.kind === "up" || ending.kind === "begun") {
    if (!isJson) terminal.out(said);
    return 0;
  }
  terminal.err(said);
  return notUp;
}

function sayEnding(app: string, ending: Ending): string {
  switch (ending.kind) {
    case "begun":
      return `${app} is deployed; noos ps ${app} says how it stands\n`;
    case "up": {
      const took = formatDuration(ending.tookNs);
      return `${app} is up after ${took}; processes running: ${ending.running}\n`;
    }
    case "gone":
      return `noos: "${app}" was removed while it was being deployed\n      next: noos deploy\n`;
    case "failing":
      return sayFailing(app, ending.processes);
  }
}

function sayFailing(app: string, processes: readonly ProcessView[]): string {
  const named = processes.slice(0, namedMax);
  const lines = named.map(({ path, lastEnd = "", restarts }) => {
    const times = restarts === 0 ? "" : `, restarted ${restarts} times`;
    return `      ${printable(path)}: ${printable(lastEnd)}${times}`;
  });
  const more = processes.length - named.length;
  const [first] = named;
  const next = first === undefined ? `noos ps ${app}` : `noos output ${printable(first.path)}`;
  return [
    `noos: "${app}" is deployed, and does not stay up:`,
    ...lines,
    ...(more > 0 ? [`      and ${more} more`] : []),
    `      next: ${next}`,
    "",
  ].join("\n");
}
