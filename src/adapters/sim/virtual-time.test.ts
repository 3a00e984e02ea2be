import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Defect } from "#core/base";
import { VirtualTime } from "./virtual-time.ts";

suite("virtual time", () => {
  test("jumps to the next event and keeps the order of those at one moment", () => {
    const time = new VirtualTime();
    const start = time.monotonicNs();
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name}@${time.monotonicNs() - start}`);
    time.after(50, note("late"));
    time.after(20, note("early"));
    time.next(note("now"));
    time.after(20, note("early too"));
    while (time.step());
    assert.deepEqual(seen, ["now@0", "early@20", "early too@20", "late@50"]);
  });

  test("does not move for a timer that was cancelled", async () => {
    const time = new VirtualTime();
    const start = time.monotonicNs();
    time.after(1e9, () => assert.fail("cancelled")).cancel();
    await time.run();
    assert.equal(time.monotonicNs(), start);
  });

  test("runs a timer that fell due during a computation before the next turn", () => {
    const time = new VirtualTime();
    const seen: string[] = [];
    time.after(10, () => seen.push("timer"));
    time.advance(25);
    time.next(() => seen.push("turn"));
    while (time.step());
    assert.deepEqual(seen, ["timer", "turn"]);
  });

  test("settles long chains of promises between two events", async () => {
    const time = new VirtualTime();
    let links = 0;
    const chain = async (): Promise<void> => {
      for (let count = 0; count < 1000; count++) await Promise.resolve();
      links = 1000;
    };
    time.next(() => void chain());
    time.after(1, () => assert.equal(links, 1000));
    await time.run();
    assert.equal(links, 1000);
  });

  test("stops after the time it was given and leaves the clock there", async () => {
    const time = new VirtualTime();
    const start = time.monotonicNs();
    const seen: number[] = [];
    for (const delay of [10, 20, 21]) time.after(delay, () => seen.push(delay));
    await time.runFor(20);
    assert.deepEqual(seen, [10, 20]);
    assert.equal(time.monotonicNs() - start, 20);
  });

  test("runs until a promise settles, and calls it a defect when nothing can", async () => {
    const time = new VirtualTime();
    const later = new Promise<string>((resolve) => time.after(1e12, () => resolve("done")));
    assert.equal(await time.until(later), "done");
    await assert.rejects(time.until(Promise.reject(new Error("failed"))), /failed/);
    await assert.rejects(time.until(new Promise(() => undefined)), Defect);
  });
});
