import type {
  ByteSink,
  ByteSource,
  Connection,
  Family,
  Listener,
  Outside,
  OutsideDirectory,
  Turns,
} from "#core/host";
import type { GrantedPorts } from "#core/host/granted";
import { PortNumbers, type Recording } from "#core/journal/format";
import type { Boundary, CallObserver, Process } from "#core/kernel";
import { assert } from "#core/base";
import { compareDirectories } from "./compare-files.ts";
import type { ExitReason } from "#core/sys";
import { inStep } from "./in-step.ts";
import type { InitialFile } from "./initial-file.ts";
import { beforeCall, duringCall, Inputs } from "./inputs.ts";
import { LearntDirectory, questionsOf } from "./learn.ts";
import { compareOutputs, type OutputDifference, WrittenStream } from "./outputs.ts";
import { callsPort, RehearsalTraffic } from "./rehearsal-traffic.ts";
import { familyPort, RehearsalFamily } from "./rehearsal-family.ts";
import { RehearsalDirectory } from "./rehearsal-directory.ts";
import { WaitingLine } from "./waiting-line.ts";

/** What a rehearsal came to. */
export interface RehearsalResult {
  /** The first difference of each stream and file. */
  readonly differences: readonly OutputDifference[];
  /** What the program asked for and the recording does not hold, each once. */
  readonly missing: readonly string[];
}

const missingMax = 20;
/** How many turns a program may wait for nothing before the next arrival comes to it early. */
const idleTurnsMax = 3;
/** How often what never came is made up. */
const madeUpMax = 10_000;
const clockStepNs = 1_000_000n;
const cutOff: ExitReason = { kind: "killed", by: { who: "the rehearsal" } };

/**
 * Yesterday's inputs for another program: every stream, file, clock and random byte gives what it
 * gave in the recording, each in its own order, however differently the program asks; what came by
 * itself comes at the same call. Output is compared stream by stream and file by file.
 */
export class Rehearsal implements Boundary, CallObserver {
  readonly flushesWhenPaused = true;
  readonly #recording: Recording;
  readonly #inputs: Inputs;
  readonly #turns: Turns;
  readonly #line: WaitingLine;
  readonly #granted: GrantedPorts;
  readonly #written = new Map<number, WrittenStream>();
  readonly #directories = new Map<number, RehearsalDirectory>();
  readonly #missing = new Set<string>();
  #calls = 0;
  #lookCount = 0;
  #madeUp = 0;

