import type { Terminal } from "#app/cli/command";
import { printable } from "#core/base";
import { formatDuration } from "#core/sys";
import type { ProcessView } from "#pool/api";
import type { Renewing } from "#app/cli/deploy/renewal";

/** What became of an app that was deployed. */
export type Ending =
  /** Nobody waited for it. */
  | { readonly kind: "begun" }
  | {
      readonly kind: "up";
      readonly running: number;
      readonly tookNs: number;
      /** What became of new builds, where there are any. */
      readonly renewals?: readonly Renewing[];
    }
  /** New builds did not start, or were worse: what was there before serves. */
  | { readonly kind: "reverted"; readonly renewals: readonly Renewing[] }
  /** Some end again and again, or ended with a failure and stay down. */
  | ({ readonly kind: "failing" } & Trouble)
  /** Some are being started for long, and nothing else comes up. */
  | ({ readonly kind: "stuck" } & Trouble)
  /** Somebody removed it meanwhile. */
  | { readonly kind: "gone" };

interface Trouble {
  readonly processes: readonly ProcessView[];
  /** How many others wait for one of them to be up. */
  readonly waitersCount: number;
}

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
      const renewals = (ending.renewals ?? []).map(howItTakesOver).join("");
      return `${app} is up after ${took}; processes running: ${ending.running}\n${renewals}`;
    }
    case "reverted":
      return sayReverted(app, ending.renewals);
    case "gone":
      return `noos: "${app}" was removed while it was being deployed\n      next: noos deploy\n`;
    case "failing":
      return sayTrouble(`"${app}" is deployed, and does not stay up`, app, ending);
    case "stuck":
      return sayTrouble(`"${app}" is deployed, and does not come up`, app, ending);
  }
}

/** Of a new build that has not just all calls, and for good. */
function howItTakesOver({ path, renewal }: Renewing): string {
  const { state, why, leftNs } = renewal;
  const left = leftNs === undefined ? "" : `${formatDuration(leftNs)}`;
  if (state === "canary") {
    const time = left === "" ? "until noos deploy --promote" : `for ${left}`;
    return `${printable(path)}: the new build has ${printable(why)}, ${time}\n`;
  }
  if (state !== "trial") return "";
  return `${printable(path)}: nobody calls the new build; it is on trial for ${left} more\n`;
}

function sayReverted(app: string, renewals: readonly Renewing[]): string {
  const lines = renewals.map(
    ({ path, renewal }) => `      ${printable(path)}: ${printable(renewal.why)}`,
  );
  return [
    `noos: "${app}" is deployed, and serves by the build before:`,
    ...lines,
    `      next: noos events ${app}; noos deploy tries it again`,
    "",
  ].join("\n");
}

function sayTrouble(what: string, app: string, { processes, waitersCount }: Trouble): string {
  const named = processes.slice(0, namedMax);
  const lines = named.map((view) => `      ${printable(view.path)}: ${howItStands(view)}`);
  const more = processes.length - named.length;
  const [first] = named;
  const next = first === undefined ? `noos ps ${app}` : nextFor(first);
  return [
    `noos: ${what}:`,
    ...lines,
    ...(more > 0 ? [`      and ${more} more`] : []),
    ...(waitersCount > 0 ? [`      processes that wait for that: ${waitersCount}`] : []),
    `      next: ${next}`,
    "",
  ].join("\n");
}

/** One whose start was refused has written nothing, and it is known what to do. */
function nextFor({ path, lastEndHint }: ProcessView): string {
  return lastEndHint === undefined ? `noos output ${printable(path)}` : printable(lastEndHint);
}

function howItStands({ state, lastEnd, restarts, ageNs = 0 }: ProcessView): string {
  if (state === "starting") return `starting for ${formatDuration(ageNs)}`;
  const times = restarts === 0 ? "" : `, restarted ${restarts} times`;
  const forGood = state === "done" ? ", not started again" : "";
  return `${printable(lastEnd ?? state)}${times}${forGood}`;
}
