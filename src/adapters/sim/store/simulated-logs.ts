import { assert } from "#core/base";
import type { Log, Logs } from "#pool/host";
import { compareCodePoints } from "./code-points.ts";
import { diskFull } from "./disk-full.ts";
import { LogContent } from "./log-content.ts";
import { MachineEnded } from "./machine-ended.ts";

/** What was asked for and did not happen yet. */
interface Deed {
  readonly log: string;
  /** Of how many parts it is: a crash may keep the first ones alone. */
  readonly parts: number;
  readonly make: (parts: number) => void;
  readonly answer: (error: Error | undefined) => void;
}

/**
 * A disk with logs on it, which outlives those who open them. Writes wait until `settle` makes
 * them durable; `crash` keeps some and loses the rest. Reads wait their turn as well. A prompt disk
 * has nobody wait.
 */
export class SimulatedLogDisk {
  readonly #contents = new Map<string, LogContent>();
  readonly #isPrompt: boolean;
  #waiting: Deed[] = [];
  #life = 0;

  /** Nothing can be appended while it is so. */
  isFull = false;
  /** What is appended while it is so is kept, and whoever asked for it hears that it is not. */
  isDeaf = false;

  constructor(options: { readonly isPrompt: boolean }) {
    this.#isPrompt = options.isPrompt;
  }

  /** Of how many parts are the writes that wait. */
  get waitingParts(): number {
    return this.#waiting.reduce((sum, { parts }) => sum + parts, 0);
  }

  /**
   * Makes the oldest writes durable, all when left out, and answers them. `choose` says which of so
   * many logs is next.
   */
  settle(count: number = Infinity, choose: (logsCount: number) => number = () => 0): void {
    for (let done = 0; done < count; done++) {
      const deed = this.#takeNext(choose);
      if (deed === undefined) return;
      deed.answer(attempt(() => deed.make(deed.parts)));
    }
  }

  /**
   * The machine ends. Of what waits, so many parts are kept, an entry being one; whoever waits or
   * asks from now on is gone with it.
   */
  crash(partsKept: number = 0, choose: (logsCount: number) => number = () => 0): void {
    this.#life += 1;
    let left = partsKept;
    const stopped = new Set<string>();
    for (;;) {
      const deed = this.#takeNext(choose);
      if (deed === undefined) return;
      const { log, parts, make, answer } = deed;
      // What would have failed leaves nothing either.
      if (left > 0 && !stopped.has(log)) attempt(() => make(Math.min(left, parts)));
      if (left < parts) stopped.add(log);
      left -= parts;
      answer(new MachineEnded("the machine ended in a write"));
    }
  }

  /** The logs as a daemon finds them that starts on this disk. */
  open(): Logs {
    const life = this.#life;
    let isClosed = false;
    const check = (): void =>
      assert(!isClosed && life === this.#life, "neither are the logs closed nor the machine ended");
    return {
      open: async (name) => {
        await this.#do(check, name, 1, () => void this.#content(name));
        return this.#log(name, check);
      },
      names: () => this.#do(check, "", 1, () => [...this.#contents.keys()].sort(compareCodePoints)),
      remove: (name) => this.#do(check, name, 1, () => void this.#contents.delete(name)),
      close: async () => {
        this.settle();
        isClosed = true;
      },
    };
  }

  #log(name: string, check: () => void): Log {
    return {
      bounds: () => this.#do(check, name, 1, () => this.#content(name).bounds),
      append: (entries, expected) =>
        this.#do(check, name, entries.length, (parts) => {
          if (this.isFull) throw diskFull();
          const content = this.#content(name);
          if (content.bounds.next !== expected) return false;
          content.append(entries.slice(0, parts));
          if (this.isDeaf) throw diskFull();
          return true;
        }),
      read: (from, most) => this.#do(check, name, 0, () => this.#content(name).read(from, most)),
      trim: (before) => this.#do(check, name, 1, () => this.#content(name).trim(before)),
    };
  }

  /** The oldest of one log. */
  #takeNext(choose: (logsCount: number) => number): Deed | undefined {
    const logs = [...new Set(this.#waiting.map(({ log }) => log))];
    const chosen = logs[choose(logs.length)];
    const index = this.#waiting.findIndex(({ log }) => log === chosen);
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  #content(name: string): LogContent {
    return this.#contents.getOrInsertComputed(name, () => new LogContent());
  }

  #do<T>(check: () => void, log: string, parts: number, make: (parts: number) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      check();
      let made: { readonly value: T } | undefined;
      this.#waiting.push({
        log,
        parts,
        make: (count) => void (made = { value: make(count) }),
        answer: (error) => {
          if (made === undefined || error !== undefined) reject(error);
          else resolve(made.value);
        },
      });
      if (this.#isPrompt) this.settle();
    });
  }
}

function attempt(deed: () => void): Error | undefined {
  try {
    deed();
    return undefined;
  } catch (error) {
    assert(error instanceof Error, "what is thrown is an error");
    return error;
  }
}
