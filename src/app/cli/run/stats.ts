import { type Outcome, type RecordingOutcome, statusOf } from "#app/cli/start";
import { printable } from "#core/base";
import type { Usage } from "#core/kernel";
import { describeExit, formatBytes, formatDuration } from "#core/sys";

type Format = (value: number) => string;

const count: Format = (value) => value.toLocaleString("en-US").replaceAll(",", " ");

/** The rows of what was used, as a person reads them. */
const usageRows: readonly (readonly [name: keyof Usage, label: string, format: Format])[] = [
  ["wallNs", "time", formatDuration],
  ["cpuNs", "cpu", formatDuration],
  ["memoryPeakBytes", "memory at most", formatBytes],
  ["calls", "calls", count],
  ["readBytes", "read", formatBytes],
  ["writtenBytes", "written", formatBytes],
  ["switches", "waits", count],
  ["preemptions", "preemptions", count],
];

/** What a run used and how long its start took, in lines. */
export function statsLines(outcome: Outcome): string[] {
  const { program, reason, usage, phases, recording } = outcome;
  const used = usageRows.flatMap(([name, label, format]) => {
    const value = usage[name];
    return value === undefined ? [] : [row(label, format(value))];
  });
  const startNs = phases.reduce((sum, { ns }) => sum + ns, 0);
  return [
    `${program}: ${describeExit(reason)}`,
    "used",
    ...used,
    `start: ${formatDuration(startNs)}`,
    ...phases.map(({ phase, ns }) => row(phase, formatDuration(ns))),
    ...(recording === undefined ? [] : [recordingLine(recording)]),
  ].map(printable);
}

/** The same and the exit as one JSON object, on one line. */
export function jsonLine(outcome: Outcome): string {
  const { program, reason, usage, phases, isDelivered, outputFailed, recording } = outcome;
  const record = {
    program,
    status: statusOf(outcome),
    exit: reason,
    usage,
    start: phases,
    isDelivered,
    outputFailed,
    recording,
  };
  return printable(JSON.stringify(record));
}

function row(label: string, value: string): string {
  return `  ${label.padEnd(16)}${value}`;
}

function recordingLine({ file, calls, failed }: RecordingOutcome): string {
  const held = calls === undefined ? "" : `, ${count(calls)} calls`;
  return `recording: ${file}${held}${failed === undefined ? "" : `, stopped: ${failed}`}`;
}
