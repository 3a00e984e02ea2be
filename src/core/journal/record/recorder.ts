import {
  type Attachment,
  encodeAttachment,
  encodeFrame,
  encodeHead,
  encodeHeader,
  type Entry,
  frameBytesMax,
  FrameKind,
  type RecordingHeader,
  sumMemories,
  writeEntry,
} from "#core/journal/format";
import { ByteWriter } from "#core/base";
import type { Executor, Timer } from "#core/host";
import type { Process } from "#core/kernel";
import { type ExitReason, formatBytes, PlatformError } from "#core/sys";
import { JournalBoundary } from "./journal-boundary.ts";

/** What a recorder needs. */
export interface RecorderOptions {
  readonly header: Omit<RecordingHeader, "attachments">;
  /** Written before the first entry. */
  readonly attachments: readonly Attachment[];
  /** Announced only: whoever records writes their frames while the run goes on. */
  readonly appended?: readonly Attachment[];
  /** To bound how long entries stay unwritten; what these ports answer is not recorded. */
  readonly host: Pick<Executor, "clock" | "turns" | "codec">;
  /** Puts bytes at the end of the recording. May throw: then recording stops, the run goes on. */
  readonly write: (bytes: Uint8Array) => void;
  /** Told once when recording had to stop. */
  readonly failed: (cause: unknown) => void;
}

const pendingBytesMax = 256 * 1024;
const pendingNsMax = 250e6;
/** Marks may take up to one part in so many of the time that passes. */
const markShare = 200;

/** Writes down all that comes into one process, and what it does with it, while it runs. */
export class Recorder extends JournalBoundary {
  readonly #options: RecorderOptions;
  readonly #entries = new ByteWriter(2 * pendingBytesMax);
  #isFailed = false;
  #timer: Timer | undefined = undefined;
  #markDueNs: number;
  #isMarkWanted = false;

  constructor(options: RecorderOptions) {
    super();
    this.#options = options;
    this.#markDueNs = options.host.clock.monotonicNs();
    this.#write(() => encodeHead());
    const { attachments, appended = [] } = options;
    const announced = [...attachments, ...appended].map(({ name, bytes }) => ({
      name,
      sizeBytes: bytes.length,
    }));
    this.#frame(FrameKind.header, encodeHeader({ ...options.header, attachments: announced }));
    for (const attachment of attachments) {
      for (const piece of encodeAttachment(attachment)) this.#frame(FrameKind.attachment, piece);
    }
  }

  ended(process: Process, reason: ExitReason): void {
    if (this.#isFailed) return;
    this.note({ kind: "ended", reason, sum: this.#sumOf(process) });
    this.#flush();
  }

  /** Writes what came after the end of the process: how its last output was delivered. */
  close(): void {
    this.#flush();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  protected note(entry: Entry): void {
    if (this.#isFailed) return;
    writeEntry(this.#entries, entry);
    if (this.#entries.lengthBytes > pendingBytesMax) this.#flush();
    this.#timer ??= this.#options.host.turns.after(pendingNsMax, () => this.#rang());
  }

  protected override stands(process: Process): void {
    if (this.#isMarkWanted) this.#mark(process);
  }

  #rang(): void {
    this.#timer = undefined;
    this.#flush();
    this.#isMarkWanted = this.#options.host.clock.monotonicNs() >= this.#markDueNs;
  }

  /** Sums are taken where the guest stands in a call, and as seldom as their cost demands. */
  #mark(process: Process): void {
    const { clock } = this.#options.host;
    const start = clock.monotonicNs();
    this.#isMarkWanted = false;
    this.note({ kind: "mark", sum: this.#sumOf(process) });
    const end = clock.monotonicNs();
    this.#markDueNs = end + (end - start) * markShare;
  }

  #sumOf(process: Process): number {
    return sumMemories(process.memoryViews(), this.#options.host.codec);
  }

  /** Writes the entries so far as a frame: it may end after any of them. */
  #flush(): void {
    if (this.#entries.lengthBytes === 0) return;
    this.#frame(FrameKind.entries, this.#entries.peek());
    this.#entries.clear();
  }

  #frame(kind: number, payload: Uint8Array): void {
    this.#write(() => {
      if (payload.length > frameBytesMax) throw tooLarge(payload);
      return encodeFrame({ kind, payload }, this.#options.host.codec);
    });
  }

  #write(content: () => Uint8Array): void {
    if (this.#isFailed) return;
    try {
      this.#options.write(content());
    } catch (cause) {
      this.#isFailed = true;
      this.#options.failed(cause);
    }
  }
}

function tooLarge(payload: Uint8Array): PlatformError {
  const sizes = `${formatBytes(payload.length)}, a frame holds ${formatBytes(frameBytesMax)}`;
  return new PlatformError(`cannot record one answer of the outside: it takes ${sizes}`, {
    code: "RECORDING_FAILED",
    hint: "grant a directory with fewer entries",
  });
}
