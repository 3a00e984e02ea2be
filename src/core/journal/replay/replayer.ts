import {
  type Cursor,
  type Entry,
  type EntryKind,
  type EntryOf,
  type Recording,
  sumMemories,
} from "#core/journal/format";
import { callText, describeEntry } from "#core/journal/tell";
import type { Codec, Turns } from "#core/host";
import type { GrantedPorts } from "#core/host/granted";
import { endOfGuest } from "#core/machine";
import type { Boundary, CallObserver, Process } from "#core/kernel";
import { type ErrorCode, type ExitReason, PlatformError } from "#core/sys";
import { CallLog, type CallSeen } from "./call-log.ts";
import { endTexts, isByChance } from "./ends.ts";
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
  /** Whether the memories were the same at the end; `undefined` where that cannot be known. */
  readonly sameMemory: boolean | undefined;
  /** Why it stopped before the end of the process, if it did. */
  readonly stoppedAt: "the call asked for" | "the end of the recording" | undefined;
}

export interface ReplayerOptions {
  readonly recording: Recording;
  /** The names of the personality's calls by row, as this build has them. */
  readonly calls: readonly string[];
  readonly turns: Turns;
  readonly codec: Codec;
  /** Gets what the guest writes, by port: 1 is stdout, 2 is stderr. */
  readonly output: (port: number, bytes: Uint8Array) => void;
  /** Stop when the call with this number, counted from 1, is made. */
  readonly until?: number | undefined;
  /** Told when it stops, with the process as it stands. */
  readonly stopped?: (process: Process) => void;
}

/** What leaves a process between two of its calls. */
const leaving: readonly EntryKind[] = ["offered", "output", "dropped", "sent"];

/** How many turns a guest may wait for nothing before that counts as a difference. */
const idleTurnsMax = 3;

/**
 * Runs a recording: takes the place of all a process was granted, answers from the journal in its
 * order, and compares what the guest does with what it did. The first difference ends the replay,
 * and so does the end of a recording that was cut.
 */
export class Replayer implements Boundary, CallObserver {
  readonly flushesWhenPaused = false;
  readonly #options: ReplayerOptions;
  readonly #cursor: Cursor;
  readonly #ports: ReplayPorts;
  readonly #log = new CallLog();
  #process: Process | undefined = undefined;
  #divergence: Divergence | undefined = undefined;
  #stoppedAt: ReplayResult["stoppedAt"] = undefined;
  #sameMemory: boolean | undefined = undefined;
  #marksChecked = 0;
  #isInCall = false;
  /** The call under way has waited: what is seen of it is seen with no guest below on the stack. */
  #hasBlocked = false;
  /** Counts looks at the guest, so that one that is out of date does nothing. */
  #lookCount = 0;

