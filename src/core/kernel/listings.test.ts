import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Pipe } from "#core/stream";
import type { DirectoryEntry } from "#core/vfs";
import { Descriptor } from "./descriptor.ts";
import { listedEntriesMax, Listings } from "./listings.ts";

const pipe = new Pipe(1);

function descriptor(): Descriptor {
  return new Descriptor({ kind: "pipe-reader", pipe }, { base: 0, inheriting: 0 });
}

function listing(length: number): readonly DirectoryEntry[] {
  const entry: DirectoryEntry = { name: "x", kind: "regular", inode: 1n };
  return Array.from({ length }, () => entry);
}

suite("listings", () => {
  test("hold one for each reader until it ends, the last begun in place of those before", () => {
    const listings = new Listings();
    const [one, other] = [descriptor(), descriptor()];
    const [first, second, third] = [listing(3), listing(4), listing(5)];
    listings.begin(one, first);
    listings.begin(other, second);
    assert.deepEqual([listings.of(one), listings.of(other)], [first, second]);
    listings.begin(one, third);
    listings.end(other);
    assert.deepEqual([listings.of(one), listings.of(other)], [third, undefined]);
  });

  test("forget those begun first when all together hold too much", () => {
    const listings = new Listings();
    const readers = Array.from({ length: 5 }, descriptor);
    const quarter = listing(listedEntriesMax / 4);
    for (const reader of readers) listings.begin(reader, quarter);
    const held = readers.map((reader) => listings.of(reader) !== undefined);
    assert.deepEqual(held, [false, true, true, true, true]);
  });

  test("count only what is held", () => {
    const listings = new Listings();
    const [one, other] = [descriptor(), descriptor()];
    const half = listing(listedEntriesMax / 2);
    listings.begin(one, half);
    for (let round = 0; round < 10; round++) {
      listings.begin(other, half);
      listings.end(other);
      listings.end(other);
    }
    listings.begin(other, half);
    assert.notEqual(listings.of(one), undefined);
  });

  test("hold the newest however long it is", () => {
    const listings = new Listings();
    const [one, other] = [descriptor(), descriptor()];
    listings.begin(one, listing(1));
    listings.begin(other, listing(listedEntriesMax + 1));
    assert.equal(listings.of(one), undefined);
    assert.equal(listings.of(other)?.length, listedEntriesMax + 1);
  });
});
