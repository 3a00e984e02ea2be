import {
  Cursor,
  exitReason,
  parameters,
  type Recording,
  sumMemories,
  Tag,
  tagNames,
} from "#core/journal/format";
import type { Codec, GrantedPorts, Turns } from "#core/host";
import { endOfGuest } from "#core/machine";
import type { Boundary, CallObserver, Process } from "#core/kernel";
import { describeExit, type ExitReason } from "#core/sys";
import { ReplayPorts } from "./replay-ports.ts";

/** The first place where a replay is not what was recorded. */
export interface Divergence {
  /** The call under way or just answered, counted from 1; 0 before the first. */
  readonly call: number;
  readonly recorded: string;
  readonly found: string;
}

/** What a replay came to. */
export interface ReplayResult {
  readonly divergence: Divergence | undefined;
  /** Calls made, the one it stopped at included. */
  readonly calls: number;
  readonly marksChecked: number;
  /** How the recorded run ended; `undefined` when the recording was cut before its end. */
  readonly recordedEnd: ExitReason | undefined;
  /** Whether the memories were the same at the end; `undefined` where that cannot be known. */
  readonly sameMemory: boolean | undefined;
  readonly wasStopped: boolean;
}

/** A call as it was made, for people. */
export interface CallSeen {
  readonly number: number;
  readonly name: string;
  readonly parameters: readonly (number | bigint)[];
  readonly answer: number | undefined;
}

export interface ReplayerOptions {
  readonly recording: Recording;
  readonly turns: Turns;
  readonly codec: Codec;
  /** Gets what the guest writes, by port: 1 is stdout, 2 is stderr. */
  readonly output: (port: number, bytes: Uint8Array) => void;
  /** Stop when the call with this number, counted from 1, is made. */
  readonly until?: number | undefined;
  /** Told when it stops there, with the process as it stands. */
  readonly stopped?: (process: Process) => void;
}

const lastCallsMax = 12;
/** How many turns a guest may wait for nothing before that counts as a difference. */
const idleTurnsMax = 3;

/**
 * Runs a recording: takes the place of all a process was granted, answers from the journal in its
 * order, and compares what the guest does with what it did. The first difference ends the replay.
 */
export class Replayer implements Boundary, CallObserver {
  readonly flushesWhenPaused = false;
  readonly #options: ReplayerOptions;
  readonly #cursor: Cursor;
  readonly #ports: ReplayPorts;
  #process: Process | undefined = undefined;
  #divergence: Divergence | undefined = undefined;
  #calls = 0;
  #marksChecked = 0;
  #isInCall = false;
  #recordedEnd: ExitReason | undefined = undefined;
  #sameMemory: boolean | undefined = undefined;
  #wasStopped = false;
  #lastCalls: CallSeen[] = [];

