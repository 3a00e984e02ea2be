import {
  answerCodecs,
  Arrived,
  type Ask,
  Asked,
  askedNames,
  AskingDirectory,
  bytes,
  type Cursor,
  directoryCalls,
  outcome,
  PortNumbers,
  subjectText,
  Tag,
  tagNames,
} from "#core/journal/format";
import type {
  ByteSink,
  ByteSource,
  Connection,
  GrantedPorts,
  HostHandle,
  Listener,
  Outside,
  OutsideDirectory,
  SourceAnswer,
  Timer,
} from "#core/host";
import type { Launch } from "#core/kernel";
import type { Errno } from "#core/sys";

/** The root of every directory in a replay: a number that no host ever gives. */
const rootHandle = -1 as HostHandle;

export interface ReplayPortsOptions {
  readonly cursor: Cursor;
  readonly launch: Launch;
  readonly output: (port: number, bytes: Uint8Array) => void;
  readonly diverged: (recorded: string, found: string) => never;
  /** Whether the replay is over, and what the guest still does no longer counts. */
  readonly isOver: () => boolean;
}

/** The ports of a process that answer from a journal, in its order, and touch nothing else. */
export class ReplayPorts {
  readonly granted: GrantedPorts;
  readonly #options: ReplayPortsOptions;
  readonly #cursor: Cursor;
  readonly #numbers = new PortNumbers();
  readonly #pulls = new Map<number, (result: SourceAnswer) => void>();
  readonly #pushes = new Map<number, (failed: Errno | undefined) => void>();
  readonly #accepts = new Map<number, (result: Connection | Errno) => void>();
  readonly #timers = new Map<number, () => void>();

  constructor(options: ReplayPortsOptions) {
    this.#options = options;
    this.#cursor = options.cursor;
    const { launch } = options;
    const numbers = this.#numbers;
    this.granted = {
      stdin: this.#source(numbers.stdin),
      stdout: this.#sink(numbers.stdout),
      stderr: this.#sink(numbers.stderr),
      directories: launch.directories.map((row) => this.#directory(numbers.next(), row.readOnly)),
      listeners: launch.listeners.map(() => this.#listener(numbers.next())),
      connections: launch.connections.map(() => this.#connection(numbers.next())),
      outside: this.#outside(),
    };
  }

  /** Takes the arrival the journal has next and hands it to whoever waits for it. */
  deliverNext(): void {
    const [kind, what] = this.#cursor.take((reader) => {
      reader.u8();
      return [reader.u8(), reader.unsigned()];
    });
    switch (kind) {
      case Arrived.pulled:
        return this.#hand(this.#pulls, what ?? 0, this.#pulled());
      case Arrived.pushed:
        return this.#hand(this.#pushes, what ?? 0, this.#cursor.take(outcome.read));
      case Arrived.accepted: {
        const failed = this.#cursor.take(outcome.read);
        const result = failed ?? this.#connection(this.#numbers.next());
        return this.#hand(this.#accepts, what ?? 0, result);
      }
      default:
        return this.#hand(this.#timers, what ?? 0, undefined);
    }
  }

  #hand<T>(waiting: Map<number, (value: T) => void>, key: number, value: T): void {
    const answer = waiting.get(key);
    if (answer === undefined) {
      this.#options.diverged(`an answer to request ${key}`, "nobody asked for it");
    }
    waiting.delete(key);
    answer(value);
  }

