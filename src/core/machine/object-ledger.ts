import type { EngineHeap } from "#core/host";

/** A program wants to make objects. */
export interface ObjectRequest {
  /** What it has made, or is about to make, beyond its last credit. */
  readonly owedBytes: number;
  /** What all its objects may take. */
  readonly allowedBytes: number;
}

/** There is no room: somebody has to end. */
export interface NoRoom<Owner> {
  readonly who: Owner;
  /** Whether it is the heap that is full, and not the owner that has reached its bound. */
  readonly isHeapFull: boolean;
}

/** A program may make so much of its bound, and no more, before it asks again. */
const creditShare = 1 / 16;

/**
 * Who may make how many more objects. They all live on one heap, the engine's, which counts only
 * the whole; so what is kept here of each owner is a claim: what it has made, garbage included,
 * and never more than the heap has grown. While that is within bounds, nobody has to look.
 * Otherwise the heap is measured, and only what must be an owner's, because all the others
 * together have not made as much, is held against its bound. So no owner ends for what another one
 * made, but for the bound of the heap itself: it ends the owner of the largest claim.
 */
export class ObjectLedger<Owner> {
  readonly #heap: EngineHeap;
  readonly #claims = new Map<Owner, number>();
  /** What the heap held before there were any objects of owners. */
  #ownBytes: number | undefined;
  /** What it held when it was last looked at, and what was granted since. */
  #measuredBytes = 0;
  #grantedBytes = 0;

  constructor(heap: EngineHeap) {
    this.#heap = heap;
  }

  /** Answers how many bytes the owner may make now, those it owes being paid. */
  request(owner: Owner, { owedBytes, allowedBytes }: ObjectRequest): number | NoRoom<Owner> {
    this.#ownBytes ??= this.#look(this.#heap.usedBytes());
    const creditBytes = Math.floor(Math.min(allowedBytes, this.#heap.bytesMax) * creditShare);
    const wantedBytes = owedBytes + creditBytes;
    const grant = (): number => this.#grant(owner, wantedBytes, creditBytes);
    const isClaimed = (): boolean => this.#claimOf(owner) + wantedBytes <= allowedBytes;
    if (isClaimed() && this.#hasRoom(wantedBytes)) return grant();
    this.#look(this.#heap.usedBytes());
    if (isClaimed() && this.#hasRoom(wantedBytes)) return grant();
    this.#look(this.#heap.liveBytes());
    if (this.#certainBytes(owner) + wantedBytes > allowedBytes) {
      return { who: owner, isHeapFull: false };
    }
    if (this.#hasRoom(wantedBytes)) return grant();
    // One that asks for a lot at once has it as soon as it goes on: nobody else can end in time.
    const who = owedBytes > creditBytes ? owner : this.#largest(owner);
    return { who, isHeapFull: true };
  }

  /** The owner is gone, and its objects are garbage. */
  forget(owner: Owner): void {
    this.#claims.delete(owner);
  }

  #claimOf(owner: Owner): number {
    return this.#claims.get(owner) ?? 0;
  }

  #hasRoom(wantedBytes: number): boolean {
    return this.#measuredBytes + this.#grantedBytes + wantedBytes <= this.#heap.bytesMax;
  }

  #grant(owner: Owner, wantedBytes: number, creditBytes: number): number {
    this.#claims.set(owner, this.#claimOf(owner) + wantedBytes);
    this.#grantedBytes += wantedBytes;
    return creditBytes;
  }

  /** Notes what the heap holds: no claim can be larger than what is not our own. */
  #look(heapBytes: number): number {
    this.#measuredBytes = heapBytes;
    this.#grantedBytes = 0;
    const objectBytes = Math.max(0, heapBytes - (this.#ownBytes ?? heapBytes));
    for (const [owner, claim] of this.#claims) {
      if (claim > objectBytes) this.#claims.set(owner, objectBytes);
    }
    return heapBytes;
  }

  /** What must be this owner's, if all others hold as much as they can. */
  #certainBytes(owner: Owner): number {
    let certain = this.#measuredBytes - (this.#ownBytes ?? 0);
    for (const [other, claim] of this.#claims) if (other !== owner) certain -= claim;
    return Math.max(0, certain);
  }

  #largest(asking: Owner): Owner {
    let largest = asking;
    for (const [owner, claim] of this.#claims) {
      if (claim > this.#claimOf(largest)) largest = owner;
    }
    return largest;
  }
}
