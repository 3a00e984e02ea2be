import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type LoadMember, LoadWatch, SpreadScaler } from "#pool/scale/spread";

const second = 1e9;

/** Looks once a second at loads of so many cores; answers how many executors were wanted. */
function spreadOver(loads: readonly number[], bounds = { executorsMin: 1, executorsMax: 4 }) {
  const scaler = new SpreadScaler();
  const counts: number[] = [];
  const reasons: string[] = [];
  let executorCount = bounds.executorsMin;
  for (const [index, wanted] of loads.entries()) {
    const cores = Math.min(wanted, executorCount);
    const step = scaler.step(index * second, { ...bounds, executorCount, cores });
    executorCount = step.wantedCount;
    counts.push(executorCount);
    reasons.push(step.finding.why);
  }
  return { counts, reasons };
}

const times = (count: number, load: number): readonly number[] => Array<number>(count).fill(load);

suite("on how many executors a process serves", () => {
  test("is one more when it has kept all busy for two seconds, twice as many then", () => {
    const { counts, reasons } = spreadOver(times(6, 4));
    assert.deepEqual(counts, [1, 1, 2, 2, 4, 4]);
    assert.deepEqual(reasons.slice(1, 3), ["executors-enough", "executors-full"]);
  });

  test("is no more for a busy moment, again and again", () => {
    const { counts } = spreadOver([1, 1, 0.2, 1, 1, 0.2, 1, 1, 0.2]);
    assert.deepEqual(new Set(counts), new Set([1]));
  });

  test("is one less when fewer were enough for a minute", () => {
    const { counts, reasons } = spreadOver([...times(4, 2), ...times(70, 0.4)]);
    assert.equal(counts[60], 2);
    assert.equal(counts[66], 1);
    assert.ok(reasons.includes("executors-spare"));
  });

  test("does not come back at once from what would not do with fewer", () => {
    const { counts } = spreadOver([...times(4, 2), ...times(200, 0.7)]);
    assert.deepEqual(new Set(counts.slice(4)), new Set([2]));
  });

  test("stays within its bounds, and says so", () => {
    const few = spreadOver(times(20, 8), { executorsMin: 1, executorsMax: 3 });
    assert.equal(few.counts.at(-1), 3);
    assert.ok(few.reasons.includes("executors-most"));
    const many = spreadOver(times(200, 0), { executorsMin: 2, executorsMax: 3 });
    assert.deepEqual(new Set(many.counts), new Set([2]));
  });
});

suite("what an executor is busy with", () => {
  const member = (id: string, cpuNs: number, arrivedCount = 0): LoadMember<string> => ({
    id,
    cpuNs,
    arrivedCount,
  });

  test("is divided as programs compute, and told while it is busy and once after", () => {
    const watch = new LoadWatch<string>(0, 0);
    const look = (at: number, busy: number, ...all: readonly LoadMember<string>[]) =>
      watch.look(at * second, busy * second, () => all);
    assert.equal(look(1, 0.9, member("a", 0), member("b", 0)).report, undefined);
    const next = look(2, 1.7, member("a", 0.3e9, 100), member("b", 0.1e9, 0), member("c", 9e9));
    const shown = next.report?.parts.map(([id, part]) => `${id} ${part.toFixed(2)}`);
    assert.deepEqual(shown, ["a 0.60", "b 0.20"]);
    assert.deepEqual([...next.eachNs], [["a", 3e6]]);
    const quiet = look(3, 1.8, member("a", 0.3e9, 100), member("b", 0.1e9, 0));
    assert.deepEqual(quiet.report?.parts, []);
    assert.equal(look(4, 1.9, member("a", 0.3e9)).report, undefined);
  });

  test("is not asked of anybody while there is time to spare", () => {
    const watch = new LoadWatch<string>(0, 0);
    const never = (): never => assert.fail("nobody is asked");
    for (let at = 1; at < 5; at++) watch.look(at * second, at * 0.4 * second, never);
  });
});
