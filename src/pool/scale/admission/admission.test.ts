import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { lineNumbers, type LineView, Admission } from "./admission.ts";

const ms = 1e6;

const calm: LineView = {
  waitingCount: 0,
  inFlightCount: 0,
  limit: 10,
  isLimitKnown: true,
  tookNs: 50 * ms,
  freedEveryNs: 5 * ms,
  startingLimit: 0,
  startsInNs: 0,
  patienceNs: 10_000 * ms,
  chance: 0.5,
};

suite("admission to the line", () => {
  test("lets in who finds room", () => {
    assert.deepEqual(new Admission(0).arrived(0, calm), { kind: "admit" });
  });

  test("has the next one wait, as long as the caller has time", () => {
    const verdict = new Admission(0).arrived(0, {
      ...calm,
      inFlightCount: 10,
      patienceNs: 300 * ms,
    });
    assert.deepEqual(verdict, { kind: "wait", atMostNs: 250 * ms });
  });

  test("refuses who would wait in vain, when it comes", () => {
    const crowd = { ...calm, inFlightCount: 10, waitingCount: 100, patienceNs: 500 * ms };
    const verdict = new Admission(0).arrived(0, crowd);
    assert.equal(verdict.kind === "refuse" && verdict.why, "no-time");
  });

  test("is bounded in length, even where everybody has time", () => {
    const full = { ...calm, limit: 0, startingLimit: 1, waitingCount: lineNumbers.waitingMax };
    const verdict = new Admission(0).arrived(0, full);
    assert.equal(verdict.kind === "refuse" && verdict.why, "line-full");
  });

  test("that stands lets in only short waits, until it was empty", () => {
    const line = new Admission(0);
    const crowd = { ...calm, inFlightCount: 10, waitingCount: 20 };
    assert.equal(line.arrived(50 * ms, crowd).kind, "wait");
    const late = line.arrived(200 * ms, crowd);
    assert.equal(late.kind === "refuse" && late.why, "line-stands");
    assert.equal(line.arrived(200 * ms, { ...crowd, waitingCount: 2 }).kind, "wait");
    line.arrived(300 * ms, calm);
    assert.equal(line.arrived(310 * ms, crowd).kind, "wait");
  });

  test("does not stand while it is not known what is too many", () => {
    const line = new Admission(0);
    const fresh = { ...calm, inFlightCount: 10, waitingCount: 20, isLimitKnown: false };
    assert.equal(line.arrived(200 * ms, fresh).kind, "wait");
    assert.equal(line.arrived(250 * ms, { ...fresh, isLimitKnown: true }).kind, "refuse");
  });

  test("that stood a while ago stands as soon as there is a line again", () => {
    const line = new Admission(0, { ...lineNumbers, relapseNs: 1000 * ms });
    const crowd = { ...calm, inFlightCount: 10, waitingCount: 20 };
    line.arrived(200 * ms, crowd);
    line.arrived(300 * ms, calm);
    assert.equal(line.arrived(310 * ms, crowd).kind, "refuse");
    line.arrived(1400 * ms, calm);
    assert.equal(line.arrived(1410 * ms, crowd).kind, "wait");
  });

  test("does not stand while instances start", () => {
    const line = new Admission(0);
    const herd = { ...calm, limit: 0, waitingCount: 500, startingLimit: 10, startsInNs: 300 * ms };
    assert.equal(line.arrived(200 * ms, herd).kind, "wait");
  });

  test("tells callers to come back when it is gone, and not all together", () => {
    const line = new Admission(0);
    const crowd = { ...calm, inFlightCount: 10, waitingCount: 999, patienceNs: 1000 * ms };
    const [early, late] = [0, 0.99].map((chance) => {
      const verdict = line.arrived(0, { ...crowd, chance });
      return verdict.kind === "refuse" ? verdict.retryAfterMs : 0;
    });
    assert.ok((early ?? 0) >= 5000 && (late ?? 0) > (early ?? 0) * 1.9, `${early}, ${late}`);
    assert.equal(line.finding?.saw["refusedCount"], 2);
  });

  test("never refuses while there is room, and never lets the line grow without bound", () => {
    const views = fc.record({
      waitingCount: fc.nat(2000),
      inFlightCount: fc.nat(100),
      limit: fc.nat(100),
      isLimitKnown: fc.boolean(),
      tookNs: fc.integer({ min: 1, max: 1e10 }),
      freedEveryNs: fc.integer({ min: 1, max: 1e10 }),
      startingLimit: fc.nat(100),
      startsInNs: fc.integer({ min: 0, max: 1e10 }),
      patienceNs: fc.integer({ min: 0, max: 1e11 }),
      chance: fc.double({ min: 0, max: 0.99, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(views), (all) => {
        const line = new Admission(0);
        for (const [index, view] of all.entries()) {
          const verdict = line.arrived(index * 10 * ms, view);
          const isFree = view.waitingCount === 0 && view.inFlightCount < view.limit;
          assert.equal(verdict.kind === "admit", isFree);
          if (verdict.kind === "wait") assert.ok(view.waitingCount < lineNumbers.waitingMax);
          if (verdict.kind !== "refuse") continue;
          const { retryAfterMs } = verdict;
          assert.ok(retryAfterMs >= lineNumbers.retryAfterMsMin);
          assert.ok(retryAfterMs <= lineNumbers.retryAfterMsMax);
        }
      }),
    );
  });
});