  #pulled(): SourceAnswer {
    return this.#cursor.take((reader) => {
      const failed = outcome.read(reader);
      if (failed !== undefined) return failed;
      const chunk = bytes.read(reader);
      return chunk.length === 0 ? "end" : chunk;
    });
  }

  /** Takes the entry that answers a question of this kind, up to its answer. */
  #asked(kind: number): void {
    // A flush after the last call: the end of the process flushes the same bytes.
    while (this.#cursor.peek() === Tag.flushed) this.#cursor.take((reader) => reader.u8());
    const isIt = this.#cursor.peek() === Tag.asked && this.#cursor.peekKind() === kind;
    if (!isIt) {
      const tag = this.#cursor.peek();
      const recorded =
        tag === Tag.asked ? `asks for ${askedNames[this.#cursor.peekKind()]}` : tagNames[tag];
      this.#options.diverged(recorded ?? "nothing", `asks for ${askedNames[kind]}`);
    }
    this.#cursor.take((reader) => [reader.u8(), reader.u8()]);
  }

  #outside(): Outside {
    const time = (kind: number): bigint => {
      this.#asked(kind);
      return this.#cursor.take((reader) => reader.unsigned64());
    };
    return {
      clock: {
        realtimeNs: () => time(Asked.realtime),
        monotonicNs: () => time(Asked.monotonic),
        cpuNs: () => time(Asked.cpu),
      },
      entropy: {
        fill: (target) => {
          this.#asked(Asked.entropy);
          const recorded = this.#cursor.take(bytes.read);
          if (recorded.length !== target.length) {
            this.#options.diverged(
              `asks for ${recorded.length} random bytes`,
              `asks for ${target.length} random bytes`,
            );
          }
          target.set(recorded);
        },
      },
      timers: { after: (_delayNs, callback) => this.#timer(callback) },
    };
  }

  #timer(callback: () => void): Timer {
    const number = this.#numbers.nextTimer();
    this.#timers.set(number, callback);
    return { cancel: () => this.#timers.delete(number) };
  }

  #source(port: number): ByteSource {
    return {
      pull: (_bytesMax, answer) => this.#pulls.set(port, answer),
      close: () => this.#pulls.delete(port),
    };
  }

  #sink(port: number): ByteSink {
    return {
      push: (content, answer) => {
        this.#pushes.set(port, answer);
        this.#compareOutput(port, content);
      },
      tryPush: (content) => this.#tryPush(port, content),
      close: () => undefined,
    };
  }

  #tryPush(port: number, content: Uint8Array): number | Errno {
    // What an ended guest had buffered is handed on while its streams close.
    if (this.#options.isOver()) return content.length;
    this.#asked(Asked.tryPush);
    const recorded = this.#cursor.take((reader) => ({
      port: reader.unsigned(),
      failed: outcome.read(reader),
      taken: bytes.read(reader),
    }));
    const start = content.subarray(0, recorded.taken.length);
    this.#compare({ port: recorded.port, content: recorded.taken }, { port, content: start });
    if (recorded.failed !== undefined) return recorded.failed;
    this.#options.output(port, start);
    return start.length;
  }

  #compareOutput(port: number, content: Uint8Array): void {
    if (this.#options.isOver()) return;
    if (this.#cursor.peek() !== Tag.output) {
      this.#options.diverged(
        tagNames[this.#cursor.peek()] ?? "nothing",
        `writes ${outputText(content)}`,
      );
    }
    const recorded = this.#cursor.take((reader) => {
      reader.u8();
      return { port: reader.unsigned(), content: bytes.read(reader) };
    });
    this.#compare(recorded, { port, content });
    this.#options.output(port, content);
  }

  #compare(recorded: Output, found: Output): void {
    if (recorded.port === found.port && isEqual(recorded.content, found.content)) return;
    this.#options.diverged(
      `writes ${outputText(recorded.content)}`,
      `writes ${outputText(found.content)}`,
    );
  }

  #directory(port: number, readOnly: boolean): OutsideDirectory {
    const ask: Ask = (call, subject) => {
      this.#asked(Asked.directory);
      const found = subjectText(subject);
      const recorded = this.#cursor.take((reader) => ({
        port: reader.unsigned(),
        call: directoryCalls[reader.u8()],
        subject: reader.text(),
      }));
      if (recorded.port !== port || recorded.call !== call || recorded.subject !== found) {
        this.#options.diverged(`${recorded.call} ${recorded.subject}`, `${call} ${found}`);
      }
      return this.#cursor.take((reader) => answerCodecs[call].read(reader));
    };
    return new AskingDirectory(ask, { root: rootHandle, readOnly }, undefined);
  }

  #listener(port: number): Listener {
    return {
      accept: (answer) => this.#accepts.set(port, answer),
      close: () => this.#accepts.delete(port),
    };
  }

  #connection(port: number): Connection {
    return { ...this.#source(port), ...this.#sink(port), shutdownWrite: () => undefined };
  }
}

interface Output {
  readonly port: number;
  readonly content: Uint8Array;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** The start of what was written, for people. */
function outputText(content: Uint8Array): string {
  const shown = new TextDecoder().decode(content.subarray(0, 60));
  return `${JSON.stringify(shown)}${content.length > 60 ? "…" : ""} (${content.length} bytes)`;
}
