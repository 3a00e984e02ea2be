import { printable } from "#core/base";
import type { Entry, TailRecording } from "#core/journal/format";
import { tellEntry } from "#core/journal/tell";
import type { CallSeen } from "#core/journal/replay";
import { describeExit, type ErrorCode, type ExitReason } from "#core/sys";
import { callLine } from "./report.ts";

/** How many calls are shown, and of each how much that happened in it or until the next. */
const callsMax = 12;
const eventsMax = 20;
/** How many inputs are shown, however long ago they came. */
const inputsMax = 8;

/** A call, and what happened from there to the next one. */
interface ToldCall {
  /** `undefined` of what comes before the first call that is there. */
  call: CallSeen | undefined;
  readonly events: string[];
  /** Those before them. */
  eventsNotShown: number;
}

/** Something that came in, during the call with that number or after it. */
interface ToldInput {
  readonly call: number;
  readonly input: string;
}

/** What can be told of a recording whose beginning is gone. */
export interface Tail {
  readonly missing: { readonly entries: number; readonly calls: number };
  /** All calls that were made, those that are missing included. */
  readonly calls: number;
  /** The last before the end, or up to the call that was asked for; oldest first. */
  readonly lastCalls: readonly ToldCall[];
  /** The call that was asked for, when it is not among those that are there. */
  readonly notThere: number | undefined;
  /** The last that came in, oldest first. */
  readonly lastInputs: readonly ToldInput[];
  readonly end: ExitReason | undefined;
  readonly inHand: readonly string[];
}

/** Reads what is there, up to the call with the number `until` if there is one. */
export function readTail(recording: TailRecording, until?: number): Tail {
  const { flight, header, callCount, end } = recording;
  const told = new Told(flight.missingCalls, (row) => header.calls[row] ?? `call ${row}`);
  const cursor = recording.journal.start();
  for (let entry = cursor.peek(); entry !== undefined; entry = cursor.peek()) {
    if (entry.kind === "ended") break;
    if (entry.kind === "call" && told.callCount >= (until ?? Infinity)) break;
    told.add(cursor.take());
  }
  return {
    missing: { entries: flight.missingEntries, calls: flight.missingCalls },
    calls: flight.missingCalls + callCount,
    lastCalls: told.calls,
    notThere: until === undefined || told.holds(until) ? undefined : until,
    lastInputs: told.inputs,
    end: end?.reason,
    inHand: flight.inHand,
  };
}

/** For a person. */
export function tailLines(tail: Tail): string[] {
  const lines = [missingText(tail)];
  if (tail.notThere !== undefined) lines.push(`call ${tail.notThere} is not there`);
  if (tail.lastInputs.length > 0) lines.push("last inputs:");
  lines.push(...tail.lastInputs.map(({ call, input }) => `  ${call} ${input}`));
  if (tail.lastCalls.length > 0) lines.push("last calls:");
  lines.push(...tail.lastCalls.flatMap(callLines));
  if (tail.end !== undefined) lines.push(`ended: ${describeExit(tail.end)}`);
  lines.push("in hand at the end:", ...tail.inHand.map((line) => `  ${line}`));
  return lines.map(printable);
}

function missingText({ missing, calls }: Tail): string {
  if (missing.entries === 0) {
    const text = `all ${calls} calls since the start, but not all that came in or went out`;
    return `the recording holds ${text}`;
  }
  const entries = `${missing.entries} entries of the journal`;
  const text = `${missing.calls} of ${calls} calls are missing (${entries})`;
  return `the recording does not reach back to the start: ${text}`;
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

/** What came in, and can be read by a person. */
function isInput(entry: Entry): boolean {
  if (entry.kind === "asked") return entry.question.call === "read";
  return entry.kind === "pulled" || entry.kind === "handed" || entry.kind === "accepted";
}

/** The last calls and inputs of a journal as it is read. */
class Told {
  readonly #nameOf: (row: number) => string;
  readonly #calls: ToldCall[] = [];
  readonly #inputs: ToldInput[] = [];
  #callCount: number;
  /** Whether the last event was an input. */
  #isInput = false;

  constructor(callsMissing: number, nameOf: (row: number) => string) {
    this.#callCount = callsMissing;
    this.#nameOf = nameOf;
  }

  get callCount(): number {
    return this.#callCount;
  }

  get calls(): readonly ToldCall[] {
    return this.#calls;
  }

  get inputs(): readonly ToldInput[] {
    return this.#inputs;
  }

  holds(callNumber: number): boolean {
    return this.#calls.some(({ call }) => call?.number === callNumber);
  }

  add(entry: Entry): void {
    if (entry.kind === "call") {
      const { row, parameters } = entry;
      const number = ++this.#callCount;
      this.#begin({ number, name: this.#nameOf(row), parameters, answer: undefined });
      return;
    }
    const present = this.#calls.at(-1) ?? this.#begin(undefined);
    if (entry.kind === "answer" && present.call !== undefined) {
      present.call = { ...present.call, answer: entry.answer };
      return;
    }
    const event = tellEntry(entry, this.#nameOf);
    if (entry.kind === "cut") return this.#amend(present, event);
    this.#isInput = isInput(entry);
    if (this.#isInput) this.#addInput(event);
    present.events.push(event);
    if (present.events.length <= eventsMax) return;
    present.events.shift();
    present.eventsNotShown += 1;
  }

  /** Says of the last event that it was shortened. */
  #amend({ events }: ToldCall, how: string): void {
    events.push(`${events.pop() ?? ""}, ${how}`);
    if (this.#isInput) this.#addInput(`${this.#inputs.pop()?.input ?? ""}, ${how}`);
  }

  #addInput(input: string): void {
    this.#inputs.push({ call: this.#callCount, input });
    if (this.#inputs.length > inputsMax) this.#inputs.shift();
  }

  #begin(call: CallSeen | undefined): ToldCall {
    const begun: ToldCall = { call, events: [], eventsNotShown: 0 };
    this.#calls.push(begun);
    if (this.#calls.length > callsMax) this.#calls.shift();
    return begun;
  }
}
