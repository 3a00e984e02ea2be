import {
  answerCodecs,
  Arrived,
  type Ask,
  Asked,
  AskingDirectory,
  type Attachment,
  bytes,
  directoryCalls,
  encodeAttachment,
  encodeFrame,
  encodeHead,
  encodeHeader,
  exitReason,
  FrameKind,
  outcome,
  parameters,
  PortNumbers,
  type RecordingHeader,
  subjectText,
  sumMemories,
  Tag,
} from "#core/journal/format";
import { assert, ByteWriter } from "#core/base";
import type {
  ByteSink,
  ByteSource,
  Clock,
  Codec,
  Connection,
  GrantedPorts,
  Listener,
  Outside,
  OutsideDirectory,
  SourceAnswer,
} from "#core/host";
import type { Boundary, CallObserver, Process } from "#core/kernel";
import { Errno, type ExitReason } from "#core/sys";

/** What a recorder needs. */
export interface RecorderOptions {
  readonly header: RecordingHeader;
  readonly attachments: readonly Attachment[];
  readonly codec: Codec;
  /** The kernel's clock, to bound how long entries stay unwritten; never recorded itself. */
  readonly clock: Clock;
  /** Puts bytes at the end of the recording. May throw: then recording stops, the run goes on. */
  readonly write: (bytes: Uint8Array) => void;
  /** Told once when recording had to stop. */
  readonly failed: (cause: unknown) => void;
}

const pendingBytesMax = 256 * 1024;
const pendingNsMax = 250e6;
/** Marks may take up to one part in so many of the time that passes. */
const markShare = 100;

/**
 * Writes down all that comes into one process, and what it does with it:
 *
 *     call  asked…  (arrived | output | asked)…  answer  mark?  …  ended
 *
 * The order of entries is the order of events. What the outside answers at once stands where it
 * was asked; what it answers later stands where it arrived, apart from the call that takes it.
 */
