import type { Seat } from "./seat.ts";

/** How often it is looked at instances: to ask what they used is not for nothing. */
const lookEveryNs = 1e9;
/** Who computed for less of the time was waiting: for something, and not only for its turn. */
const computedPartMin = 0.05;

/** There may be ten thousand endpoints with nothing to watch. */
const none: ReadonlyMap<Seat, Sign> = new Map<Seat, Sign>();

interface Sign {
  readonly calls: number;
  readonly cpuNs: number;
  readonly sinceNs: number;
}

/**
 * Which instances have something to do and compute on and on, without a call. Of what they have an
 * answer may have begun, or a connection is held, so that nobody's deadline tells.
 */
export class SpinWatch {
  #lookedNs = -Infinity;
  /** The last call of each, for all that was seen. */
  #signs: ReadonlyMap<Seat, Sign> = none;

  /** Those that have done so for this long. */
  find(seats: Iterable<Seat>, nowNs: number, ns: number): readonly Seat[] {
    if (nowNs - this.#lookedNs < lookEveryNs) return [];
    this.#lookedNs = nowNs;
    const signs = new Map<Seat, Sign>();
    const found: Seat[] = [];
    for (const seat of seats) {
      if (seat.link === undefined || seat.visits.size === 0) continue;
      const { calls, cpuNs } = seat.link.usage;
      const known = this.#signs.get(seat);
      const sign = known?.calls === calls ? known : { calls, cpuNs, sinceNs: nowNs };
      signs.set(seat, sign);
      const quietNs = nowNs - sign.sinceNs;
      if (quietNs >= ns && cpuNs - sign.cpuNs >= computedPartMin * quietNs) found.push(seat);
    }
    this.#signs = signs.size === 0 ? none : signs;
    return found;
  }
}
