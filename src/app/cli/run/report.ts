import { limitOptions } from "#app/cli/command";
import { guestFramesMax, type Outcome } from "#app/cli/start";
import { printable } from "#core/base";
import type { ExitReason, GuestFrame, KilledBy } from "#core/sys";

const framesShownMax = 12;

/** What a person has to know of the end, in lines; none when the program ended by itself. */
export function reportLines(outcome: Outcome): string[] {
  const lost = ["noos: the last of its output was not read in time, and is lost"];
  const late = outcome.isDelivered ? [] : lost;
  return [...endLines(outcome), ...late, ...failedLines(outcome)].map(printable);
}

function failedLines({ program, outputFailed }: Outcome): string[] {
  if (outputFailed === undefined) return [];
  return [
    `noos: not all that "${program}" wrote to stdout could be written: ${outputFailed}`,
    next("look at where stdout goes: is there room?"),
  ];
}

function endLines({ program, reason }: Outcome): string[] {
  switch (reason.kind) {
    case "exited":
      return [];
    case "killed":
      return killedLines(program, reason.by);
    case "trapped":
      return trappedLines(program, reason);
    case "refused":
      return [`noos: ${reason.why}`, next(reason.hint)];
  }
}

function killedLines(program: string, by: KilledBy): string[] {
  if ("who" in by) return [`noos: "${program}" was ended by ${by.who}`];
  const option = limitOptions.find(({ limit }) => limit === by.limit);
  return [
    `noos: "${program}" was ended: it reached its limit of ${by.limit}, ${by.allowed}`,
    next(`if it should go on, allow more with --${option?.name}`),
  ];
}

function trappedLines(
  program: string,
  { what, stack }: Extract<ExitReason, { readonly kind: "trapped" }>,
): string[] {
  const shown = stack.slice(0, framesShownMax).map(frameLine);
  const more = stack.length - shown.length;
  return [
    `noos: "${program}" trapped: ${what}`,
    ...shown,
    ...(more > 0 ? [`      … and ${stack.length < guestFramesMax ? more : "many"} more`] : []),
    next(adviceOn(what, stack)),
  ];
}

function frameLine({ functionName }: GuestFrame): string {
  return `      at ${functionName}`;
}

function adviceOn(what: string, stack: readonly GuestFrame[]): string {
  if (what === "call stack exhausted") {
    return "end the recursion, or allow more with --call-stack";
  }
  const isNameless = stack.length > 0 && stack.every(({ functionName }) => functionName[0] === "$");
  if (isNameless) return "build the program with function names (-g) to see where it went wrong";
  return "mend the program; --record keeps a run to be played back with noos replay";
}

function next(hint: string): string {
  return `      next: ${hint}`;
}
