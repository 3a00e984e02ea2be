import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Turns } from "#core/host";
import { simulatedHost } from "#adapters/sim";
import type { Resident } from "#pool/scale/pressure";
import { Relief, type Relievable } from "./relief.ts";

const mb = 1e6;

/** A spec of which all instances are idle, since the seconds that they are called by. */
class Idle implements Relievable<number> {
  residents: readonly Resident<number>[];
  readonly leastCount: number;
  readonly why: string[] = [];

  constructor(spec: string, since: readonly number[], leastCount = 0) {
    this.leastCount = leastCount;
    this.residents = since.map((id) => ({
      id,
      spec,
      memoryBytes: 50 * mb,
      idleSinceNs: id * 1e9,
    }));
  }

  release(ids: ReadonlySet<number>, { decided, why }: { decided: string; why: string }): void {
    this.residents = this.residents.filter(({ id }) => !ids.has(id));
    this.why.push(`${decided}: ${why}`);
  }

  get left(): readonly number[] {
    return this.residents.map(({ id }) => id);
  }
}

/** Idle instances of 50 MB that take 50 ms to end, and are garbage then until it is collected. */
class Slow implements Relievable<number> {
  readonly leastCount = 0;
  readonly #time: Turns;
  readonly #leaving = new Set<number>();
  #here: number[] = [];
  #garbageBytes = 0;
  #last = 0;
  collections = 0;

  constructor(time: Turns, count: number) {
    this.#time = time;
    for (let left = count; left > 0; left--) this.startOne();
  }

  get residents(): readonly Resident<number>[] {
    return this.#here.map((id) => ({
      id,
      spec: "web",
      memoryBytes: 50 * mb,
      idleSinceNs: this.#leaving.has(id) ? undefined : id,
      isLeaving: this.#leaving.has(id),
    }));
  }

  get stayingCount(): number {
    return this.#here.length - this.#leaving.size;
  }

  get heldBytes(): number {
    return this.#here.length * 50 * mb + this.#garbageBytes;
  }

  startOne(): void {
    this.#here.push(++this.#last);
  }

  collect(): void {
    this.collections += 1;
    this.#garbageBytes = 0;
  }

  release(ids: ReadonlySet<number>): void {
    for (const id of ids) this.#leaving.add(id);
    this.#time.after(50e6, () => {
      this.#here = this.#here.filter((id) => !ids.has(id));
      for (const id of ids) if (this.#leaving.delete(id)) this.#garbageBytes += 50 * mb;
    });
  }
}

