import type {
  ByteSink,
  ByteSource,
  Connection,
  GrantedPorts,
  Listener,
  Outside,
  Turns,
} from "#core/host";
import { PortNumbers, type Recording } from "#core/journal/format";
import type { Boundary, CallObserver, Process } from "#core/kernel";
import type { Errno, ExitReason } from "#core/sys";
import { Inputs } from "./inputs.ts";
import { OutputComparison, type OutputDifference } from "./outputs.ts";
import { RecordedFiles } from "./recorded-files.ts";
import { RehearsalDirectory } from "./rehearsal-directory.ts";

/** What a rehearsal came to. */
export interface RehearsalResult {
  readonly differences: readonly OutputDifference[];
  readonly recordedEnd: ExitReason | undefined;
  /** What the program asked for and the recording does not hold, each once. */
  readonly missing: readonly string[];
}

const missingMax = 20;
const idleTurnsMax = 8;
const clockStepNs = 1_000_000n;

/**
 * Yesterday's inputs for another program: every stream, file, clock and random byte gives what it
 * gave in the recording, each in its own order, however differently the program asks. Output is
 * compared stream by stream. Time does not pass: a timer rings as soon as nothing else comes.
 */
export class Rehearsal implements Boundary, CallObserver {
  readonly flushesWhenPaused = true;
  readonly #granted: GrantedPorts;
  readonly #inputs: Inputs;
  readonly #turns: Turns;
  readonly #numbers = new PortNumbers();
  readonly #outputs = new Map<number, OutputComparison>();
  readonly #missing = new Set<string>();
  #calls = 0;

  constructor(recording: Recording, turns: Turns) {
    this.#inputs = new Inputs(recording);
    this.#turns = turns;
    const { launch } = recording.header;
    const numbers = this.#numbers;
    this.#granted = {
      stdin: this.#source(numbers.stdin),
      stdout: this.#sink(numbers.stdout, "stdout"),
      stderr: this.#sink(numbers.stderr, "stderr"),
      directories: launch.directories.map((row) => {
        const files = this.#inputs.files.get(numbers.next()) ?? new RecordedFiles();
        const missing = (what: string): void => this.#miss(`${what} in ${row.guest}`);
        return new RehearsalDirectory(files, { readOnly: row.readOnly, missing });
      }),
      listeners: launch.listeners.map(() => this.#listener(numbers.next())),
      connections: launch.connections.map(() => this.#connection(numbers.next())),
      outside: this.#outside(),
    };
  }

  get observer(): CallObserver {
    return this;
  }

  ports(): GrantedPorts {
    return this.#granted;
  }

  entered(): void {
    this.#calls += 1;
  }

  answered(): void {}

  /** A program that waits for what the recording does not hold would wait for ever. */
  blocked(process: Process): void {
    const call = this.#calls;
    const look = (turnsLeft: number): void => {
      if (!process.isWaiting || this.#calls !== call) return;
      if (turnsLeft > 0) return this.#turns.next(() => look(turnsLeft - 1));
      this.#miss("input that never came: it waits");
      process.end({ kind: "killed", by: { who: "the rehearsal" } });
    };
    look(idleTurnsMax);
  }

  flushed(): void {}

  ended(): void {}

  /** To be asked once the run is over. */
  result(): RehearsalResult {
    return {
      differences: [...this.#outputs.values()].flatMap((each) => each.difference() ?? []),
      recordedEnd: this.#inputs.end,
      missing: [...this.#missing],
    };
  }

  #miss(what: string): void {
    if (this.#missing.size < missingMax) this.#missing.add(what);
  }

  #outside(): Outside {
    const random = joinedReader(this.#inputs.entropy, () => this.#miss("more random bytes"));
    const { realtime, monotonic, cpu } = this.#inputs;
    return {
      clock: {
        realtimeNs: ticking(realtime),
        monotonicNs: ticking(monotonic),
        cpuNs: ticking(cpu),
      },
      entropy: { fill: random },
      timers: {
        after: (_delayNs, callback) => {
          let isCancelled = false;
          const ring = (): void => {
            if (!isCancelled) callback();
          };
          // Two turns: what the streams have comes before the timer that waits beside them.
          this.#turns.next(() => this.#turns.next(ring));
          return {
            cancel: () => {
              isCancelled = true;
            },
          };
        },
      },
    };
  }

  #source(port: number): ByteSource {
    const input = this.#inputs.streams.get(port);
    const chunks = [...(input?.chunks ?? [])];
    return {
      pull: (bytesMax, answer) => {
        const chunk = chunks.shift();
        if (chunk !== undefined && chunk.length > bytesMax)
          chunks.unshift(chunk.subarray(bytesMax));
        const isKnown = chunk !== undefined || input?.end !== undefined;
        if (!isKnown) this.#miss("more input than was read when it was recorded");
        this.#turns.next(() => answer(chunk?.subarray(0, bytesMax) ?? input?.end ?? "end"));
      },
      close: () => undefined,
    };
  }

  #sink(port: number, name: string): ByteSink {
    const comparison = new OutputComparison(name, this.#inputs.outputs.get(port) ?? []);
    this.#outputs.set(port, comparison);
    return {
      tryPush: (bytes) => {
        comparison.write(bytes);
        return bytes.length;
      },
      push: (bytes, answer) => {
        comparison.write(bytes);
        this.#turns.next(() => answer(undefined));
      },
      close: () => undefined,
    };
  }

  #listener(port: number): Listener {
    const accepted = [...(this.#inputs.accepted.get(port) ?? [])];
    return {
      accept: (answer) => {
        if (accepted.length === 0) return this.#miss("more connections than came");
        const failed: Errno | undefined = accepted.shift();
        this.#turns.next(() => answer(failed ?? this.#connection(this.#numbers.next())));
      },
      close: () => undefined,
    };
  }

  #connection(port: number): Connection {
    return {
      ...this.#source(port),
      ...this.#sink(port, `connection ${port}`),
      shutdownWrite: () => undefined,
    };
  }
}

/** A clock that shows the recorded times one after the other, then goes on by small steps. */
function ticking(times: readonly bigint[]): () => bigint {
  let index = 0;
  let last = 0n;
  return () => {
    last = times[index++] ?? last + clockStepNs;
    return last;
  };
}

/** Hands out the recorded bytes as one stream; what is asked beyond it counts up from zero. */
function joinedReader(
  pieces: readonly Uint8Array[],
  atEnd: () => void,
): (target: Uint8Array) => void {
  const all: number[] = [];
  for (const piece of pieces) for (const byte of piece) all.push(byte);
  let at = 0;
  return (target) => {
    for (let index = 0; index < target.length; index++) {
      if (at === all.length) atEnd();
      target[index] = all[at] ?? at;
      at += 1;
    }
  };
}
