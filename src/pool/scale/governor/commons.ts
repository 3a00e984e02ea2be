import { fairShares } from "#pool/scale/admission";

const second = 1e9;
/** How often shares are made anew. */
const everyNs = 0.25 * second;
/** An executor whose event loop works for this part of the time has no processor to spare. */
const busyPart = 0.9;
/** The processor is shared in thousandths. */
const coreParts = 1000;
/** Calls that one executor has in instances at a time. */
const placesMax = 4096;

/** One of those who share. */
export interface Member {
  /** How many calls it has in flight, and would have if there were room. */
  readonly wantedPlaces: number;
  /** Which part of a processor its calls would take; more than 1 where one is not enough. */
  readonly wantedCore: number;
  /** What it may have from now on; `Infinity` is as much as it wants. */
  granted(places: number, core: number): void;
}

/**
 * What the endpoints of one executor have in common: its one processor, and so many calls at a
 * time. While there is enough for all nobody is held to a share. When there is not, each has what
 * it wants or its fair part, whichever is less, and of the processor what is left over beside.
 */
export class Commons {
  readonly #busyNs: () => number;
  readonly #members = new Set<Member>();
  #sharedNs: number;
  #busyNsBefore: number;

  /** `busyNs`: how long the event loop has worked so far. */
  constructor(nowNs: number, busyNs: () => number) {
    this.#busyNs = busyNs;
    this.#sharedNs = nowNs;
    this.#busyNsBefore = busyNs();
  }

  join(member: Member): void {
    this.#members.add(member);
  }

  leave(member: Member): void {
    this.#members.delete(member);
  }

  /** Makes shares anew when it is time for that. */
  share(nowNs: number): void {
    const passedNs = nowNs - this.#sharedNs;
    if (passedNs < everyNs) return;
    const busyNs = this.#busyNs();
    const isBusy = busyNs - this.#busyNsBefore >= busyPart * passedNs;
    this.#sharedNs = nowNs;
    this.#busyNsBefore = busyNs;
    const members = [...this.#members];
    const places = this.#places(members);
    const cores = isBusy ? coresOf(members) : undefined;
    for (const [index, member] of members.entries()) {
      member.granted(places?.[index] ?? Infinity, cores?.[index] ?? Infinity);
    }
  }

  #places(members: readonly Member[]): readonly number[] | undefined {
    const wanted = members.reduce((sum, { wantedPlaces }) => sum + wantedPlaces, 0);
    if (wanted <= placesMax) return undefined;
    return fairShares(
      placesMax,
      members.map(({ wantedPlaces }) => ({ wanted: wantedPlaces, weight: 1 })),
    );
  }
}

function coresOf(members: readonly Member[]): readonly number[] {
  const demands = members.map(({ wantedCore }) => ({ wanted: wantedCore * coreParts, weight: 1 }));
  const shares = fairShares(coreParts, demands);
  const left = coreParts - shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => (share + left) / coreParts);
}
