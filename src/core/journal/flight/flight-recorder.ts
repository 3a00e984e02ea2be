import {
  type Attachment,
  encodeAttachment,
  encodeFlightNotes,
  encodeFrame,
  encodeHead,
  encodeHeader,
  type Entry,
  type EntryOf,
  FrameKind,
  type RecordingHeader,
  sumMemories,
  writeEntry,
} from "#core/journal/format";
import { inHand } from "#core/journal/tell";
import { JournalBoundary } from "#core/journal/record";
import { ByteWriter } from "#core/base";
import type { Executor } from "#core/host";
import type { CallMade, Process } from "#core/kernel";
import type { ExitReason } from "#core/sys";
import type { FlightBudget } from "./budget.ts";
import { flightLimits } from "./flight-limits.ts";
import { Ring } from "./ring.ts";

/** What a flight recorder needs. */
export interface FlightRecorderOptions {
  readonly header: Omit<RecordingHeader, "attachments">;
  /** For sums, and to write the recording. */
  readonly host: Pick<Executor, "codec">;
  /** Shared by all flight recorders of an executor. */
  readonly budget: FlightBudget;
  /** Of the journal that is kept: `flightLimits.ringBytesMax` by default. */
  readonly bytesMax?: number | undefined;
}

/** How a process ended that failed. */
interface Failure {
  readonly end: EntryOf<"ended">;
  readonly isSummed: boolean;
  readonly inHand: readonly string[];
}

/**
 * Keeps the last of what came into one process, in bounded memory, for the case that it fails:
 * then `take` gives a recording. While the process runs, entries are written down and nothing
 * else: no sums, no frames, no compression, no timers.
 *
 * Whoever made it calls `take` or `forget` when the process has failed; until then it holds what
 * it has. Of a process that exits with 0 it forgets everything by itself.
 */
export class FlightRecorder extends JournalBoundary {
  readonly #options: FlightRecorderOptions;
  readonly #ring: Ring;
  #isOver = false;
  #failure: Failure | undefined = undefined;

  constructor(options: FlightRecorderOptions) {
    super();
    this.#options = options;
    this.#ring = new Ring(options.budget, options.bytesMax ?? flightLimits.ringBytesMax);
  }

  /** Whether the process has ended otherwise than by exiting with 0, and nobody has taken that. */
  get hasFailure(): boolean {
    return this.#failure !== undefined;
  }

  /** Whether what is held reaches back to the start, so that a recording of it can be replayed. */
  get isWhole(): boolean {
    return this.#ring.isWhole;
  }

  /** A replay makes these calls again, for it begins at the beginning: here they are only told. */
  initialised(process: Process, calls: readonly CallMade[]): void {
    for (const { row, parameters, answer } of calls) {
      this.entered(process, row, parameters);
      this.answered(process, row, answer);
    }
  }

  ended(process: Process, reason: ExitReason): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (reason.kind === "exited" && reason.code === 0) return this.#ring.release();
    const views = process.memoryViews();
    const memoryBytes = views.reduce((sum, { length }) => sum + length, 0);
    const isSummed = memoryBytes <= flightLimits.summedBytesMax;
    const sum = isSummed ? sumMemories(views, this.#options.host.codec) : 0;
    this.#failure = {
      end: { kind: "ended", reason, sum },
      isSummed,
      inHand: inHand(process),
    };
  }

  /**
   * The recording of a process that has failed, in pieces to be written one after the other, once;
   * nothing of one that has not, or that was forgotten. `attachments` are asked for only when the
   * journal reaches back to the start; each piece is made when it is asked for.
   */
  *take(attachments: () => readonly Attachment[]): IterableIterator<Uint8Array> {
    const failure = this.#failure;
    if (failure === undefined) return;
    // At once, for while the pieces are written, others may need what this one holds.
    const { isWhole } = this.#ring;
    const notes = this.#frame(FrameKind.flight, this.#notes(failure));
    const journal = this.#frame(FrameKind.entries, this.#journal(failure));
    this.forget();
    const attached = isWhole ? attachments() : [];
    yield encodeHead();
    yield this.#frame(FrameKind.header, this.#header(attached));
    yield notes;
    for (const attachment of attached) {
      for (const piece of encodeAttachment(attachment)) {
        yield this.#frame(FrameKind.attachment, piece);
      }
    }
    yield journal;
  }

  /** Nobody wants the recording, or the process itself: nothing is held from now on. */
  forget(): void {
    this.#isOver = true;
    this.#failure = undefined;
    this.#ring.release();
  }

  protected note(entry: Entry): void {
    // How the last output was delivered is of no use to a replay.
    if (!this.#isOver) this.#ring.append(entry);
  }

  #header(attachments: readonly Attachment[]): Uint8Array {
    const announced = attachments.map(({ name, bytes }) => ({ name, sizeBytes: bytes.length }));
    return encodeHeader({ ...this.#options.header, attachments: announced });
  }

  #notes({ isSummed, inHand: held }: Failure): Uint8Array {
    const { isWhole, missingEntries, missingCalls } = this.#ring;
    return encodeFlightNotes({ isWhole, missingEntries, missingCalls, isSummed, inHand: held });
  }

  #journal({ end }: Failure): Uint8Array {
    const writer = new ByteWriter(this.#ring.heldBytes);
    writer.raw(this.#ring.bytes());
    writeEntry(writer, end);
    return writer.peek();
  }

  #frame(kind: number, payload: Uint8Array): Uint8Array {
    return encodeFrame({ kind, payload }, this.#options.host.codec);
  }
}
