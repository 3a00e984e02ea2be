import type { Recording } from "#core/journal/format";
import type { OutputDifference } from "#core/journal/rehearse";
import type { CallSeen, ReplayResult } from "#core/journal/replay";
import { wasiP1AnswerName } from "#core/personality/wasi-p1";
import { describeExit } from "#core/sys";
import type { Played, Rehearsed } from "./play.ts";

/** What a replay came to, for a person. */
export function replayReport(played: Played, recording: Recording): string[] {
  const { result } = played;
  if (result.divergence !== undefined) return divergenceReport(played);
  if (result.wasStopped) return stopReport(played, recording);
  const memory =
    result.sameMemory === undefined
      ? "memory not compared: it was ended between two calls"
      : `memory ${result.sameMemory ? "the same" : "DIFFERENT"} at the end`;
  const marks = result.marksChecked === 0 ? "" : ` and at ${result.marksChecked} marks`;
  return [`replayed ${result.calls} calls: ${describeExit(played.exit.reason)}, ${memory}${marks}`];
}

/** Whether the replay was what was recorded, as far as the recording goes. */
export function isFaithful(result: ReplayResult): boolean {
  return result.divergence === undefined && result.sameMemory !== false;
}

function divergenceReport({ result, lastCalls }: Played): string[] {
  const { divergence } = result;
  return [
    `the replay differs from the recording at call ${divergence?.call}`,
    `  recorded: ${divergence?.recorded}`,
    `  replayed: ${divergence?.found}`,
    ...callLines(lastCalls),
  ];
}

function stopReport({ result, inHand, lastCalls }: Played, recording: Recording): string[] {
  const why = recording.isCut
    ? `the recording was cut after call ${result.calls}`
    : `stopped at call ${result.calls}`;
  return [why, ...callLines(lastCalls), "in hand:", ...inHand.map((line) => `  ${line}`)];
}

function callLines(calls: readonly CallSeen[]): string[] {
  if (calls.length === 0) return [];
  return ["last calls:", ...calls.map((call) => `  ${callLine(call)}`)];
}

/** `1207 fd_read(3, 1024, 1, 1036) = ok`. */
function callLine(call: CallSeen): string {
  const shown = call.parameters.map((value) =>
    typeof value === "bigint" ? BigInt.asUintN(64, value) : value >>> 0,
  );
  const answer = call.answer === undefined ? "" : ` = ${wasiP1AnswerName(call.answer)}`;
  return `${call.number} ${call.name}(${shown.join(", ")})${answer}`;
}

/** What a rehearsal came to, for a person. */
export function rehearsalReport({ exit, result }: Rehearsed): string[] {
  const lines = result.differences.flatMap((difference) => differenceLines(difference));
  const ended = describeExit(exit.reason);
  const recorded = result.recordedEnd === undefined ? ended : describeExit(result.recordedEnd);
  if (ended !== recorded) lines.push(`it ended with ${ended}, recorded was ${recorded}`);
  if (lines.length === 0) lines.push(`the same output and the same end: ${ended}`);
  if (result.missing.length > 0) {
    lines.push("the recording does not hold all it asked for:");
    lines.push(...result.missing.map((what) => `  ${what}`));
  }
  return lines;
}

/** Whether the other program wrote and ended as the recorded one did. */
export function isSame({ exit, result }: Rehearsed): boolean {
  const { recordedEnd } = result;
  const sameEnd =
    recordedEnd === undefined || describeExit(recordedEnd) === describeExit(exit.reason);
  return result.differences.length === 0 && sameEnd;
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
