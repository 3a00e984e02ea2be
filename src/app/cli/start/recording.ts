import { closeSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { constants, zstdCompress } from "node:zlib";
import type { ProgramFile } from "#app/program";
import type { Executor } from "#core/host";
import {
  type Attachment,
  encodeAttachment,
  encodeHead,
  FrameKind,
  joinFrame,
} from "#core/journal/format";
import { Recorder } from "#core/journal/record";
import type { Boundary, Launch } from "#core/kernel";
import { PlatformError } from "#core/sys";
import { callNames } from "#core/system";
import type { RecordingOutcome } from "./outcome.ts";

/** What a recording needs besides the run itself. */
export interface RecordingParts {
  readonly host: Pick<Executor, "clock" | "turns" | "codec">;
  readonly file: Pick<ProgramFile, "attachments">;
  readonly isPreemptible: boolean;
  /** Told at once when recording had to stop; the run goes on. */
  readonly announce: (line: string) => void;
}

/**
 * What is larger than this is compressed on another thread while the program runs already, and
 * written when that is done: CPython's 26 MB would hold it up for a tenth of a second.
 */
const attachedAtOnceBytesMax = 256 * 1024;

const compress = promisify(zstdCompress);
/** More than a frame that could not be compressed at all is longer than what it holds. */
const packedSpareBytes = 64 * 1024;
const params = { [constants.ZSTD_c_compressionLevel]: 1 };

/** The file that a run is recorded into. */
export class RecordingFile {
  readonly #path: string;
  readonly #parts: RecordingParts;
  readonly #descriptor: number;
  #recorder: Recorder | undefined;
  #appended: Promise<void> = Promise.resolve();
  #failed: string | undefined;

  /** Replaces an older recording at `path`. Throws `FILE_NOT_WRITABLE`. */
  constructor(path: string, parts: RecordingParts) {
    this.#path = path;
    this.#parts = parts;
    try {
      if (isSomethingElse(path)) throw new Error("there is a file that is no recording");
      this.#descriptor = openSync(path, "w", 0o600);
    } catch (cause) {
      throw notWritable(path, cause);
    }
  }

  /** What stands between the process and the outside, for `StartOptions.boundary`. */
  boundary(launch: Launch): Boundary {
    const { host, file, isPreemptible } = this.#parts;
    const attachments = file.attachments();
    const isLater = ({ bytes }: Attachment): boolean =>
      // A program without checks may not give this thread a turn before its end.
      isPreemptible && bytes.length > attachedAtOnceBytesMax;
    const appended = attachments.filter(isLater);
    this.#recorder = new Recorder({
      header: { launch, calls: callNames, isPreemptible },
      attachments: attachments.filter((each) => !isLater(each)),
      appended,
      host,
      write: (bytes) => this.#write(bytes),
      failed: (cause) => this.#stopped(cause),
    });
    this.#appended = this.#append(appended);
    return this.#recorder;
  }

  /** The recording is over: answers what became of it. */
  async close(): Promise<RecordingOutcome> {
    this.#recorder?.close();
    await this.#appended;
    try {
      closeSync(this.#descriptor);
    } catch (cause) {
      // Some file systems only tell here that there was no room.
      this.#failed ??= (cause as Error).message;
    }
    const failed = this.#failed === undefined ? {} : { failed: this.#failed };
    return { file: this.#path, calls: this.#recorder?.callCount ?? 0, ...failed };
  }

  async #append(attachments: readonly Attachment[]): Promise<void> {
    for (const attachment of attachments) {
      for (const piece of encodeAttachment(attachment)) {
        try {
          // The library comes back to this thread for each chunk that is full, which a program
          // that computes lets it do every few milliseconds: so one chunk takes all.
          const chunkSize = piece.length + packedSpareBytes;
          const packed = await compress(piece, { params, chunkSize });
          this.#write(joinFrame(FrameKind.attachment, packed, this.#parts.host.codec));
        } catch (cause) {
          return this.#stopped(cause);
        }
      }
    }
  }

  /** The first failure counts: nothing is written after it. */
  #stopped(cause: unknown): void {
    if (this.#failed !== undefined) return;
    this.#failed = (cause as Error).message;
    this.#parts.announce(
      `recording into "${this.#path}" stopped: ${this.#failed}; the program goes on`,
    );
  }

  #write(bytes: Uint8Array): void {
    // Behind half a frame, a whole one is of no use.
    if (this.#failed !== undefined) throw new Error(this.#failed);
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.#descriptor, bytes, written);
    }
  }
}

/** A slip of the fingers is to cost nobody a program or a document. */
function isSomethingElse(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile() || stat.size === 0) return false;
  const wanted = encodeHead();
  const found = new Uint8Array(wanted.length);
  const file = openSync(path, "r");
  const count = readSync(file, found, 0, found.length, 0);
  closeSync(file);
  // Of a recording that was cut at once, there may be less; of another version, only the number.
  return !found.subarray(0, Math.min(count, 8)).every((byte, index) => byte === wanted[index]);
}

function notWritable(path: string, cause: unknown): PlatformError {
  return new PlatformError(`cannot record into "${path}": ${(cause as Error).message}`, {
    code: "FILE_NOT_WRITABLE",
    hint: "name a new file, in a folder you may write",
    cause,
  });
}
