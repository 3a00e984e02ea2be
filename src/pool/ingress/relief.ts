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
/** How often at most what ended by itself is collected; where that is in vain, ever less often. */
const collectEveryNs = 1e9;
const collectEveryNsMax = 64e9;
/**
 * To collect stops all that runs here, for a tenth of a second or two: it has to give this part of
 * the limit at least.
 */
const worthwhilePart = 0.05;
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
  /** How many have started since `#startsSinceNs`. */
  #startCount = 0;
  #startsSinceNs = -Infinity;
  #collectedNs = -Infinity;
  #collectEveryNs = collectEveryNs;
  #usualBytes = 0;
  #usualUntilNs = -Infinity;
  /** Those that were told to go and are still there, with what they have. */
  readonly #going = new Map<Id, number>();
  /** What those had that are gone since, which nobody has collected. */
  #uncollectedBytes = 0;

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
    this.#look(this.#startCount);
  }

  /**
   * Answers in how long to look again: a few instances that are called at once may take much. So
   * many have just started, and have not taken their memory yet.
   */
  #look(startCount = 0): number {
    const nowNs = this.#ports.clock.monotonicNs();
    this.#lookedNs = nowNs;
    const held = this.#ports.memory();
    this.#isNear = isNear(held);
    if (!this.#isNear) return lookEveryNs;
    this.#relieve(nowNs, held, startCount * this.#usual(nowNs));
    return lookCloselyEveryNs;
  }

  /** The memory that instances here have, on the average. */
  #usual(nowNs: number): number {
    if (nowNs < this.#usualUntilNs) return this.#usualBytes;
    this.#usualUntilNs = nowNs + usualForNs;
    const sizes = [...residentsOf(this.#ports.all().values())].map((each) => each.memoryBytes);
    // Those that have just started have none yet.
    const taken = sizes.filter((bytes) => bytes > 0);
    this.#usualBytes = taken.reduce((sum, bytes) => sum + bytes, 0) / Math.max(1, taken.length);
    return this.#usualBytes;
  }

  /**
   * Of an instance that has ended, the engine holds the memory until somebody asks for it. What
   * leaves, or is held by nobody, is as good as free: no other has to end for it.
   */
  #relieve(nowNs: number, { usedBytes, limitBytes }: HeldMemory, moreBytes: number): void {
    const isHigh = (bytes: number): boolean => bytes > pressureMarks.high * limitBytes;
    if (!isHigh(usedBytes + moreBytes)) return;
    const staying = this.#staying();
    let neededBytes = usedBytes + moreBytes - staying.leavingBytes;
    if (!isHigh(neededBytes)) return;
    if (this.#mayCollect(nowNs, limitBytes)) neededBytes -= this.#collect(nowNs, limitBytes);
    neededBytes -= this.#uncollectedBytes;
    // There may be ten thousand: they are looked at only when it matters.
    if (isHigh(neededBytes)) this.#end(nowNs, { usedBytes: neededBytes, limitBytes }, staying);
  }

  /** Who stays; what those have who do not; and it is noted who of them is gone. */
  #staying(): { readonly residents: readonly Resident<Id>[]; readonly leavingBytes: number } {
    const all = [...residentsOf(this.#ports.all().values())];
    const here = new Set(all.map(({ id }) => id));
    for (const [id, bytes] of this.#going) {
      if (here.has(id)) continue;
      this.#going.delete(id);
      this.#uncollectedBytes += bytes;
    }
    let leavingBytes = 0;
    const isLeaving = ({ id, isLeaving: leaves }: Resident<Id>): boolean =>
      leaves === true || this.#going.has(id);
    for (const each of all) if (isLeaving(each)) leavingBytes += each.memoryBytes;
    return { residents: all.filter((each) => !isLeaving(each)), leavingBytes };
  }

  #mayCollect(nowNs: number, limitBytes: number): boolean {
    if (this.#uncollectedBytes > worthwhilePart * limitBytes) return true;
    return nowNs - this.#collectedNs >= this.#collectEveryNs;
  }

  /** Answers how much it gave. */
  #collect(nowNs: number, limitBytes: number): number {
    const { collect, memory } = this.#ports;
    const before = memory().usedBytes;
    collect();
    const gaveBytes = before - memory().usedBytes;
    const isInVain = gaveBytes < worthwhilePart * limitBytes;
    this.#collectedNs = nowNs;
    this.#collectEveryNs = isInVain
      ? Math.min(2 * this.#collectEveryNs, collectEveryNsMax)
      : collectEveryNs;
    this.#uncollectedBytes = 0;
    return gaveBytes;
  }

  #end(
    nowNs: number,
    held: HeldMemory,
    { residents }: { residents: readonly Resident<Id>[] },
  ): void {
    const members = this.#ports.all();
    const { leave, finding } = relieve(nowNs, {
      ...held,
      residents,
      leastOf: new Map([...members].map(([name, { leastCount }]) => [name, leastCount])),
    });
    if (leave.length === 0) return;
    const ids = new Set(leave);
    for (const { id, memoryBytes } of residents) if (ids.has(id)) this.#going.set(id, memoryBytes);
    for (const member of members.values()) {
      if (member.residents.some(({ id }) => ids.has(id))) member.release(ids, finding);
    }
  }
}

function isNear({ usedBytes, limitBytes }: HeldMemory): boolean {
  return usedBytes > pressureMarks.near * limitBytes;
}

function* residentsOf<Id>(members: Iterable<Relievable<Id>>): Iterable<Resident<Id>> {
  for (const { residents } of members) yield* residents;
}
