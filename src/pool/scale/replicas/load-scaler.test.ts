import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { type LoadView, LoadScaler, type ReplicaDecision } from "./load-scaler.ts";
import type { ReplicaBounds } from "./numbers.ts";
import { Staffing } from "./staffing.ts";

const second = 1e9;
const tickNs = second / 2;
const bounds: ReplicaBounds = { min: 0, max: 50, atOnceMax: 10 };

/** Steps a scaler whose instances start within a tick; calls compute 20 ms and take 50. */
class Steps {
  readonly scaler: LoadScaler;
  #nowNs = 0;
  count = 0;
  #idleNs = 0;
  last: ReplicaDecision | undefined;

  constructor(limits: ReplicaBounds = bounds) {
    this.scaler = new LoadScaler(limits, 0);
  }

  /** So many calls a second for so long; answers the numbers of instances that were wanted. */
  run(rate: number, seconds: number, view: Partial<LoadView> = {}): readonly number[] {
    const counts: number[] = [];
    for (let done = 0; done < seconds; done += tickNs / second) {
      this.#nowNs += tickNs;
      this.#idleNs = rate > 0 ? 0 : this.#idleNs + tickNs;
      const calls = (rate * tickNs) / second;
      const sample = {
        spanNs: tickNs,
        arrivedCount: calls,
        answeredCount: calls,
        inFlightNs: calls * 0.05 * second,
        cpuNs: calls * 0.02 * second,
        logNsSum: calls * Math.log(0.05 * second),
      };
      this.last = this.scaler.step(this.#nowNs, sample, {
        readyCount: this.count,
        startingCount: 0,
        waitingCount: 0,
        idleNs: this.#idleNs,
        keepNs: 30 * second,
        ...view,
      });
      this.count = this.last.wantedCount;
      counts.push(this.count);
    }
    return counts;
  }

  get why(): string | undefined {
    return this.last?.finding.why;
  }
}

