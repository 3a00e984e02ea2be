import { closeSync, openSync, writeSync } from "node:fs";
import type { Executor } from "#core/host";
import { Recorder } from "#core/journal/record";
import type { Boundary, Launch } from "#core/kernel";
import { wasiP1Calls } from "#core/personality/wasi-p1";
import { PlatformError } from "#core/sys";
import type { RecordingOutcome } from "./outcome.ts";
import type { ProgramFile } from "./program-file.ts";

/** What a recording needs besides the run itself. */
export interface RecordingParts {
  readonly host: Pick<Executor, "clock" | "codec">;
  readonly file: Pick<ProgramFile, "attachments">;
  readonly isPreemptible: boolean;
  /** Told at once when recording had to stop; the run goes on. */
  readonly announce: (line: string) => void;
}

/** The file that a run is recorded into. */
export class RecordingFile {
  readonly #path: string;
  readonly #parts: RecordingParts;
  readonly #descriptor: number;
  #recorder: Recorder | undefined;
  #failed: string | undefined;

  /** Replaces what is at `path`. Throws `FILE_NOT_WRITABLE`. */
  constructor(path: string, parts: RecordingParts) {
    this.#path = path;
    this.#parts = parts;
    try {
      this.#descriptor = openSync(path, "w", 0o600);
    } catch (cause) {
      throw notWritable(path, cause);
    }
  }

  /** What stands between the process and the outside, for `StartOptions.boundary`. */
  boundary(launch: Launch): Boundary {
    const { host, file, isPreemptible } = this.#parts;
    this.#recorder = new Recorder({
      header: { launch, calls: Object.keys(wasiP1Calls), isPreemptible },
      attachments: file.attachments(),
      clock: host.clock,
      codec: host.codec,
      write: (bytes) => this.#write(bytes),
      failed: (cause) => this.#stopped(cause),
    });
    return this.#recorder;
  }

  /** The recording is over: answers what became of it. */
  close(): RecordingOutcome {
    try {
      closeSync(this.#descriptor);
    } catch (cause) {
      // Some file systems only tell here that there was no room.
      this.#failed ??= (cause as Error).message;
    }
    const failed = this.#failed === undefined ? {} : { failed: this.#failed };
    return { file: this.#path, calls: this.#recorder?.callCount ?? 0, ...failed };
  }

  #stopped(cause: unknown): void {
    this.#failed = (cause as Error).message;
    this.#parts.announce(
      `recording into "${this.#path}" stopped: ${this.#failed}; the program goes on`,
    );
  }

  #write(bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.#descriptor, bytes, written);
    }
  }
}

function notWritable(path: string, cause: unknown): PlatformError {
  return new PlatformError(`cannot record into "${path}": ${(cause as Error).message}`, {
    code: "FILE_NOT_WRITABLE",
    hint: "name a file in a folder you may write",
    cause,
  });
}
