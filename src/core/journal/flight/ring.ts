import { type Entry, writeEntry } from "#core/journal/format";
import { assert, ByteWriter } from "#core/base";
import type { BudgetHolder, FlightBudget } from "./budget.ts";
import { entryBytesMax } from "./entry-size.ts";
import { flightLimits } from "./flight-limits.ts";
import { shortenEntry } from "./shorten-entry.ts";

/** Enough for what most programs do before they first wait. */
const firstBytes = 256;
/** A full ring forgets one part in so many at a time. */
const segmentCount = 8;
/** Of what it holds, how much one entry may be once the ring does not reach back to the start. */
const keptShare = 32;

/** A stretch of a journal: it begins and ends between two entries. */
class Segment {
  readonly capacityBytes: number;
  readonly writer: ByteWriter;
  entries = 0;
  calls = 0;

  constructor(capacityBytes: number) {
    this.capacityBytes = capacityBytes;
    this.writer = new ByteWriter(capacityBytes);
  }

  get roomBytes(): number {
    return this.capacityBytes - this.writer.lengthBytes;
  }

  write(entry: Entry): void {
    writeEntry(this.writer, entry);
    this.entries += 1;
    if (entry.kind === "call") this.calls += 1;
  }

  clear(): void {
    this.writer.clear();
    this.entries = 0;
    this.calls = 0;
  }
}

/**
 * The last entries of a journal, in bounded memory. It is made of segments, each twice as large as
 * the one before up to an eighth of the bound, so that little is held of a process that does
 * little and nothing is ever copied; when it is full, the oldest is forgotten and written anew.
 *
 * As long as it reaches back to the start, every entry is whole, for a replay needs them so. After
 * that they are for reading only, and of each only the beginning is kept.
 */
export class Ring implements BudgetHolder {
  readonly #budget: FlightBudget;
  readonly #bytesMax: number;
  readonly #keptBytesMax: number;
  #segments: Segment[] = [];
  #heldBytes = 0;
  #isWhole = true;
  #missingEntries = 0;
  #missingCalls = 0;

  constructor(budget: FlightBudget, bytesMax: number) {
    const { ringBytesMin, keptBytesMax } = flightLimits;
    assert(bytesMax >= ringBytesMin && bytesMax <= budget.bytesMax, "a ring's bound is in range");
    this.#budget = budget;
    this.#bytesMax = bytesMax;
    this.#keptBytesMax = Math.min(keptBytesMax, Math.floor(bytesMax / keptShare));
  }

  /** Bytes that it takes, used or not. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Whether every entry since the start is there, whole. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Entries before the first that is there. */
  get missingEntries(): number {
    return this.#missingEntries;
  }

  /** Calls among them. */
  get missingCalls(): number {
    return this.#missingCalls;
  }

  append(entry: Entry): void {
    const neededBytes = entryBytesMax(entry);
    const isKept = this.#isWhole || neededBytes <= this.#keptBytesMax;
    const segment = isKept ? this.#segmentFor(neededBytes) : undefined;
    if (segment === undefined) this.#appendToTail(entry);
    else segment.write(entry);
  }

  /** All that is there, as one payload. */
  bytes(): Uint8Array {
    const lengthBytes = this.#segments.reduce((sum, { writer }) => sum + writer.lengthBytes, 0);
    const all = new ByteWriter(lengthBytes);
    for (const { writer } of this.#segments) all.raw(writer.peek());
    return all.peek();
  }

  give(): void {
    const goalBytes = Math.floor(this.#heldBytes / 2);
    while (this.#heldBytes > goalBytes) this.#forgetOldest();
  }

  /** Forgets everything. */
  release(): void {
    while (this.#segments.length > 0) this.#forgetOldest();
  }

  /** Where there is room for so many bytes; `undefined` once only a shorter entry has any. */
  #segmentFor(neededBytes: number): Segment | undefined {
    const last = this.#segments.at(-1);
    if (last !== undefined && last.roomBytes >= neededBytes) return last;
    if (!this.#isWhole || this.#heldBytes + neededBytes > this.#bytesMax) return undefined;
    const roomBytes = this.#bytesMax - this.#heldBytes;
    return this.#newSegment(Math.max(neededBytes, Math.min(this.#nextBytes(), roomBytes)));
  }

  /** There is no room for it as it is, and none to be had without giving up the start. */
  #appendToTail(whole: Entry): void {
    this.#isWhole = false;
    const { entry, left } = shortenEntry(whole, this.#keptBytesMax);
    const cut: Entry | undefined = left === 0 ? undefined : { kind: "cut", left };
    const cutBytes = cut === undefined ? 0 : entryBytesMax(cut);
    const segment = this.#segmentOfTail(entryBytesMax(entry) + cutBytes);
    if (segment === undefined) {
      this.#missingEntries += 1;
      if (entry.kind === "call") this.#missingCalls += 1;
      return;
    }
    segment.write(entry);
    if (cut !== undefined) writeEntry(segment.writer, cut);
  }

  /** Room at the expense of the oldest; `undefined` for what even an empty ring has none for. */
  #segmentOfTail(neededBytes: number): Segment | undefined {
    const last = this.#segments.at(-1);
    if (last !== undefined && last.roomBytes >= neededBytes) return last;
    if (neededBytes > this.#bytesMax) {
      this.release();
      return undefined;
    }
    const sizeBytes = Math.max(neededBytes, this.#nextBytes());
    while (this.#heldBytes + sizeBytes > this.#bytesMax) {
      const [oldest] = this.#segments;
      if (oldest?.capacityBytes === sizeBytes) return this.#writeAnew(oldest);
      this.#forgetOldest();
    }
    return this.#newSegment(sizeBytes);
  }

  #nextBytes(): number {
    const lastBytes = this.#segments.at(-1)?.capacityBytes ?? 0;
    const segmentBytesMax = Math.floor(this.#bytesMax / segmentCount);
    return Math.min(segmentBytesMax, Math.max(firstBytes, 2 * lastBytes));
  }

  #newSegment(sizeBytes: number): Segment {
    this.#budget.makeRoom(sizeBytes);
    const segment = new Segment(sizeBytes);
    // An array that was pushed to has room for many more, and most processes need but one.
    if (this.#segments.length === 0) this.#segments = [segment];
    else this.#segments.push(segment);
    this.#holds(this.#heldBytes + sizeBytes);
    return segment;
  }

  #writeAnew(oldest: Segment): Segment {
    this.#misses(oldest);
    this.#segments.shift();
    oldest.clear();
    this.#segments.push(oldest);
    return oldest;
  }

  #forgetOldest(): void {
    const oldest = this.#segments.shift();
    assert(oldest !== undefined, "who holds something has a segment");
    this.#misses(oldest);
    this.#holds(this.#heldBytes - oldest.capacityBytes);
  }

  #misses({ entries, calls, capacityBytes, writer }: Segment): void {
    assert(writer.capacityBytes === capacityBytes, "entries take no more than was reckoned");
    this.#isWhole = false;
    this.#missingEntries += entries;
    this.#missingCalls += calls;
  }

  #holds(sizeBytes: number): void {
    const beforeBytes = this.#heldBytes;
    this.#heldBytes = sizeBytes;
    this.#budget.changed(this, beforeBytes);
  }
}