suite("replicas from the load", () => {
  test("are none before the first call", () => {
    const steps = new Steps();
    assert.deepEqual(new Set(steps.run(0, 10)), new Set([0]));
    assert.equal(steps.why, "idle");
  });

  test("are one for the first callers that wait, however many they are", () => {
    const steps = new Steps();
    steps.run(0, 10);
    steps.run(0, 0.5, { waitingCount: 1 });
    assert.equal(steps.count, 1);
  });

  test("are as many for a herd of first callers as it takes to serve them in time", () => {
    const steps = new Steps();
    steps.run(0, 10);
    steps.run(0, 0.5, { waitingCount: 1000 });
    assert.ok(steps.count >= 2 && steps.count <= 10, `${steps.count} instances`);
  });

  test("are the load in busy instances and about a root of it more", () => {
    const steps = new Steps();
    steps.run(400, 120);
    // 400 calls of 20 ms keep 8 busy; chance wants about 3 more.
    assert.ok(steps.count >= 10 && steps.count <= 12, `${steps.count} instances`);
  });

  test("are there within a second of a step to ten times the load, and not far too many", () => {
    const steps = new Steps();
    steps.run(40, 60);
    const [, ...counts] = steps.run(400, 20);
    assert.ok((counts[0] ?? 0) >= 9, `${counts[0]} after a second`);
    assert.ok(Math.max(...counts) <= 13, `${Math.max(...counts)} at most`);
  });

  test("are not ended in panic, nor shortly after", () => {
    const steps = new Steps();
    steps.run(40, 60);
    steps.run(400, 2);
    assert.ok(steps.why === "panic" || steps.why === "calming", `because ${steps.why}`);
    const most = steps.count;
    steps.run(40, 15);
    assert.equal(steps.count, most);
    assert.equal(steps.why, "calming");
    steps.run(40, 90);
    assert.ok(steps.count <= 3, `${steps.count} left`);
  });

  test("change by half at most at once when the load falls", () => {
    const steps = new Steps();
    steps.run(400, 120);
    const counts = [steps.count, ...steps.run(4, 120)];
    for (const [index, count] of counts.slice(1).entries()) {
      assert.ok(count >= Math.floor((counts[index] ?? 0) / 2));
    }
  });

  test("are none when no call came for as long as instances are kept", () => {
    const steps = new Steps();
    steps.run(40, 30);
    steps.run(0, 29);
    assert.ok(steps.count >= 1);
    steps.run(0, 2);
    assert.deepEqual([steps.count, steps.why], [0, "idle"]);
  });

  test("say which bound holds them", () => {
    const steps = new Steps({ min: 2, max: 4, atOnceMax: 10 });
    steps.run(0, 40);
    assert.deepEqual([steps.count, steps.why], [2, "least"]);
    steps.run(1000, 5);
    assert.deepEqual([steps.count, steps.why], [4, "most"]);
  });

  test("do not move with a load that scatters by chance", () => {
    const steps = new Steps();
    steps.run(400, 120);
    const before = steps.count;
    const counts = Array.from({ length: 30 }, (_, tick) =>
      steps.run(tick % 2 === 0 ? 370 : 430, 0.5),
    ).flat();
    assert.deepEqual(new Set(counts), new Set([before]));
  });

  test("are within the bounds of the spec, whatever happens", () => {
    const event = fc.record({
      rate: fc.double({ min: 0, max: 1e5, noNaN: true }),
      waitingCount: fc.nat(1e4),
      seconds: fc.constantFrom(0.5, 5, 40),
    });
    fc.assert(
      fc.property(
        fc.nat(5),
        fc.integer({ min: 5, max: 20 }),
        fc.array(event, { maxLength: 8 }),
        (min, max, events) => {
          const steps = new Steps({ min, max, atOnceMax: 1 });
          for (const { rate, waitingCount, seconds } of events) {
            for (const count of steps.run(rate, seconds, { waitingCount })) {
              assert.ok(Number.isInteger(count) && count >= min && count <= max);
              assert.ok(waitingCount === 0 || count > 0);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

suite("staffing", () => {
  function learnt(options: { readonly tookMs: number; readonly cpuMs: number }): Staffing {
    const staffing = new Staffing(10);
    const answeredCount = 100;
    const sample = {
      spanNs: second,
      arrivedCount: answeredCount,
      answeredCount,
      inFlightNs: answeredCount * options.tookMs * 1e6,
      cpuNs: answeredCount * options.cpuMs * 1e6,
      logNsSum: answeredCount * Math.log(options.tookMs * 1e6),
    };
    for (let window = 0; window < 20; window++) staffing.learn(sample);
    return staffing;
  }

  test("counts by the processor where calls compute", () => {
    assert.ok(Math.abs(learnt({ tookMs: 50, cpuMs: 20 }).perInstance - 50) < 1e-6);
  });

  test("counts by the places where calls wait", () => {
    assert.ok(Math.abs(learnt({ tookMs: 1000, cpuMs: 1 }).perInstance - 10) < 1e-6);
  });

  test("needs a smaller part for chance the larger the load is", () => {
    const staffing = learnt({ tookMs: 50, cpuMs: 20 });
    const part = (rate: number): number => staffing.count(rate) / (rate / 50);
    assert.ok(part(50) > part(500) && part(500) > part(5000));
  });

  test("widens its margin while answers are slow", () => {
    const staffing = learnt({ tookMs: 50, cpuMs: 20 });
    const before = staffing.margin;
    const slow = { spanNs: second, arrivedCount: 100, answeredCount: 100, cpuNs: 2 * second };
    for (let window = 0; window < 8; window++) {
      staffing.learn({ ...slow, inFlightNs: 15 * second, logNsSum: 100 * Math.log(150e6) });
    }
    assert.ok(staffing.margin > before);
  });
});
