import {
  type AnsweredQuestion,
  type Ask,
  AskingDirectory,
  type Entry,
  piecesOf,
  PortNumbers,
} from "#core/journal/format";
import type {
  ByteSink,
  ByteSource,
  Connection,
  Family,
  GrantedPorts,
  Listener,
  Outside,
  OutsideDirectory,
} from "#core/host";
import { Errno } from "#core/sys";

/**
 * The ports of a process, each wrapped so that what it answers is noted. What the outside answers
 * at once is noted where it was asked; what it answers later, where it arrives.
 */
export class RecordingPorts {
  readonly granted: GrantedPorts;
  readonly #note: (entry: Entry) => void;
  readonly #numbers = new PortNumbers();

  constructor(direct: GrantedPorts, note: (entry: Entry) => void) {
    this.#note = note;
    const numbers = this.#numbers;
    this.granted = {
      stdin: this.#source(direct.stdin, numbers.stdin),
      stdout: this.#sink(direct.stdout, numbers.stdout),
      stderr: this.#sink(direct.stderr, numbers.stderr),
      directories: direct.directories.map((port) => this.#directory(port, numbers.next())),
      listeners: direct.listeners.map((port) => this.#listener(port, numbers.next())),
      connections: direct.connections.map((port) => this.#connection(port, numbers.next())),
      family: direct.family && this.#family(direct.family),
      outside: this.#outside(direct.outside),
    };
  }

  #outside({ clock, entropy, timers }: Outside): Outside {
    const time = (kind: "realtime" | "monotonic" | "cpu", ns: bigint): bigint => {
      this.#note({ kind, ns });
      return ns;
    };
    return {
      clock: {
        realtimeNs: () => time("realtime", clock.realtimeNs()),
        monotonicNs: () => time("monotonic", clock.monotonicNs()),
        cpuNs: () => time("cpu", clock.cpuNs()),
      },
      entropy: {
        fill: (target) => {
          for (const bytes of piecesOf(target)) {
            entropy.fill(bytes);
            this.#note({ kind: "entropy", bytes });
          }
        },
      },
      timers: {
        after: (delayNs, callback) => {
          const timer = this.#numbers.nextTimer();
          return timers.after(delayNs, () => {
            this.#note({ kind: "rang", timer });
            callback();
          });
        },
      },
    };
  }

  #source(direct: ByteSource, port: number): ByteSource {
    return {
      pull: (bytesMax, answer) =>
        direct.pull(bytesMax, (result) => {
          this.#note({ kind: "pulled", port, result });
          answer(result);
        }),
      close: () => direct.close(),
    };
  }

  #sink(direct: ByteSink, port: number): ByteSink {
    const sink: ByteSink = {
      push: (bytes, answer) => {
        this.#note({ kind: "output", port, bytes });
        direct.push(bytes, (failed) => {
          this.#note({ kind: "pushed", port, failed });
          answer(failed);
        });
      },
      close: () => direct.close(),
    };
    if (direct.tryPush === undefined) return sink;
    return { ...sink, tryPush: (content) => this.#offer(direct, port, content) };
  }

  /** Notes what left, and how much that was: the rest comes again in the push that follows. */
  #offer(direct: ByteSink, port: number, content: Uint8Array): number | Errno {
    const answer = direct.tryPush?.(content) ?? 0;
    const failed = answer instanceof Errno ? answer : undefined;
    const taken = content.subarray(0, answer instanceof Errno ? 0 : answer);
    this.#note({ kind: "offered", port, failed, taken });
    return answer;
  }

  #directory(direct: OutsideDirectory, port: number): OutsideDirectory {
    const ask: Ask = (call, subject, answerNow) => {
      const answer = answerNow();
      const question = { call, subject, answer } as AnsweredQuestion;
      this.#note({ kind: "asked", port, question });
      return answer;
    };
    return new AskingDirectory(ask, direct, direct);
  }

  #listener(direct: Listener, port: number): Listener {
    return {
      accept: (answer) =>
        direct.accept((result) => {
          const failed = result instanceof Errno ? result : undefined;
          this.#note({ kind: "accepted", port, failed });
          answer(result instanceof Errno ? result : this.#connection(result, this.#numbers.next()));
        }),
      close: () => direct.close(),
    };
  }

  #family(direct: Family): Family {
    return {
      path: direct.path,
      spawn: (request, answer) => {
        this.#note({ kind: "spawning", request });
        direct.spawn(request, (result) => {
          this.#note({ kind: "spawned", result });
          answer(result);
        });
      },
      next: (answer) =>
        direct.next((notice) => {
          this.#note({ kind: "noticed", notice });
          answer(notice);
        }),
      acknowledge: (child) => {
        const failed = direct.acknowledge(child);
        this.#note({ kind: "told", child, graceNs: undefined, failed });
        return failed;
      },
      end: (child, graceNs) => {
        const failed = direct.end(child, graceNs);
        this.#note({ kind: "told", child, graceNs, failed });
        return failed;
      },
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
}