  constructor(options: ReplayerOptions) {
    this.#options = options;
    this.#cursor = new Cursor(options.recording.entries);
    this.#ports = new ReplayPorts({
      cursor: this.#cursor,
      launch: options.recording.header.launch,
      output: options.output,
      diverged: (recorded, found) => this.#diverge(recorded, found),
      isOver: () => this.#divergence !== undefined || this.#wasStopped,
    });
  }

  get observer(): CallObserver {
    return this;
  }

  /** The last calls the guest made, oldest first. */
  get lastCalls(): readonly CallSeen[] {
    return this.#lastCalls;
  }

  result(): ReplayResult {
    return {
      divergence: this.#divergence,
      calls: this.#calls,
      marksChecked: this.#marksChecked,
      recordedEnd: this.#recordedEnd,
      sameMemory: this.#sameMemory,
      wasStopped: this.#wasStopped,
    };
  }

  ports(): GrantedPorts {
    return this.#ports.granted;
  }

  /** Tells the replayer its process; to be called before the process first runs. */
  attach(process: Process): void {
    this.#process = process;
    this.#endIfKilled(process);
  }

  // --- the calls -----------------------------------------------------------------------------

  entered(process: Process, row: number, given: readonly (number | bigint)[]): void {
    this.#calls += 1;
    this.#isInCall = true;
    const name = this.#nameOf(row);
    this.#see({ number: this.#calls, name, parameters: given, answer: undefined });
    if (process.isEnding) throw endOfGuest;
    this.#deliver(process);
    if (this.#cursor.isAtEnd) return this.#stopAtEnd(process);
    if (this.#cursor.peek() !== Tag.call) {
      return this.#diverge(tagNames[this.#cursor.peek()] ?? "", `the call ${name}`);
    }
    const recorded = this.#cursor.take((reader) => {
      reader.u8();
      return { row: reader.u8(), parameters: parameters.read(reader) };
    });
    const found = callText(name, given);
    const wanted = callText(this.#nameOf(recorded.row), recorded.parameters);
    if (found !== wanted) return this.#diverge(wanted, found);
    if (this.#calls === this.#options.until) this.#stop(process);
  }

  answered(process: Process, row: number, answer: number): void {
    this.#isInCall = false;
    this.#see({ ...(this.#lastCalls.at(-1) as CallSeen), answer });
    if (this.#cursor.isAtEnd) return this.#stopAtEnd(process);
    if (this.#cursor.peek() !== Tag.answer) {
      const found = `${this.#nameOf(row)} answers ${answer}`;
      return this.#diverge(tagNames[this.#cursor.peek()] ?? "", found);
    }
    const recorded = this.#cursor.take((reader) => {
      reader.u8();
      return reader.unsigned();
    });
    if (recorded !== answer) {
      const name = this.#nameOf(row);
      return this.#diverge(`${name} answers ${recorded}`, `${name} answers ${answer}`);
    }
    this.#checkMark(process);
    this.#endIfKilled(process);
  }

  blocked(process: Process): void {
    this.#options.turns.next(() => this.#feed(process, idleTurnsMax));
  }

  /** Never told: a replay flushes where the recording says. */
  flushed(): void {}

  ended(process: Process, reason: ExitReason): void {
    if (this.#divergence !== undefined || this.#wasStopped) return;
    if (this.#cursor.isAtEnd) return;
    if (this.#cursor.peek() !== Tag.ended) {
      const recorded = tagNames[this.#cursor.peek()] ?? "";
      this.#divergence = { call: this.#calls, recorded, found: describeExit(reason) };
      return;
    }
    const recorded = this.#takeEnd();
    this.#recordedEnd = recorded.reason;
    if (endText(recorded.reason) !== endText(reason)) {
      this.#divergence = {
        call: this.#calls,
        recorded: endText(recorded.reason),
        found: endText(reason),
      };
      return;
    }
    // Who is killed while computing stands at another instruction each time.
    if (reason.kind === "killed" && !this.#isInCall) return;
    this.#sameMemory = sumMemories(process.memoryViews(), this.#options.codec) === recorded.sum;
  }

  // --- feeding the guest -----------------------------------------------------------------------

  /** Delivers what came while the guest waited; finds out when it waits for what never came. */
  #feed(process: Process, turnsLeft: number): void {
    if (!process.isWaiting) return;
    let before = this.#cursor.offset;
    try {
      // A mark is no news for the guest.
      this.#checkMark(process);
      before = this.#cursor.offset;
      this.#deliver(process);
      this.#endIfKilled(process);
    } catch (thrown) {
      if (thrown !== endOfGuest) throw thrown;
    }
    if (this.#cursor.offset !== before || !process.isWaiting) return;
    if (this.#cursor.isAtEnd) return this.#stopAtEnd(process, "waiting");
    if (turnsLeft > 0) {
      this.#options.turns.next(() => this.#feed(process, turnsLeft - 1));
      return;
    }
    const recorded = tagNames[this.#cursor.peek()] ?? "";
    this.#note(recorded, `${this.#lastCalls.at(-1)?.name ?? "the guest"} waits`);
    process.end(stoppedBy("the replay"));
  }

  #deliver(process: Process): void {
    for (;;) {
      const tag = this.#cursor.peek();
      if (tag === Tag.arrived) {
        this.#ports.deliverNext();
      } else if (tag === Tag.flushed) {
        this.#cursor.take((reader) => reader.u8());
        process.flush();
      } else {
        return;
      }
    }
  }

  #checkMark(process: Process): void {
    if (this.#cursor.peek() !== Tag.mark) return;
    const recorded = this.#cursor.take((reader) => {
      reader.u8();
      return reader.u32();
    });
    const found = sumMemories(process.memoryViews(), this.#options.codec);
    this.#marksChecked += 1;
    if (found !== recorded) this.#diverge("a memory with another content", "this memory");
  }

  /** A process that was killed made no more calls: it is ended where the journal says so. */
  #endIfKilled(process: Process): void {
    if (this.#cursor.peek() !== Tag.ended) return;
    const { reason } = this.#cursor.look(readEnd);
    if (reason.kind === "killed") process.end(reason);
  }

  #takeEnd(): RecordedEnd {
    return this.#cursor.take(readEnd);
  }

  // --- stopping --------------------------------------------------------------------------------

  #stop(process: Process): void {
    this.#wasStopped = true;
    this.#options.stopped?.(process);
    process.exit(stoppedBy("the replay"));
  }

  /** The file was cut: here is where what is known ends. */
  #stopAtEnd(process: Process, state: "running" | "waiting" = "running"): void {
    this.#wasStopped = true;
    this.#options.stopped?.(process);
    const reason = stoppedBy("the end of the recording");
    if (state === "waiting") process.end(reason);
    else process.exit(reason);
  }

  #diverge(recorded: string, found: string): never {
    this.#note(recorded, found);
    this.#process?.end(stoppedBy("the replay"));
    throw endOfGuest;
  }

  #note(recorded: string, found: string): void {
    this.#divergence ??= { call: this.#calls, recorded, found };
  }

  #see(call: CallSeen): void {
    if (this.#lastCalls.at(-1)?.number === call.number) this.#lastCalls.pop();
    this.#lastCalls.push(call);
    if (this.#lastCalls.length > lastCallsMax) this.#lastCalls.shift();
  }

  #nameOf(row: number): string {
    return this.#options.recording.header.calls[row] ?? `call ${row}`;
  }
}

interface RecordedEnd {
  readonly reason: ExitReason;
  readonly sum: number;
}

function readEnd(reader: Parameters<typeof exitReason.read>[0]): RecordedEnd {
  reader.u8();
  return { reason: exitReason.read(reader), sum: reader.u32() };
}

function stoppedBy(who: string): ExitReason {
  return { kind: "killed", by: { who } };
}

/** A call as one line: `fd_read(3, 1024, 1, 1036)`. */
function callText(name: string, given: readonly (number | bigint)[]): string {
  const shown = given.map((value) =>
    typeof value === "bigint" ? BigInt.asUintN(64, value) : value >>> 0,
  );
  return `${name}(${shown.join(", ")})`;
}

/** An end with the guest's stack, so that two traps at different places differ. */
function endText(reason: ExitReason): string {
  if (reason.kind !== "trapped") return describeExit(reason);
  const names = reason.stack.map((frame) => frame.functionName);
  return `${describeExit(reason)} in ${names.join(" < ")}`;
}