export class Recorder implements Boundary, CallObserver {
  readonly flushesWhenPaused = true;
  readonly #options: RecorderOptions;
  readonly #entries = new ByteWriter(2 * pendingBytesMax);
  readonly #ports = new PortNumbers();
  #isFailed = false;
  #writtenNs: number;
  #markDueNs: number;
  #callCount = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#writtenNs = options.clock.monotonicNs();
    this.#markDueNs = this.#writtenNs;
    this.#write(encodeHead());
    this.#frame(FrameKind.header, encodeHeader(options.header));
    for (const attachment of options.attachments) {
      for (const piece of encodeAttachment(attachment)) this.#frame(FrameKind.attachment, piece);
    }
  }

  get observer(): CallObserver {
    return this;
  }

  /** Calls recorded so far. */
  get callCount(): number {
    return this.#callCount;
  }

  // --- the calls -----------------------------------------------------------------------------

  entered(_process: Process, row: number, given: readonly (number | bigint)[]): void {
    this.#callCount += 1;
    this.#entries.u8(Tag.call);
    this.#entries.u8(row);
    parameters.write(this.#entries, given);
  }

  answered(process: Process, _row: number, answer: number): void {
    this.#entries.u8(Tag.answer);
    this.#entries.unsigned(answer);
    if (this.#entries.lengthBytes > pendingBytesMax) this.#flush(process);
  }

  blocked(process: Process): void {
    if (this.#isOverdue()) this.#flush(process);
  }

  flushed(): void {
    this.#entries.u8(Tag.flushed);
    // No mark here: the guest stands at some instruction between two calls, which no replay finds.
    if (this.#isOverdue()) this.#flush(undefined);
  }

  ended(process: Process, reason: ExitReason): void {
    this.#entries.u8(Tag.ended);
    exitReason.write(this.#entries, reason);
    this.#entries.u32(sumMemories(process.memoryViews(), this.#options.codec));
    this.#flush(undefined);
  }

  // --- the ports -----------------------------------------------------------------------------

  ports(direct: GrantedPorts | undefined): GrantedPorts {
    assert(direct !== undefined, "a recorder wraps real ports");
    return {
      stdin: this.#source(direct.stdin, this.#ports.stdin),
      stdout: this.#sink(direct.stdout, this.#ports.stdout),
      stderr: this.#sink(direct.stderr, this.#ports.stderr),
      directories: direct.directories.map((port) => this.#directory(port, this.#ports.next())),
      listeners: direct.listeners.map((port) => this.#listener(port, this.#ports.next())),
      connections: direct.connections.map((port) => this.#connection(port, this.#ports.next())),
      outside: this.#outside(direct.outside),
    };
  }

  #outside({ clock, entropy, timers }: Outside): Outside {
    const time = (kind: number, ns: bigint): bigint => {
      this.#asked(kind);
      this.#entries.unsigned64(ns);
      return ns;
    };
    return {
      clock: {
        realtimeNs: () => time(Asked.realtime, clock.realtimeNs()),
        monotonicNs: () => time(Asked.monotonic, clock.monotonicNs()),
        cpuNs: () => time(Asked.cpu, clock.cpuNs()),
      },
      entropy: {
        fill: (target) => {
          entropy.fill(target);
          this.#asked(Asked.entropy);
          this.#entries.bytes(target);
        },
      },
      timers: {
        after: (delayNs, callback) => {
          const timer = this.#ports.nextTimer();
          return timers.after(delayNs, () => {
            this.#arrived(Arrived.rang, timer);
            callback();
          });
        },
      },
    };
  }

  #source(direct: ByteSource, port: number): ByteSource {
    return {
      pull: (bytesMax, answer) =>
        direct.pull(bytesMax, (result) => answer(this.#pulled(port, result))),
      close: () => direct.close(),
    };
  }

  #pulled(port: number, result: SourceAnswer): SourceAnswer {
    this.#arrived(Arrived.pulled, port);
    outcome.write(this.#entries, result instanceof Errno ? result : undefined);
    // No bytes stand for the end: a source that has some gives one at least.
    if (!(result instanceof Errno)) this.#entries.bytes(result === "end" ? noBytes : result);
    return result;
  }

  #sink(direct: ByteSink, port: number): ByteSink {
    const sink: ByteSink = {
      push: (content, answer) => {
        this.#output(port, content);
        direct.push(content, (failed) => {
          this.#arrived(Arrived.pushed, port);
          outcome.write(this.#entries, failed);
          answer(failed);
        });
      },
      close: () => direct.close(),
    };
    if (direct.tryPush === undefined) return sink;
    return { ...sink, tryPush: (content) => this.#tryPush(direct, port, content) };
  }

  /** Records what left, and how much that was: the rest comes again in the push that follows. */
  #tryPush(direct: ByteSink, port: number, content: Uint8Array): number | Errno {
    const taken = direct.tryPush?.(content) ?? 0;
    this.#asked(Asked.tryPush);
    this.#entries.unsigned(port);
    outcome.write(this.#entries, taken instanceof Errno ? taken : undefined);
    bytes.write(this.#entries, taken instanceof Errno ? noBytes : content.subarray(0, taken));
    return taken;
  }

  #directory(direct: OutsideDirectory, port: number): OutsideDirectory {
    const ask: Ask = (call, subject, answerNow) => {
      const answer = answerNow();
      this.#asked(Asked.directory);
      this.#entries.unsigned(port);
      this.#entries.u8(directoryCalls.indexOf(call));
      this.#entries.text(subjectText(subject));
      answerCodecs[call].write(this.#entries, answer);
      return answer;
    };
    return new AskingDirectory(ask, direct, direct);
  }

  #listener(direct: Listener, port: number): Listener {
    return {
      accept: (answer) =>
        direct.accept((result) => {
          this.#arrived(Arrived.accepted, port);
          outcome.write(this.#entries, result instanceof Errno ? result : undefined);
          answer(result instanceof Errno ? result : this.#connection(result, this.#ports.next()));
        }),
      close: () => direct.close(),
    };
  }

  #connection(direct: Connection, port: number): Connection {
    return {
      ...this.#source(direct, port),
      ...this.#sink(direct, port),
      shutdownWrite: () => direct.shutdownWrite(),
    };
  }

  // --- entries and frames --------------------------------------------------------------------

  #isOverdue(): boolean {
    return this.#options.clock.monotonicNs() - this.#writtenNs > pendingNsMax;
  }

  #asked(kind: number): void {
    this.#entries.u8(Tag.asked);
    this.#entries.u8(kind);
  }

  #arrived(kind: number, what: number): void {
    this.#entries.u8(Tag.arrived);
    this.#entries.u8(kind);
    this.#entries.unsigned(what);
  }

  #output(port: number, content: Uint8Array): void {
    this.#entries.u8(Tag.output);
    this.#entries.unsigned(port);
    this.#entries.bytes(content);
  }

  /** Writes the entries so far as a frame, behind a mark when one is due. */
  #flush(process: Process | undefined): void {
    const { clock, codec } = this.#options;
    const start = clock.monotonicNs();
    if (process !== undefined && start >= this.#markDueNs) {
      this.#entries.u8(Tag.mark);
      this.#entries.u32(sumMemories(process.memoryViews(), codec));
      const end = clock.monotonicNs();
      this.#markDueNs = end + (end - start) * markShare;
    }
    this.#frame(FrameKind.entries, this.#entries.toBytes());
    this.#entries.clear();
    this.#writtenNs = clock.monotonicNs();
  }

  #frame(kind: number, payload: Uint8Array): void {
    if (!this.#isFailed) this.#write(encodeFrame({ kind, payload }, this.#options.codec));
  }

  #write(content: Uint8Array): void {
    try {
      this.#options.write(content);
    } catch (cause) {
      this.#isFailed = true;
      this.#options.failed(cause);
    }
  }
}

const noBytes = new Uint8Array(0);
