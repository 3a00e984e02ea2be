/** One that serves on an executor. */
export interface LoadMember<Id> {
  readonly id: Id;
  /** What it has computed so far, and how many calls came to it. */
  readonly cpuNs: number;
  readonly arrivedCount: number;
}

/** What the processor of one executor is busy with, all from 0 to 1. Plain data. */
export interface LoadReport<Id> {
  /** The part of the time in which its event loop worked. */
  readonly busyPart: number;
  /** How that divides among who serves there; who takes too little to matter is left out. */
  readonly parts: readonly (readonly [Id, part: number])[];
}

/** A look at who computed what, since the look before. */
export interface LoadLook<Id> {
  /** Worth telling, if anything is. */
  readonly report: LoadReport<Id> | undefined;
  /** What one call computed, of those that had any. */
  readonly eachNs: ReadonlyMap<Id, number>;
}

/** An executor that is less busy has no need of others. */
const busyPartMin = 0.5;
const partMin = 0.02;

/**
 * Watches what an executor is busy with. What the loop does around programs, as reading and writing
 * sockets, is theirs in proportion to what they compute.
 */
export class LoadWatch<Id> {
  #lookedNs: number;
  #busyNs: number;
  #before = new Map<Id, LoadMember<Id>>();
  #wasTold = false;

  /** `busyNs`: how long the event loop has worked so far. */
  constructor(nowNs: number, busyNs: number) {
    this.#lookedNs = nowNs;
    this.#busyNs = busyNs;
  }

  /** There may be ten thousand members: they are asked for only when it matters. */
  look(nowNs: number, busyNs: number, members: () => Iterable<LoadMember<Id>>): LoadLook<Id> {
    const spanNs = Math.max(1, nowNs - this.#lookedNs);
    const busyPart = Math.min(1, Math.max(0, (busyNs - this.#busyNs) / spanNs));
    this.#lookedNs = nowNs;
    this.#busyNs = busyNs;
    if (busyPart < busyPartMin && !this.#wasTold) return nothing();
    // Of the first look that matters nothing is known yet, but of the next one.
    const isKnown = this.#wasTold;
    this.#wasTold = busyPart >= busyPartMin;
    const { used, eachNs } = this.#used(members());
    if (!isKnown) return nothing();
    const sum = [...used.values()].reduce((all, each) => all + each, 0);
    const parts = [...used]
      .map(([id, cpuNs]) => [id, sum === 0 ? 0 : (busyPart * cpuNs) / sum] as const)
      .filter(([, part]) => part >= partMin);
    return { report: { busyPart, parts }, eachNs };
  }

  #used(members: Iterable<LoadMember<Id>>): {
    readonly used: ReadonlyMap<Id, number>;
    readonly eachNs: ReadonlyMap<Id, number>;
  } {
    const used = new Map<Id, number>();
    const eachNs = new Map<Id, number>();
    const now = new Map<Id, LoadMember<Id>>();
    for (const { id, cpuNs, arrivedCount } of members) {
      now.set(id, { id, cpuNs, arrivedCount });
      const before = this.#before.get(id);
      if (before === undefined) continue;
      const computed = Math.max(0, cpuNs - before.cpuNs);
      const calls = arrivedCount - before.arrivedCount;
      used.set(id, computed);
      if (calls > 0) eachNs.set(id, computed / calls);
    }
    this.#before = now;
    return { used, eachNs };
  }
}

function nothing<Id>(): LoadLook<Id> {
  return { report: undefined, eachNs: new Map() };
}
