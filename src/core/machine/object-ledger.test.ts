import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { EngineHeap } from "#core/host";
import { ObjectLedger } from "./object-ledger.ts";

const MiB = 1024 * 1024;

/** A heap that holds what the test says. */
class Heap implements EngineHeap {
  readonly bytesMax = 256 * MiB;
  live = 10 * MiB;
  garbage = 0;
  collections = 0;

  usedBytes(): number {
    return this.live + this.garbage;
  }

  liveBytes(): number {
    this.collections += 1;
    this.garbage = 0;
    return this.live;
  }
}

/** An owner that makes objects, by the ledger's leave. */
class Owner {
  readonly #ledger: ObjectLedger<Owner>;
  readonly #heap: Heap;
  readonly #allowedBytes: number;
  #credit = 0;

  constructor(ledger: ObjectLedger<Owner>, heap: Heap, allowedBytes: number) {
    this.#ledger = ledger;
    this.#heap = heap;
    this.#allowedBytes = allowedBytes;
  }

  /** Who has to end for it, if anybody. */
  make(bytes: number, options: { readonly keeps: boolean }): Owner | undefined {
    this.#credit -= bytes;
    if (this.#credit < 0) {
      const request = { owedBytes: -this.#credit, allowedBytes: this.#allowedBytes };
      const answer = this.#ledger.request(this, request);
      if (typeof answer !== "number") return answer.who;
      this.#credit = answer;
    }
    if (options.keeps) this.#heap.live += bytes;
    else this.#heap.garbage += bytes;
    return undefined;
  }

  /** Makes objects until somebody has to end; answers who, and how much was made. */
  makeUntilOver(options: { readonly keeps: boolean; readonly bytesMax: number }): {
    readonly who: Owner | undefined;
    readonly madeBytes: number;
  } {
    for (let madeBytes = 0; madeBytes < options.bytesMax; madeBytes += 4096) {
      const who = this.make(4096, options);
      if (who !== undefined) return { who, madeBytes };
    }
    return { who: undefined, madeBytes: options.bytesMax };
  }
}

suite("object ledger", () => {
  const kept = { keeps: true, bytesMax: 1024 * MiB };
  const dropped = { keeps: false, bytesMax: 1024 * MiB };

  test("an owner that keeps its objects ends within a sixteenth of its bound", () => {
    const heap = new Heap();
    const ledger = new ObjectLedger<Owner>(heap);
    const owner = new Owner(ledger, heap, 64 * MiB);
    const { who, madeBytes } = owner.makeUntilOver(kept);
    assert.equal(who, owner);
    assert.ok(madeBytes <= 64 * MiB && madeBytes >= 56 * MiB, `${madeBytes}`);
  });

  test("an owner that drops its objects goes on, and is seldom measured", () => {
    const heap = new Heap();
    const ledger = new ObjectLedger<Owner>(heap);
    const owner = new Owner(ledger, heap, 64 * MiB);
    assert.equal(owner.makeUntilOver(dropped).who, undefined);
    assert.ok(heap.collections <= 1024 / 56, `${heap.collections} collections`);
  });

  test("nothing larger than the bound is ever made", () => {
    const heap = new Heap();
    const ledger = new ObjectLedger<Owner>(heap);
    const owner = new Owner(ledger, heap, 64 * MiB);
    assert.equal(owner.make(65 * MiB, { keeps: true }), owner);
    assert.equal(new Owner(ledger, heap, 0).make(1, { keeps: true }) === undefined, false);
  });

  test("an owner does not end for what another one keeps", () => {
    const heap = new Heap();
    const ledger = new ObjectLedger<Owner>(heap);
    const large = new Owner(ledger, heap, 1024 * MiB);
    assert.equal(large.makeUntilOver({ keeps: true, bytesMax: 128 * MiB }).who, undefined);
    const small = new Owner(ledger, heap, 8 * MiB);
    assert.equal(small.makeUntilOver(dropped).who, undefined);
  });

  test("where the heap is full, the owner ends that made most, whoever asks", () => {
    const heap = new Heap();
    const ledger = new ObjectLedger<Owner>(heap);
    const large = new Owner(ledger, heap, 1024 * MiB);
    assert.equal(large.makeUntilOver({ keeps: true, bytesMax: 200 * MiB }).who, undefined);
    const small = new Owner(ledger, heap, 1024 * MiB);
    assert.equal(small.makeUntilOver(kept).who, large);
    ledger.forget(large);
    heap.live -= 200 * MiB;
    assert.equal(small.makeUntilOver({ keeps: true, bytesMax: 64 * MiB }).who, undefined);
  });

  test("one array that the heap has no room for ends who wants it", () => {
    const heap = new Heap();
    const ledger = new ObjectLedger<Owner>(heap);
    const large = new Owner(ledger, heap, 1024 * MiB);
    large.makeUntilOver({ keeps: true, bytesMax: 150 * MiB });
    const greedy = new Owner(ledger, heap, 1024 * MiB);
    assert.equal(greedy.make(100 * MiB, { keeps: true }), greedy);
  });
});
