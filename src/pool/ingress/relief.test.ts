import assert from "node:assert/strict";
import { suite, test } from "node:test";
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
    await time.runFor(1e9);
    // Three would be more than the 110 MB that are wanted, but `api` must keep two.
    assert.deepEqual([web.left, api.left], [[], [2, 3]]);
    assert.deepEqual(
      [web.why, api.why],
      [["3 are ended: memory-high"], ["3 are ended: memory-high"]],
    );
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
      hasAny: () => all.size > 0,
      all: () => all,
    }).watch();
    await time.runFor(2.5e9);
    all.clear();
    await time.run();
    assert.equal(looks, 2);
  });
});