suite("relief of memory", () => {
  test("ends the idlest of all that serve until there is room, and no more", async () => {
    const { time } = simulatedHost({ seed: 1 });
    const [web, api] = [new Idle("web", [10, 4]), new Idle("api", [1, 2, 3], 2)];
    const all = new Map(Object.entries({ web, api }));
    let usedBytes = 850 * mb;
    const memory = (): { usedBytes: number; limitBytes: number } => ({
      usedBytes,
      limitBytes: 1000 * mb,
    });
    new Relief({
      clock: time,
      turns: time,
      memory,
      collect: () => undefined,
      hasAny: () => all.size > 0,
      all: () => all,
    }).watch();
    await time.runFor(3e9);
    assert.deepEqual(
      [web.left, api.left],
      [
        [10, 4],
        [1, 2, 3],
      ],
    );
    usedBytes = 910 * mb;
    await time.runFor(0.05e9);
    usedBytes = 760 * mb;
    await time.runFor(1e9);
    // Three would be more than the 110 MB that are wanted, but `api` must keep two.
    assert.deepEqual([web.left, api.left], [[], [2, 3]]);
    assert.deepEqual(
      [web.why, api.why],
      [["3 are ended: memory-high"], ["3 are ended: memory-high"]],
    );
  });

  test("looks a hundred times as often when memory may soon run short", async () => {
    const { time } = simulatedHost({ seed: 1 });
    let usedPart = 0.59;
    let looks = 0;
    const memory = (): { usedBytes: number; limitBytes: number } => {
      looks += 1;
      return { usedBytes: usedPart, limitBytes: 1 };
    };
    const all = new Map([["web", new Idle("web", [])]]);
    new Relief({
      clock: time,
      turns: time,
      memory,
      collect: () => assert.fail("nothing is short"),
      hasAny: () => true,
      all: () => all,
    }).watch();
    await time.runFor(2.5e9);
    assert.equal(looks, 2);
    usedPart = 0.61;
    await time.runFor(0.5e9);
    await time.runFor(1e9);
    assert.equal(looks, 3 + 100);
    usedPart = 0.5;
    await time.runFor(2e9);
    assert.equal(looks, 3 + 100 + 2);
  });

  test("collects what has ended before it ends more, and ends nobody for that", async () => {
    const { time } = simulatedHost({ seed: 1 });
    const web = new Idle("web", [1, 2, 3, 4, 5, 6, 7, 8]);
    const all = new Map([["web", web]]);
    let [garbageBytes, otherBytes] = [550 * mb, 20 * mb];
    let collections = 0;
    const usedBytes = (): number => web.residents.length * 50 * mb + otherBytes + garbageBytes;
    const relief = new Relief({
      clock: time,
      turns: time,
      memory: () => ({ usedBytes: usedBytes(), limitBytes: 1000 * mb }),
      collect: () => {
        collections += 1;
        garbageBytes = 0;
      },
      hasAny: () => true,
      all: () => all,
    });
    relief.watch();
    // Nearly all of it is of instances that ended by themselves.
    await time.runFor(1.5e9);
    assert.deepEqual([web.left.length, collections], [8, 1]);
    // What it ends is garbage, too, until it is collected, and the high mark is not passed again.
    otherBytes = 520 * mb;
    web.release = (ids) => {
      const before = web.residents.length;
      web.residents = web.residents.filter(({ id }) => !ids.has(id));
      garbageBytes += (before - web.residents.length) * 50 * mb;
    };
    await time.runFor(0.515e9);
    assert.deepEqual([web.left.length, collections, garbageBytes], [5, 2, 150 * mb]);
    await time.runFor(0.5e9);
    assert.deepEqual([web.left.length, collections, garbageBytes], [5, 3, 0]);
  });

  test("makes room for an instance before it starts, as much as others take", async () => {
    const { time } = simulatedHost({ seed: 1 });
    const web = new Idle("web", [1, 2, 3, 4]);
    const all = new Map([["web", web]]);
    let usedBytes = 840 * mb;
    const relief = new Relief({
      clock: time,
      turns: time,
      memory: () => ({ usedBytes, limitBytes: 1000 * mb }),
      collect: () => undefined,
      hasAny: () => true,
      all: () => all,
    });
    relief.starting();
    assert.equal(web.left.length, 4);
    usedBytes = 860 * mb;
    await time.runFor(11e6);
    relief.starting();
    // 910 MB with the new one: 110 more than there are to be.
    assert.deepEqual(web.left, [4]);
    // A second one at the same time would take as much again.
    usedBytes = 810 * mb;
    relief.starting();
    assert.deepEqual(web.left, []);
  });

  for (const [how, startCount, wanted] of [
    ["while it looks on", 0, { left: 13, collections: 2 }],
    ["where six start at once", 6, { left: 9, collections: 1 }],
  ] as const) {
    test(`ends no more for those that take their time to end, ${how}`, async () => {
      const { time } = simulatedHost({ seed: 1 });
      const on = new Slow(time, 16);
      const relief = new Relief({
        clock: time,
        turns: time,
        memory: () => ({ usedBytes: 105 * mb + on.heldBytes, limitBytes: 1000 * mb }),
        collect: () => on.collect(),
        hasAny: () => true,
        all: () => new Map([["web", on]]),
      });
      relief.watch();
      if (startCount === 0) await time.runFor(1.02e9);
      for (let count = 0; count < startCount; count++) relief.starting();
      assert.equal(on.collections, 1, "in one turn");
      await time.runFor(0.2e9);
      assert.deepEqual({ left: on.stayingCount, collections: on.collections }, wanted);
    });
  }

  test("collects ever less often where that gives nothing", async () => {
    const { time } = simulatedHost({ seed: 1 });
    let collections = 0;
    new Relief({
      clock: time,
      turns: time,
      memory: () => ({ usedBytes: 950, limitBytes: 1000 }),
      collect: () => (collections += 1),
      hasAny: () => true,
      all: () => new Map<string, Idle>(),
    }).watch();
    await time.runFor(130e9);
    // At 1 s, and 2, 4, 8, 16, 32 and 64 s after the one before.
    assert.equal(collections, 7);
  });

  test("looks when an instance starts, once for those that start together", async () => {
    const { time } = simulatedHost({ seed: 1 });
    let looks = 0;
    const relief = new Relief({
      clock: time,
      turns: time,
      memory: () => {
        looks += 1;
        return { usedBytes: 0, limitBytes: 1 };
      },
      collect: () => undefined,
      hasAny: () => false,
      all: () => new Map<string, Idle>(),
    });
    for (let count = 0; count < 3; count++) relief.starting();
    assert.equal(looks, 1);
    await time.runFor(20e6);
    relief.starting();
    assert.equal(looks, 2);
  });

  test("looks no more when nothing serves", async () => {
    const { time } = simulatedHost({ seed: 1 });
    let looks = 0;
    const memory = (): { usedBytes: number; limitBytes: number } => {
      looks += 1;
      return { usedBytes: 0, limitBytes: 1 };
    };
    const all = new Map([["web", new Idle("web", [])]]);
    new Relief({
      clock: time,
      turns: time,
      memory,
      collect: () => undefined,
      hasAny: () => all.size > 0,
      all: () => all,
    }).watch();
    await time.runFor(2.5e9);
    all.clear();
    await time.run();
    assert.equal(looks, 2);
  });
});
