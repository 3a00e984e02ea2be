import { printable } from "#core/base";
import { formatDuration } from "#core/sys";
import type { EventKind, EventView } from "#pool/api";
import { paint, type Tone } from "./table.ts";

const tones: Readonly<Partial<Record<EventKind, Tone>>> = {
  "app-deployed": "busy",
  "app-removed": "busy",
  "process-started": "good",
  "supervisor-started": "good",
  "executor-started": "good",
  "renewal-starting": "busy",
  "renewal-canary": "busy",
  "renewal-trial": "busy",
  "renewal-kept": "good",
};

/** As wide as the longest kind. */
const kindWidth = "supervisor-started".length;

/** An event on one line: when, what, where, and what else there is to know. */
export function eventLine(event: EventView, { hasColours }: { hasColours: boolean }): string {
  const { at, kind, path, app, isFailure = false } = event;
  const tone = isFailure ? "bad" : (tones[kind] ?? "quiet");
  const padded = printable(kind).padEnd(kindWidth);
  const where = printable(path ?? app ?? "");
  const said = [where, ...remarks(event)].filter((part) => part !== "").join("  ");
  return `${printable(at)}  ${hasColours ? paint(padded, tone) : padded}  ${said}`.trimEnd();
}

function remarks({ text, delayNs, crash }: EventView): readonly string[] {
  return [
    ...(text === undefined ? [] : [printable(text)]),
    ...(delayNs === undefined ? [] : [`again in ${formatDuration(Math.max(0, delayNs))}`]),
    ...(crash === undefined ? [] : [`noos replay ${printable(crash)}`]),
  ];
}