  constructor(options: ReplayerOptions) {
    this.#options = options;
    this.#cursor = options.recording.journal.start();
    this.#ports = new ReplayPorts({
      cursor: this.#cursor,
      launch: options.recording.header.launch,
      output: options.output,
      diverged: (recorded, found) => this.#diverge(this.#textOf(recorded), found),
      atEnd: () => this.#stop("the end of the recording"),
    });
  }

  get observer(): CallObserver {
    return this;
  }

  /** The last calls the guest made, oldest first. */
  get lastCalls(): readonly CallSeen[] {
    return this.#log.last;
  }

  result(): ReplayResult {
    return {
      divergence: this.#divergence,
      calls: this.#log.count,
      marksChecked: this.#marksChecked,
      sameMemory: this.#sameMemory,
      stoppedAt: this.#stoppedAt,
    };
  }

  ports(): GrantedPorts {
    return this.#ports.granted;
  }

  /** Tells the replayer its process; to be called before the process first runs. */
  attach(process: Process): void {
    this.#process = process;
    this.#outsideGuest(() => this.#goOn(process));
  }

  // --- the calls -----------------------------------------------------------------------------

  entered(process: Process, row: number, parameters: readonly (number | bigint)[]): void {
    const name = this.#options.calls[row] ?? `call ${row}`;
    this.#log.made(name, parameters);
    this.#isInCall = true;
    this.#hasBlocked = false;
    const entry = this.#cursor.peek();
    if (entry === undefined) return this.#stop("the end of the recording");
    if (entry.kind === "ended" && isByChance(entry.reason)) {
      // How deep a stack goes before it is used up is not the same each time.
      this.#isInCall = false;
      return this.#end(process, entry.reason);
    }
    const isSame =
      entry.kind === "call" &&
      this.#nameOf(entry.row) === name &&
      areSame(entry.parameters, parameters);
    if (!isSame) return this.#diverge(this.#textOf(entry), callText(name, parameters));
    this.#cursor.take();
    if (this.#log.count === this.#options.until) this.#stop("the call asked for");
  }

  answered(process: Process, _row: number, answer: number): void {
    this.#log.answered(answer);
    this.#isInCall = false;
    const check = (): void => {
      this.#checkAnswer(answer);
      this.#checkMark(process);
      this.#goOn(process);
    };
    if (this.#hasBlocked) this.#outsideGuest(check);
    else check();
  }

  blocked(process: Process): void {
    if (this.#hasBlocked) this.#outsideGuest(() => this.#checkWaiting());
    this.#hasBlocked = true;
    this.#lookLater(process, idleTurnsMax);
  }

  /** Never told: a replay flushes where the recording says. */
  flushed(): void {}

  ended(process: Process, reason: ExitReason): void {
    if (this.#divergence === undefined && this.#stoppedAt === undefined) {
      this.#checkEnd(process, reason);
    }
    this.#ports.release();
  }

  #checkAnswer(answer: number): void {
    const entry = this.#cursor.peek();
    if (entry === undefined) this.#stop("the end of the recording");
    if (entry.kind !== "answer" || entry.answer !== answer) {
      this.#diverge(this.#textOf(entry), `answers ${answer}`);
    }
    this.#cursor.take();
  }

  #checkWaiting(): void {
    const entry = this.#cursor.peek();
    if (entry === undefined) this.#stop("the end of the recording");
    if (entry.kind !== "waits") this.#diverge(this.#textOf(entry), "waits on");
    this.#cursor.take();
  }

  #checkMark(process: Process): void {
    const entry = this.#cursor.peek();
    if (entry?.kind !== "mark") return;
    this.#cursor.take();
    this.#marksChecked += 1;
    if (this.#sumOf(process) === entry.sum) return;
    this.#diverge("a memory with another content", "this memory");
  }

  #checkEnd(process: Process, reason: ExitReason): void {
    const entry = this.#cursor.peek();
    if (entry === undefined) {
      this.#stoppedAt = "the end of the recording";
      return;
    }
    const { recorded, found } =
      entry.kind === "ended"
        ? endTexts(entry.reason, reason)
        : { recorded: this.#textOf(entry), found: endTexts(reason, reason).found };
    if (entry.kind !== "ended" || recorded !== found) {
      this.#noteDivergence(recorded, found);
      return;
    }
    // Who is ended while computing stands at another instruction each time; inside a call it waits.
    if (isByChance(reason) && !this.#isInCall) return;
    if (this.#options.recording.flight?.isSummed === false) return;
    this.#sameMemory = this.#sumOf(process) === entry.sum;
  }

  // --- between the calls -----------------------------------------------------------------------

  /** What comes before the next call, to a guest that does not wait. */
  #goOn(process: Process): void {
    this.#deliver(process);
    const next = this.#cursor.peek();
    if (next === undefined) this.#stop("the end of the recording");
    if (next.kind === "call") return;
    const end = this.#endWithoutCall();
    if (end?.reason.kind === "killed") this.#end(process, end.reason);
  }

  /** The end, when the guest makes no call before it; what it wrote may still leave. */
  #endWithoutCall(): EntryOf<"ended"> | undefined {
    const ahead = this.#cursor.copy();
    for (let entry = ahead.peek(); entry !== undefined; entry = ahead.peek()) {
      if (entry.kind === "ended") return entry;
      if (!leaving.includes(entry.kind)) return undefined;
      ahead.take();
    }
    return undefined;
  }

  /** Hands over what arrived, up to the next entry that is the guest's own doing. */
  #deliver(process: Process): void {
    for (;;) {
      const entry = this.#cursor.peek();
      switch (entry?.kind) {
        case "flushed":
          this.#cursor.take();
          process.flush();
          break;
        case "pulled":
        case "pushed":
        case "accepted":
        case "rang":
        case "spawned":
        case "noticed":
        case "drained":
        case "gone":
        case "received":
        case "replied":
        case "requested":
          // One that was there when the process looked is the process's own doing.
          if (entry.kind === "requested" && entry.isTaken) return;
          this.#cursor.take();
          if (!this.#ports.deliver(entry)) {
            this.#diverge(this.#textOf(entry), "did not ask for it");
          }
          break;
        default:
          return;
      }
    }
  }

  #lookLater(process: Process, turnsLeft: number): void {
    const look = ++this.#lookCount;
    this.#options.turns.next(() => {
      if (look === this.#lookCount && process.isWaiting) this.#feed(process, turnsLeft);
    });
  }

  /** Delivers what came while the guest waited; finds out when it waits for what never came. */
  #feed(process: Process, turnsLeft: number): void {
    const before = this.#cursor.position;
    this.#outsideGuest(() => {
      this.#checkMark(process);
      this.#deliver(process);
      const entry = this.#cursor.peek();
      if (entry === undefined) this.#stop("the end of the recording");
      if (entry.kind === "ended" && entry.reason.kind === "killed") {
        this.#end(process, entry.reason);
      }
      // It was woken, if only to look and wait on: nothing that arrives need have been the reason.
      if (entry.kind === "waits") process.wake();
      if (turnsLeft === 0) this.#diverge(this.#textOf(entry), "waits");
    });
    const turnsMax = this.#cursor.position === before ? turnsLeft - 1 : idleTurnsMax;
    if (process.isWaiting) this.#lookLater(process, turnsMax);
  }

  // --- stopping --------------------------------------------------------------------------------

  #stop(where: "the call asked for" | "the end of the recording"): never {
    const process = this.#process;
    if (process === undefined) throw notStarted("RECORDING_INCOMPLETE", "it ends with its header");
    this.#stoppedAt = where;
    this.#options.stopped?.(process);
    this.#ports.release();
    return this.#end(process, { kind: "killed", by: { who: "the replay" } });
  }

  #diverge(recorded: string, found: string): never {
    const process = this.#process;
    if (process === undefined) throw notStarted("RECORDING_MALFORMED", "its parts do not fit");
    this.#noteDivergence(recorded, found);
    this.#ports.release();
    return this.#end(process, { kind: "killed", by: { who: "the replay" } });
  }

  #noteDivergence(recorded: string, found: string): void {
    this.#divergence ??= { call: this.#log.count, recorded, found };
  }

  /** Ends the guest wherever it stands; what is thrown takes it down when it stands below us. */
  #end(process: Process, reason: ExitReason): never {
    process.end(reason);
    throw endOfGuest;
  }

  /** For what is found while no guest is below us on the stack to be thrown through. */
  #outsideGuest(act: () => void): void {
    try {
      act();
    } catch (thrown) {
      if (thrown !== endOfGuest) throw thrown;
    }
  }

  #sumOf(process: Process): number {
    return sumMemories(process.memoryViews(), this.#options.codec);
  }

  #textOf(entry: Entry): string {
    return describeEntry(entry, (row) => this.#nameOf(row));
  }

  #nameOf(row: number): string {
    return this.#options.recording.header.calls[row] ?? `call ${row}`;
  }
}

/** For what is asked before there is a process: by the making of its root. */
function notStarted(code: ErrorCode, why: string): PlatformError {
  return new PlatformError(`cannot replay the recording: ${why}`, {
    code,
    hint: "record the run again",
  });
}

function areSame(a: readonly (number | bigint)[], b: readonly (number | bigint)[]): boolean {
  return a.length === b.length && a.every((value, index) => isSameBits(value, b[index]));
}

function isSameBits(recorded: number | bigint, found: number | bigint | undefined): boolean {
  if (typeof found === "bigint") return recorded === BigInt.asUintN(64, found);
  return found !== undefined && recorded === found >>> 0;
}
