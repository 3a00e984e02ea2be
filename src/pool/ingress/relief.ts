import type { Clock } from "#core/host";
import {
  pressureMarks,
  type PressureView,
  relieve,
  type Relief as Relieved,
  type Resident,
} from "#pool/scale/pressure";
import { WatchLoop, type WatchLoopPorts } from "./watch-loop.ts";

/** How often memory is looked at while anything serves; and when it may soon run short. */
const lookEveryNs = 1e9;
const lookCloselyEveryNs = 10e6;
/**
 * An instance that starts is a reason to look, unless that was done just now and all was well: to
 * look takes a tenth of what a start does.
 */
const lookEveryNsMin = 20e6;
/** What was started within this has not taken its memory yet. */
const startingNs = 10e6;
/** How often at most what ended by itself is collected. */
const collectEveryNs = 1e9;
/** For so long it is known how much an instance takes as a rule: there may be ten thousand. */
const usualForNs = 1e9;

/** Something whose idle instances may be ended. */
export interface Relievable<Id> {
  readonly residents: readonly Resident<Id>[];
  /** How many it must keep. */
  readonly leastCount: number;
  /** Ends these, for that reason. */
  release(ids: ReadonlySet<Id>, finding: Relieved<Id>["finding"]): void;
}

/** What an OS process has of what it can have. */
export type HeldMemory = Pick<PressureView<unknown>, "usedBytes" | "limitBytes">;

export interface ReliefPorts<Id> extends WatchLoopPorts {
  readonly clock: Clock;
  /** What this OS process has of what it can have. */
  readonly memory: () => HeldMemory;
  /** Gives back what nobody holds any more. It takes a moment, for all that runs here. */
  readonly collect: () => void;
  /** By the names that their residents have. */
  readonly all: () => ReadonlyMap<string, Relievable<Id>>;
}

/** Ends the idlest instances of an executor while its memory runs short. */
export class Relief<Id> {
  readonly #ports: ReliefPorts<Id>;
  readonly #loop: WatchLoop;
  #lookedNs = -Infinity;
  #isNear = false;
  /** How many have started since. */
  #startCount = 0;
  #startsSinceNs = -Infinity;
  #collectedNs = -Infinity;
  #usualBytes = 0;
  #usualUntilNs = -Infinity;
  /** Whether instances were ended whose memory nobody has collected. */
  #isEnding = false;

  constructor(ports: ReliefPorts<Id>) {
    this.#ports = ports;
    this.#loop = new WatchLoop(ports, lookEveryNs, () => this.#look());
  }

  /** Looks after memory for as long as there is anything that could make room. */
  watch(): void {
    this.#loop.watch();
  }

  /** An instance is about to start, and will take as much as others do, for all that is known. */
  starting(): void {
    const nowNs = this.#ports.clock.monotonicNs();
    if (nowNs - this.#startsSinceNs > startingNs) {
      this.#startsSinceNs = nowNs;
      this.#startCount = 0;
    }
    this.#startCount += 1;
    if (!this.#isNear && nowNs - this.#lookedNs < lookEveryNsMin) return;
    this.#look((held) =>
      isNear(held) ? withMore(held, this.#usual(nowNs) * this.#startCount) : held,
    );
  }

  /** Answers in how long to look again: a few instances that are called at once may take much. */
  #look(foresee: (held: HeldMemory) => HeldMemory = asItIs): number {
    const nowNs = this.#ports.clock.monotonicNs();
    this.#lookedNs = nowNs;
    const measure = (): HeldMemory => foresee(this.#ports.memory());
    let held = measure();
    if (isHigh(held) && this.#collect(nowNs)) held = measure();
    // There may be ten thousand: they are looked at only when it matters.
    if (isHigh(held)) this.#relieve(held);
    this.#isNear = isNear(held);
    return this.#isNear ? lookCloselyEveryNs : lookEveryNs;
  }

  /** The memory that instances here have, on the average. */
  #usual(nowNs: number): number {
    if (nowNs < this.#usualUntilNs) return this.#usualBytes;
    this.#usualUntilNs = nowNs + usualForNs;
    let [count, bytes] = [0, 0];
    for (const { memoryBytes } of residentsOf(this.#ports.all().values())) {
      count += 1;
      bytes += memoryBytes;
    }
    this.#usualBytes = count === 0 ? 0 : bytes / count;
    return this.#usualBytes;
  }

  /** Of an instance that has ended the engine holds the memory until somebody asks for it. */
  #collect(nowNs: number): boolean {
    if (!this.#isEnding && nowNs - this.#collectedNs < collectEveryNs) return false;
    this.#isEnding = false;
    this.#collectedNs = nowNs;
    this.#ports.collect();
    return true;
  }

  #relieve(held: HeldMemory): void {
    const { clock, all } = this.#ports;
    const members = all();
    const { leave, finding } = relieve(clock.monotonicNs(), {
      ...held,
      residents: residentsOf(members.values()),
      leastOf: new Map([...members].map(([name, { leastCount }]) => [name, leastCount])),
    });
    if (leave.length === 0) return;
    this.#isEnding = true;
    const ids = new Set(leave);
    for (const member of members.values()) {
      if (member.residents.some(({ id }) => ids.has(id))) member.release(ids, finding);
    }
  }
}

function asItIs(held: HeldMemory): HeldMemory {
  return held;
}

function withMore({ usedBytes, limitBytes }: HeldMemory, moreBytes: number): HeldMemory {
  return { usedBytes: usedBytes + moreBytes, limitBytes };
}

function partOf({ usedBytes, limitBytes }: HeldMemory): number {
  return usedBytes / limitBytes;
}

function isNear(held: HeldMemory): boolean {
  return partOf(held) > pressureMarks.near;
}

function isHigh(held: HeldMemory): boolean {
  return partOf(held) > pressureMarks.high;
}

function* residentsOf<Id>(members: Iterable<Relievable<Id>>): Iterable<Resident<Id>> {
  for (const { residents } of members) yield* residents;
}
