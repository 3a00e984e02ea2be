import { printable } from "#core/base";
import type { Entry, TailRecording } from "#core/journal/format";
import { tellEntry } from "#core/journal/tell";
import type { CallSeen } from "#core/journal/replay";
import { describeExit, type ErrorCode, type ExitReason } from "#core/sys";
import { callLine } from "./report.ts";

/** How many calls are shown, and of each how much that happened in it or until the next. */
const callsMax = 12;
const eventsMax = 20;

/** A call, and what happened from there to the next one. */
interface ToldCall {
  /** `undefined` of what comes before the first call that is there. */
  call: CallSeen | undefined;
  readonly events: string[];
  /** Those before them. */
  eventsNotShown: number;
}

/** What can be told of a recording whose beginning is gone. */
export interface Tail {
  readonly missing: { readonly entries: number; readonly calls: number };
  /** All calls that were made, those that are missing included. */
  readonly calls: number;
  /** The last before the end, or up to the call that was asked for; oldest first. */
  readonly lastCalls: readonly ToldCall[];
  readonly end: ExitReason | undefined;
  readonly inHand: readonly string[];
}

/** Reads what is there, up to the call with the number `until` if there is one. */
export function readTail(recording: TailRecording, until: number = Infinity): Tail {
  const { flight, header, callCount, end } = recording;
  const told = new Told(flight.missingCalls, (row) => header.calls[row] ?? `call ${row}`);
  const cursor = recording.journal.start();
  for (let entry = cursor.peek(); entry !== undefined; entry = cursor.peek()) {
    if (entry.kind === "ended") break;
    if (entry.kind === "call" && told.callCount >= until) break;
    told.add(cursor.take());
  }
  return {
    missing: { entries: flight.missingEntries, calls: flight.missingCalls },
    calls: flight.missingCalls + callCount,
    lastCalls: told.last,
    end: end?.reason,
    inHand: flight.inHand,
  };
}

/** For a person. */
export function tailLines(tail: Tail): string[] {
  const { calls, entries } = tail.missing;
  const lines = [
    `the recording does not reach back to the start: ${calls} of ${tail.calls} calls are missing` +
      ` (${entries} entries of the journal)`,
    "the last that it holds:",
    ...tail.lastCalls.flatMap(callLines),
  ];
  if (tail.end !== undefined) lines.push(`ended: ${describeExit(tail.end)}`);
  lines.push("in hand at the end:", ...tail.inHand.map((line) => `  ${line}`));
  return lines.map(printable);
}

/** The same as one JSON object, on one line. */
export function tailJson(
  tail: Tail,
  verdict: { readonly status: number; readonly code: ErrorCode },
): string {
  const { end, lastCalls, ...rest } = tail;
  const calls = lastCalls.map(({ call, ...others }) => ({
    call: call === undefined ? undefined : callLine(call),
    ...others,
  }));
  return printable(JSON.stringify({ ...verdict, recordedExit: end, ...rest, lastCalls: calls }));
}

function callLines({ call, events, eventsNotShown }: ToldCall): string[] {
  const lines = call === undefined ? [] : [`  ${callLine(call)}`];
  if (eventsNotShown > 0) lines.push(`      ${eventsNotShown} more, then`);
  lines.push(...events.map((event) => `      ${event}`));
  return lines;
}

/** The last calls of a journal as it is read. */
class Told {
  readonly #nameOf: (row: number) => string;
  readonly #last: ToldCall[] = [];
  #callCount: number;

  constructor(callsMissing: number, nameOf: (row: number) => string) {
    this.#callCount = callsMissing;
    this.#nameOf = nameOf;
  }

  get callCount(): number {
    return this.#callCount;
  }

  get last(): readonly ToldCall[] {
    return this.#last;
  }

  add(entry: Entry): void {
    if (entry.kind === "call") {
      const { row, parameters } = entry;
      const number = ++this.#callCount;
      this.#begin({ number, name: this.#nameOf(row), parameters, answer: undefined });
      return;
    }
    const present = this.#last.at(-1) ?? this.#begin(undefined);
    if (entry.kind === "answer" && present.call !== undefined) {
      present.call = { ...present.call, answer: entry.answer };
      return;
    }
    present.events.push(tellEntry(entry, this.#nameOf));
    if (present.events.length <= eventsMax) return;
    present.events.shift();
    present.eventsNotShown += 1;
  }

  #begin(call: CallSeen | undefined): ToldCall {
    const begun: ToldCall = { call, events: [], eventsNotShown: 0 };
    this.#last.push(begun);
    if (this.#last.length > callsMax) this.#last.shift();
    return begun;
  }
}