  constructor(recording: Recording, turns: Turns) {
    this.#recording = recording;
    this.#inputs = new Inputs(recording);
    this.#turns = turns;
    this.#line = new WaitingLine(this.#inputs, (port) => this.#connection(port));
    const { launch } = recording.header;
    const numbers = new PortNumbers();
    const traffic = this.#traffic();
    this.#granted = {
      stdin: this.#source(numbers.stdin),
      stdout: this.#sink(numbers.stdout),
      stderr: this.#sink(numbers.stderr),
      directories: launch.directories.map((row) => this.#directory(numbers.next(), row)),
      listeners: launch.listeners.map(() => this.#listener(numbers.next())),
      connections: launch.connections.map(() => this.#connection(numbers.next())),
      family: launch.familyPath === undefined ? undefined : this.#family(launch.familyPath),
      inlet: launch.hasInlet ? traffic : undefined,
      outlet: launch.hasOutlet ? traffic : undefined,
      outside: this.#outside(),
    };
  }

  get observer(): CallObserver {
    return this;
  }

  ports(): GrantedPorts {
    return this.#granted;
  }

  entered(process: Process): void {
    this.#calls += 1;
    const { end, callCount } = this.#recording;
    // Who was ended from outside would go on for ever without it.
    if (this.#isOpenEnded && this.#calls > callCount) process.exit(end?.reason ?? cutOff);
    this.#line.deliverAll(beforeCall(this.#calls));
  }

  answered(): void {}

  blocked(process: Process): void {
    this.#lookLater(process, idleTurnsMax);
  }

  flushed(): void {}

  ended(): void {}

  /** To be asked once the run is over and its output delivered. */
  result(): RehearsalResult {
    return {
      differences: [...this.#streamDifferences(), ...this.#fileDifferences()],
      missing: [...this.#missing],
    };
  }

  *#streamDifferences(): IterableIterator<OutputDifference> {
    for (const [port, recorded] of this.#inputs.written) {
      const found = this.#written.get(port)?.bytes() ?? new Uint8Array(0);
      const options = { isOpenEnded: this.#isOpenEnded };
      const difference = compareOutputs(recorded.name, recorded.bytes(), found, options);
      if (difference !== undefined) yield difference;
    }
  }

  *#fileDifferences(): IterableIterator<OutputDifference> {
    const { directories } = this.#recording.header.launch;
    for (const [index, [port, found]] of [...this.#directories].entries()) {
      yield* compareDirectories({
        recorded: this.#asRecorded(port, found.initial).final,
        found: found.final,
        path: directories[index]?.guest ?? "",
        isOpenEnded: this.#isOpenEnded,
      });
    }
  }

  /** As the recorded run left it, gone through again now that all that is known is known. */
  #asRecorded(port: number, initial: InitialFile): LearntDirectory {
    const learnt = new LearntDirectory(initial);
    for (const question of questionsOf(this.#recording.journal, port)) learnt.learn(question);
    return learnt;
  }

  /** The recorded run was ended from outside, at some point of its own, or its recording was. */
  get #isOpenEnded(): boolean {
    const { end } = this.#recording;
    return end === undefined || end.reason.kind === "killed";
  }

  // --- a program that waits --------------------------------------------------------------------

  #lookLater(process: Process, turnsLeft: number): void {
    const look = ++this.#lookCount;
    this.#turns.next(() => {
      if (look === this.#lookCount && process.isWaiting) this.#feed(process, turnsLeft);
    });
  }

  #feed(process: Process, turnsLeft: number): void {
    if (this.#line.deliverBatch(duringCall(this.#calls))) {
      this.#lookLater(process, idleTurnsMax);
    } else if (turnsLeft > 0) {
      this.#lookLater(process, turnsLeft - 1);
    } else if (this.#goOn()) {
      this.#lookLater(process, idleTurnsMax);
    } else {
      this.#end(process);
    }
  }

  /** Brings the next arrival before its time, or makes one up and says so. */
  #goOn(): boolean {
    if (this.#line.deliverBatch(Infinity)) return true;
    if (this.#isOpenEnded || this.#madeUp === madeUpMax) return false;
    // All requests were served: a handler is over then, and nothing is made up for it.
    if (this.#line.tellUsedUp()) return true;
    this.#madeUp += 1;
    if (this.#line.ring()) this.#miss("more waiting than there was when it was recorded");
    else if (this.#line.endInput()) this.#miss("more input than came when it was recorded");
    else return false;
    return true;
  }

  #end(process: Process): void {
    if (!this.#isOpenEnded) this.#miss("what it waits for: that never came");
    const reason = this.#isOpenEnded ? this.#recording.end?.reason : undefined;
    process.end(reason ?? cutOff);
  }

  #miss(what: string): void {
    if (this.#missing.size < missingMax) this.#missing.add(what);
  }

  // --- the ports -------------------------------------------------------------------------------

  #outside(): Outside {
    const { realtime, monotonic, cpu, entropy } = this.#inputs;
    const over = (what: string) => (): void => this.#miss(`more ${what} than was recorded`);
    return {
      clock: {
        realtimeNs: ticking(realtime, over("readings of the time of day")),
        monotonicNs: ticking(monotonic, over("readings of the monotonic clock")),
        cpuNs: ticking(cpu, over("readings of the CPU clock")),
      },
      entropy: { fill: drawing(entropy, over("random bytes")) },
      timers: { after: (delayNs, callback) => this.#line.after(delayNs, callback) },
    };
  }

  #source(port: number): ByteSource {
    return {
      pull: (bytesMax, answer) => this.#line.pull(port, bytesMax, answer),
      close: () => undefined,
    };
  }

  #sink(port: number): ByteSink {
    const stream = new WrittenStream("");
    this.#written.set(port, stream);
    const take = (bytes: Uint8Array): number => {
      stream.write(bytes);
      return bytes.length;
    };
    return {
      tryPush: take,
      push: (bytes, answer) => {
        take(bytes);
        this.#turns.next(() => answer(undefined));
      },
      close: () => undefined,
    };
  }

  #directory(
    port: number,
    row: { readonly guest: string; readonly readOnly: boolean },
  ): OutsideDirectory {
    const learnt = this.#inputs.directories.get(port);
    assert(learnt !== undefined, "inputs number directories as grants do");
    const directory = new RehearsalDirectory(learnt.initial, {
      readOnly: row.readOnly,
      missing: (what) => this.#miss(`${what} in ${row.guest}`),
    });
    this.#directories.set(port, directory);
    return inStep(questionsOf(this.#recording.journal, port), directory);
  }

  #listener(port: number): Listener {
    return {
      accept: (answer) => this.#line.accept(port, answer),
      close: () => undefined,
    };
  }

  #family(path: string): Family {
    const stream = new WrittenStream("");
    this.#written.set(familyPort, stream);
    return new RehearsalFamily({
      path,
      line: this.#line,
      turns: this.#turns,
      told: this.#inputs.told,
      write: (bytes) => stream.write(bytes),
      missing: (what) => this.#miss(what),
    });
  }

  #traffic(): RehearsalTraffic {
    const { requested, gone, received, replied, calling } = this.#inputs;
    this.#written.set(callsPort, new WrittenStream(""));
    return new RehearsalTraffic({
      line: this.#line,
      turns: this.#turns,
      requested,
      gone,
      received,
      replied,
      calling,
      source: (port) => this.#source(port),
      sink: (port) => this.#sink(port),
      write: (port, bytes) => this.#written.get(port)?.write(bytes),
      missing: (what) => this.#miss(what),
    });
  }

  #connection(port: number): Connection {
    return { ...this.#source(port), ...this.#sink(port), shutdownWrite: () => undefined };
  }
}

/** A clock that shows the recorded times one after the other, then goes on by small steps. */
function ticking(times: readonly bigint[], over: () => void): () => bigint {
  let index = 0;
  let last = 0n;
  return () => {
    const recorded = times[index++];
    if (recorded === undefined) over();
    last = recorded ?? last + clockStepNs;
    return last;
  };
}

/** Hands out the recorded bytes as one stream; what is drawn beyond it counts up from zero. */
function drawing(pieces: readonly Uint8Array[], over: () => void): (target: Uint8Array) => void {
  const all = new WrittenStream("");
  for (const piece of pieces) all.write(piece);
  const bytes = all.bytes();
  let at = 0;
  return (target) => {
    if (at + target.length > bytes.length) over();
    for (let index = 0; index < target.length; index++) {
      target[index] = bytes[at + index] ?? at + index;
    }
    at += target.length;
  };
}
