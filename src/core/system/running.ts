import type { ByteSink } from "#core/host";
import type { ExitRecord, Process, Started, Usage } from "#core/kernel";
import { Capture } from "#core/stream";
import type { Pid } from "#core/sys";

/** A process as whoever started it sees it. */
export interface RunningProcess {
  readonly pid: Pid;
  /** Settles at the end. What was written may still be on its way: see `delivered`. */
  readonly exit: Promise<ExitRecord>;
  /** As `exit`, but called back, once, as soon as it ends; without a promise that waits for it. */
  whenEnded(callback: (record: ExitRecord) => void): void;
  /** Settles when everything it wrote has been delivered, or cannot be any more. */
  readonly delivered: Promise<void>;
  /** What it used so far. */
  usage(): Usage;
  /** Ends it now, wherever it stands; `who` is told in the exit reason. */
  end(who: string): void;
  /** The last MiB it wrote to stdout, unless a sink of its own was given. */
  output(): string;
  /** The same of stderr. */
  errors(): string;
  readonly process: Process;
}

/** The same, of the kernel's own answer. */
export class Running implements RunningProcess {
  readonly #started: Started;
  readonly #stdout: ByteSink;
  readonly #stderr: ByteSink;

  constructor(
    started: Started,
    { stdout, stderr }: { readonly stdout: ByteSink; readonly stderr: ByteSink },
  ) {
    this.#started = started;
    this.#stdout = stdout;
    this.#stderr = stderr;
  }

  get process(): Process {
    return this.#started.process;
  }

  get pid(): Pid {
    return this.process.pid;
  }

  get exit(): Promise<ExitRecord> {
    return this.#started.exit;
  }

  whenEnded(callback: (record: ExitRecord) => void): void {
    this.#started.whenEnded(callback);
  }

  get delivered(): Promise<void> {
    return this.#started.delivered;
  }

  usage(): Usage {
    return this.#started.usage();
  }

  end(who: string): void {
    this.process.end({ kind: "killed", by: { who } });
  }

  output(): string {
    return textOf(this.#stdout);
  }

  errors(): string {
    return textOf(this.#stderr);
  }
}

function textOf(sink: ByteSink): string {
  return sink instanceof Capture ? sink.text() : "";
}
