import { printable } from "#core/base";
import type { Recording } from "#core/journal/format";
import type { OutputDifference } from "#core/journal/rehearse";
import type { CallSeen, Divergence, ReplayResult } from "#core/journal/replay";
import { wasiP1AnswerName } from "#core/personality/wasi-p1";
import { describeExit, type ExitReason } from "#core/sys";
import type { Played, Rehearsed } from "./play.ts";

/** What a replay came to, for a person. */
export function replayLines(played: Played): string[] {
  return linesOf(played).map(printable);
}

/** Whether the replay was what was recorded, as far as the recording goes. */
export function isFaithful(result: ReplayResult): boolean {
  return result.divergence === undefined && result.sameMemory !== false;
}

/** The same as one JSON object, on one line. */
export function replayJson(played: Played, recording: Recording, status: number): string {
  const { exit, result, lastCalls, inHand } = played;
  const isStopped = result.stoppedAt !== undefined;
  const stopped = isStopped ? { lastCalls: lastCalls.map(callLine), inHand } : {};
  const record = {
    status,
    exit: isStopped ? undefined : exit.reason,
    recordedExit: recording.end?.reason,
    ...result,
    ...stopped,
  };
  return printable(JSON.stringify(record));
}

function linesOf(played: Played): string[] {
  const { result, exit } = played;
  if (result.divergence !== undefined) return divergenceLines(played, result.divergence);
  if (result.stoppedAt !== undefined) return stopLines(played);
  const marks = result.marksChecked === 0 ? "" : ` and at ${count(result.marksChecked, "mark")}`;
  const calls = count(result.calls, "call");
  const ended = describeExit(exit.reason);
  return [`replayed ${calls}: ${ended}, ${memoryText(played)}${marks}`];
}

/** What to add when the call that was asked for was never made. */
export function untilLines(until: number | undefined, { result }: Played): string[] {
  if (until === undefined || until <= result.calls || result.divergence !== undefined) return [];
  return [`call ${until} was never made: there are ${count(result.calls, "call")}`];
}

function memoryText({ result, exit, isSummed }: Played): string {
  const { sameMemory } = result;
  if (sameMemory !== undefined) return `memory ${sameMemory ? "the same" : "DIFFERENT"} at the end`;
  if (!isSummed) return "memory not compared (it was too large to be summed when it ended)";
  return `memory not compared (${whyByChance(exit.reason)})`;
}

function whyByChance(reason: ExitReason): string {
  const why = reason.kind === "killed" ? "was ended while it computed" : "used up its stack";
  return `it ${why}, which is at another place each time`;
}

function divergenceLines({ lastCalls }: Played, divergence: Divergence): string[] {
  return [
    `the replay differs from the recording at call ${divergence.call}`,
    `  recorded: ${divergence.recorded}`,
    `  replayed: ${divergence.found}`,
    ...callLines(lastCalls),
  ];
}

function stopLines({ result, inHand, lastCalls }: Played): string[] {
  const isCut = result.stoppedAt === "the end of the recording";
  const call = `${isCut ? "in or after" : "at"} call ${result.calls}`;
  const where = result.calls === 0 ? "before the first call" : call;
  return [
    isCut ? `the recording was cut: it ends ${where}` : `stopped ${where}`,
    ...callLines(lastCalls),
    "in hand:",
    ...inHand.map((line) => `  ${line}`),
  ];
}

function callLines(calls: readonly CallSeen[]): string[] {
  if (calls.length === 0) return [];
  return ["last calls:", ...calls.map((call) => `  ${callLine(call)}`)];
}

/** `1207 fd_read(3, 1024, 1, 1036) = ok`. */
export function callLine(call: CallSeen): string {
  const shown = call.parameters.map((value) =>
    typeof value === "bigint" ? BigInt.asUintN(64, value) : value >>> 0,
  );
  const answer = call.answer === undefined ? "" : ` = ${wasiP1AnswerName(call.answer)}`;
  return `${call.number} ${call.name}(${shown.join(", ")})${answer}`;
}

/** What a rehearsal came to, for a person. */
export function rehearsalLines(rehearsed: Rehearsed, recording: Recording): string[] {
  const { exit, result } = rehearsed;
  const lines = result.differences.flatMap(differenceLines);
  const ended = describeExit(exit.reason);
  if (!isSameEnd(rehearsed, recording)) {
    const recorded = recording.end === undefined ? "" : describeExit(recording.end.reason);
    lines.push("it ends differently", `  recorded: ${recorded}`, `  found:    ${ended}`);
  }
  if (lines.length === 0) lines.push(sameText(recording, ended));
  if (result.missing.length > 0) {
    lines.push("the recording does not hold all that it asked for:");
    lines.push(...result.missing.map((what) => `  ${what}`));
  }
  return lines.map(printable);
}

function sameText({ end }: Recording, ended: string): string {
  if (end === undefined) return "the same output, up to where the recording was cut";
  return `the same output and the same end: ${ended}`;
}

/** The same as one JSON object, on one line. */
export function rehearsalJson(rehearsed: Rehearsed, recording: Recording, status: number): string {
  const { exit, result } = rehearsed;
  const record = {
    status,
    isSame: isSame(rehearsed, recording),
    exit: exit.reason,
    recordedExit: recording.end?.reason,
    ...result,
  };
  return printable(JSON.stringify(record));
}

/** Whether the other program wrote and ended as the recorded one did. */
export function isSame(rehearsed: Rehearsed, recording: Recording): boolean {
  return rehearsed.result.differences.length === 0 && isSameEnd(rehearsed, recording);
}

function isSameEnd({ exit }: Rehearsed, { end }: Recording): boolean {
  return end === undefined || describeExit(end.reason) === describeExit(exit.reason);
}

function differenceLines(difference: OutputDifference): string[] {
  const show = (line: string | undefined): string =>
    line === undefined ? "(nothing more)" : JSON.stringify(line);
  return [
    `${difference.stream} differs at byte ${difference.offset}, line ${difference.line}`,
    `  recorded: ${show(difference.recorded)}`,
    `  found:    ${show(difference.found)}`,
  ];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
