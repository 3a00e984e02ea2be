import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { BacklogScaler, type ReplicaBounds } from "#pool/scale/replicas";

const second = 1e9;
const usual: ReplicaBounds = { min: 0, max: 40, atOnceMax: 1 };

/** A queue whose consumers take 100 ms for a message and start within a second. */
class Queue {
  readonly scaler: BacklogScaler;
  #nowNs = 0;
  #emptyNs = 0;
  waiting = 0;
  count = 0;
  why = "";

  readonly #eachPerSecond: number;

  constructor(bounds: ReplicaBounds = usual, eachPerSecond: number = 10) {
    this.#eachPerSecond = eachPerSecond;
    this.scaler = new BacklogScaler(bounds, 0);
  }

  second(arrivedCount: number): void {
    this.#nowNs += second;
    const able = Math.floor(this.count * this.#eachPerSecond);
    const doneCount = Math.min(able, this.waiting + arrivedCount);
    this.waiting += arrivedCount - doneCount;
    if (this.waiting + arrivedCount > 0) this.#emptyNs = this.#nowNs;
    const { wantedCount, finding } = this.scaler.step(this.#nowNs, {
      spanNs: second,
      arrivedCount,
      doneCount,
      waitingCount: this.waiting,
      oldestNs: able === 0 ? 0 : (this.waiting / able) * second,
      busyNs: (doneCount / this.#eachPerSecond) * second,
      readyCount: this.count,
      startingCount: 0,
      idleNs: this.#nowNs - this.#emptyNs,
      keepNs: 5 * second,
    });
    this.count = wantedCount;
    this.why = finding.why;
  }
}

suite("replicas from a backlog", () => {
  test("are none while nothing arrives", () => {
    const queue = new Queue();
    for (let time = 0; time < 10; time++) queue.second(0);
    assert.equal(queue.count, 0);
  });

  test("have a backlog gone within about the drain time", () => {
    const queue = new Queue();
    queue.second(1000);
    let seconds = 0;
    for (; queue.waiting > 0 && seconds < 60; seconds++) queue.second(0);
    assert.ok(seconds <= 10, `gone after ${seconds} s`);
  });

  test("keep up with what arrives, and are not many more", () => {
    const queue = new Queue();
    for (let time = 0; time < 120; time++) queue.second(100);
    assert.equal(queue.waiting, 0);
    assert.ok(queue.count >= 10 && queue.count <= 14, `${queue.count} consumers`);
  });

  test("learn what a consumer does", () => {
    const queue = new Queue(usual, 4);
    for (let time = 0; time < 60; time++) queue.second(40);
    assert.ok(Math.abs((queue.scaler.perInstancePerSecond ?? 0) - 4) < 0.01);
  });

  test("become more while messages that are very long are not done", () => {
    const scaler = new BacklogScaler(usual, 0);
    let count = 0;
    for (let time = 1; time <= 30; time++) {
      const { wantedCount } = scaler.step(time * second, {
        spanNs: second,
        arrivedCount: time === 1 ? 20 : 0,
        doneCount: 0,
        waitingCount: 20 - Math.min(20, count),
        oldestNs: time * second,
        busyNs: count * second,
        readyCount: count,
        startingCount: 0,
        idleNs: 0,
        keepNs: second,
      });
      count = wantedCount;
    }
    assert.ok(count >= 10, `${count} consumers`);
  });

  test("are none again when the queue was empty for as long as they are kept", () => {
    const queue = new Queue();
    for (let time = 0; time < 30; time++) queue.second(100);
    for (let time = 0; time < 40; time++) queue.second(0);
    assert.deepEqual([queue.count, queue.why], [0, "backlog-empty"]);
  });

  test("are within the bounds, and one at least while messages wait", () => {
    const arrivals = fc.array(fc.nat(5000), { maxLength: 40 });
    fc.assert(
      fc.property(arrivals, fc.nat(3), fc.integer({ min: 3, max: 9 }), (counts, min, max) => {
        const queue = new Queue({ min, max, atOnceMax: 1 });
        for (const count of counts) {
          queue.second(count);
          assert.ok(queue.count >= min && queue.count <= max);
          assert.ok(queue.waiting === 0 || queue.count > 0);
        }
      }),
    );
  });
});
