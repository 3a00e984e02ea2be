import type { Clock, Turns } from "#core/host";
import {
  pressureMarks,
  type PressureView,
  relieve,
  type Relief as Relieved,
  type Resident,
} from "#pool/scale/pressure";

/** How often memory is looked at while anything serves. */
const lookEveryNs = 1e9;

/** Something whose idle instances may be ended. */
export interface Relievable<Id> {
  readonly residents: readonly Resident<Id>[];
  /** How many it must keep. */
  readonly leastCount: number;
  /** Ends these, for that reason. */
  release(ids: ReadonlySet<Id>, finding: Relieved<Id>["finding"]): void;
}

export interface ReliefPorts<Id> {
  readonly clock: Clock;
  readonly turns: Turns;
  /** What this OS process has of what it can have. */
  readonly memory: () => Pick<PressureView<Id>, "usedBytes" | "limitBytes">;
  readonly hasAny: () => boolean;
  /** By the names that their residents have. */
  readonly all: () => ReadonlyMap<string, Relievable<Id>>;
}

/** Ends the idlest instances of an executor while its memory runs short. */
export class Relief<Id> {
  readonly #ports: ReliefPorts<Id>;
  #isWatching = false;

  constructor(ports: ReliefPorts<Id>) {
    this.#ports = ports;
  }

  /** Looks after memory for as long as there is anything that could make room. */
  watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#ports.turns.after(lookEveryNs, () => {
      this.#isWatching = false;
      if (!this.#ports.hasAny()) return;
      this.#look();
      this.watch();
    });
  }

  #look(): void {
    const { clock, memory, all } = this.#ports;
    const held = memory();
    // There may be ten thousand: they are looked at only when it matters.
    if (held.usedBytes <= pressureMarks.high * held.limitBytes) return;
    const members = all();
    const { leave, finding } = relieve(clock.monotonicNs(), {
      ...held,
      residents: residentsOf(members.values()),
      leastOf: new Map([...members].map(([name, { leastCount }]) => [name, leastCount])),
    });
    if (leave.length === 0) return;
    const ids = new Set(leave);
    for (const member of members.values()) {
      if (member.residents.some(({ id }) => ids.has(id))) member.release(ids, finding);
    }
  }
}

function* residentsOf<Id>(members: Iterable<Relievable<Id>>): Iterable<Resident<Id>> {
  for (const { residents } of members) yield* residents;
}
