import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Commons, type Member } from "./commons.ts";

const second = 1e9;

/** One that wants so much, and remembers what it was granted. */
class Wanting implements Member {
  readonly wantedPlaces: number;
  readonly wantedCore: number;
  has: readonly [places: number, core: number] = [Infinity, Infinity];

  constructor(wantedPlaces: number, wantedCore: number) {
    this.wantedPlaces = wantedPlaces;
    this.wantedCore = wantedCore;
  }

  granted(places: number, core: number): void {
    this.has = [places, core];
  }
}

/** After a second of which the event loop worked `busy`. */
function shared(busy: number, ...members: readonly Wanting[]): readonly Wanting["has"][] {
  let busyNs = 0;
  const commons = new Commons(0, () => busyNs);
  for (const member of members) commons.join(member);
  busyNs = busy * second;
  commons.share(second);
  return members.map(({ has }) => has);
}

suite("commons", () => {
  test("hold nobody to a share while there is enough", () => {
    const free = [Infinity, Infinity];
    assert.deepEqual(shared(0.5, new Wanting(10, 3), new Wanting(2000, 0.1)), [free, free]);
  });

  test("share a busy processor: each what it wants or its part, and what is left over", () => {
    const cores = (...wanted: readonly number[]): readonly number[] =>
      shared(1, ...wanted.map((core) => new Wanting(1, core))).map(([, core]) => core);
    assert.deepEqual(cores(3, 0.1), [0.9, 0.1]);
    assert.deepEqual(cores(3, 3), [0.5, 0.5]);
    assert.deepEqual(cores(0.25, 0.5), [0.5, 0.75]);
  });

  test("share places when all together want more than there are", () => {
    const places = shared(0, new Wanting(10, 0), new Wanting(9000, 0), new Wanting(9000, 0));
    assert.deepEqual(
      places.map(([count]) => count),
      [10, 2043, 2043],
    );
  });

  test("are shared anew a few times a second, among those who are there", () => {
    let busyNs = 0;
    const commons = new Commons(0, () => busyNs);
    const [one, other] = [new Wanting(1, 2), new Wanting(1, 2)];
    commons.join(one);
    commons.join(other);
    busyNs = 0.1 * second;
    commons.share(0.1 * second);
    assert.equal(one.has[1], Infinity);
    busyNs = 0.3 * second;
    commons.share(0.3 * second);
    assert.equal(one.has[1], 0.5);
    commons.leave(other);
    busyNs = 0.6 * second;
    commons.share(0.6 * second);
    assert.equal(one.has[1], 1);
  });
});
