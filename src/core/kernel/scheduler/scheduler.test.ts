import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { SeededRandom } from "#core/base";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import { Account, Scheduler, type Task, TaskState } from "./scheduler.ts";

const sliceNs = 5e6;

/** A task that computes without end, in runs as long as its slice or as it is told. */
class Spinner implements Task {
  readonly share: number;
  readonly state: TaskState;
  ranNs = 0;
  isOver = false;
  readonly #bench: Bench;
  readonly #runNs: () => number;

  constructor(bench: Bench, options: { readonly share?: number; readonly runNs?: () => number }) {
    this.share = options.share ?? 1;
    this.state = new TaskState(this);
    this.#bench = bench;
    this.#runNs = options.runNs ?? (() => sliceNs);
    bench.scheduler.wake(this.state);
  }

  resume(): boolean {
    if (this.isOver) return false;
    const { host, scheduler, log } = this.#bench;
    log.push(this);
    host.time.advance(this.#runNs());
    void Promise.resolve().then(() => {
      scheduler.gaveWay(this.state, { mayGoOn: true, inTurn: false });
    });
    return true;
  }

  ran(ns: number): void {
    this.ranNs += ns;
  }
}

/** A task that sleeps, does a little when it is woken, and sleeps again. */
class Sleeper implements Task {
  readonly share = 1;
  readonly state: TaskState = new TaskState(this);
  readonly delaysNs: number[] = [];
  hasWork = false;
  #wokenNs = 0;
  readonly #bench: Bench;
  readonly #runNs: number;

  constructor(bench: Bench, runNs: number) {
    this.#bench = bench;
    this.#runNs = runNs;
  }

  wake(): void {
    this.hasWork = true;
    this.#wokenNs = this.#bench.host.time.monotonicNs();
    this.#bench.scheduler.wake(this.state);
  }

  resume(): boolean {
    if (!this.hasWork) return false;
    this.hasWork = false;
    const { host, scheduler, log } = this.#bench;
    log.push(this);
    this.delaysNs.push(host.time.monotonicNs() - this.#wokenNs);
    host.time.advance(this.#runNs);
    scheduler.gaveWay(this.state, { mayGoOn: false, inTurn: true });
    return true;
  }

  ran(): void {}
}

interface Bench {
  readonly host: SimulatedHost;
  readonly scheduler: Scheduler;
  /** Who ran, in order. */
  readonly log: Task[];
}

function bench(): Bench {
  const host = simulatedHost({ seed: 1 });
  return { host, scheduler: new Scheduler(host), log: [] };
}

function spinners(on: Bench, count: number): readonly Spinner[] {
  return Array.from({ length: count }, () => new Spinner(on, {}));
}

suite("scheduler", () => {
  test("gives spinning tasks the same time, to within one slice", async () => {
    const on = bench();
    const tasks = spinners(on, 7);
    await on.host.time.runFor(1e9);
    const ran = tasks.map((task) => task.ranNs);
    assert.ok(Math.max(...ran) - Math.min(...ran) <= sliceNs, String(ran));
    assert.ok(Math.min(...ran) > 0.1 * 1e9);
  });

  test("is as fair to tasks whose runs have different lengths", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 2, max: 6 }), async (seed, count) => {
        const on = bench();
        const random = new SeededRandom(seed);
        const runNs = (): number => random.below(sliceNs) + 1;
        const tasks = Array.from({ length: count }, () => new Spinner(on, { runNs }));
        await on.host.time.runFor(3e8);
        const ran = tasks.map((task) => task.ranNs);
        assert.ok(Math.max(...ran) - Math.min(...ran) <= 2 * sliceNs, String(ran));
      }),
      { numRuns: 20 },
    );
  });

  test("takes tasks in turn that use no time at all", async () => {
    const on = bench();
    const tasks = Array.from({ length: 4 }, () => new Spinner(on, { runNs: () => 0 }));
    for (let count = 0; count < 40; count++) {
      on.host.time.step();
      await Promise.resolve();
    }
    const runs = tasks.map((task) => on.log.filter((other) => other === task).length);
    assert.ok(Math.max(...runs) - Math.min(...runs) <= 1, String(runs));
  });

  test("lets a task that wakes run before all that spin", async () => {
    const on = bench();
    spinners(on, 50);
    const sleeper = new Sleeper(on, 1e5);
    await on.host.time.runFor(1e9);
    for (let count = 0; count < 20; count++) {
      sleeper.wake();
      await on.host.time.runFor(5e7);
    }
    assert.equal(sleeper.delaysNs.length, 20);
    assert.ok(Math.max(...sleeper.delaysNs) <= sliceNs, String(sleeper.delaysNs));
  });

  test("gives nobody more than a slice for having slept", async () => {
    const on = bench();
    const [steady] = spinners(on, 1) as [Spinner];
    await on.host.time.runFor(10e9);
    const late = new Spinner(on, {});
    const before = steady.ranNs;
    await on.host.time.runFor(1e9);
    const gained = late.ranNs - (steady.ranNs - before);
    assert.ok(gained <= 2 * sliceNs, String(gained));
  });

  test("holds a task to its share of a core, also when it is alone", async () => {
    const on = bench();
    const half = new Spinner(on, { share: 0.5 });
    await on.host.time.runFor(4e9);
    assert.ok(Math.abs(half.ranNs / 4e9 - 0.5) < 0.02, String(half.ranNs));
  });

  test("holds nothing of a task that has ended while it had to wait for its share", async () => {
    const on = bench();
    const poor = new Spinner(on, { share: 0.01, runNs: () => 1e9 });
    await on.host.time.runFor(2e9);
    assert.equal(poor.ranNs, 1e9);
    poor.isOver = true;
    on.scheduler.ended(poor.state);
    assert.equal(on.host.time.step(), false);
  });

  test("leaves to others what a task with a small share may not have", async () => {
    const on = bench();
    const tenth = new Spinner(on, { share: 0.1 });
    const others = spinners(on, 2);
    await on.host.time.runFor(4e9);
    const shares = [tenth, ...others].map((task) => task.ranNs / 4e9);
    assert.ok(Math.abs((shares[0] ?? 0) - 0.1) < 0.02, String(shares));
    assert.ok(Math.abs((shares[1] ?? 0) - 0.45) < 0.02, String(shares));
  });

  test("gives a group together what one task gets, and its members the same of that", async () => {
    const on = bench();
    const group = new Account(1);
    const members = spinners(on, 20);
    for (const { state } of members) state.group = group;
    const others = spinners(on, 3);
    await on.host.time.runFor(8e9);
    const ran = members.map((task) => task.ranNs);
    const all = ran.reduce((sum, ns) => sum + ns, 0);
    const shares = [all, ...others.map((task) => task.ranNs)].map((ns) => ns / 8e9);
    for (const share of shares) assert.ok(Math.abs(share - 0.25) < 0.02, String(shares));
    assert.ok(Math.max(...ran) - Math.min(...ran) <= sliceNs, String(ran));
  });

  test("holds a group together to its share of a core, and a member to its own", async () => {
    const on = bench();
    const group = new Account(0.2);
    const members = [...spinners(on, 5), new Spinner(on, { share: 0.01 })];
    for (const { state } of members) state.group = group;
    await on.host.time.runFor(8e9);
    const all = members.reduce((sum, task) => sum + task.ranNs, 0);
    assert.ok(Math.abs(all / 8e9 - 0.2) < 0.02, String(all));
    assert.ok((members.at(-1)?.ranNs ?? 0) <= 0.02 * 8e9);
  });

  test("lets the host have its turn between the runs of tasks that spin", async () => {
    const on = bench();
    spinners(on, 20);
    const lateNs: number[] = [];
    const everyNs = 10e6;
    const tick = (dueNs: number): void => {
      const now = on.host.time.monotonicNs();
      lateNs.push(now - dueNs);
      on.host.time.after(everyNs, () => tick(now + everyNs));
    };
    on.host.time.after(everyNs, () => tick(on.host.time.monotonicNs()));
    await on.host.time.runFor(1e9);
    assert.ok(lateNs.length > 50);
    assert.ok(Math.max(...lateNs) <= 2 * sliceNs, String(Math.max(...lateNs)));
  });

  test("gives the host its turn also among tasks that wake each other without end", async () => {
    const on = bench();
    const pair: Sleeper[] = [];
    class Ball extends Sleeper {
      override resume(): boolean {
        // The other is ready before this one gives way, so that it may follow in the same turn.
        if (this.hasWork) pair[pair[0] === this ? 1 : 0]?.wake();
        return super.resume();
      }
    }
    pair.push(new Ball(on, 1e5), new Ball(on, 1e5));
    pair[0]?.wake();
    let turns = 0;
    const tick = (): void => {
      turns += 1;
      if (turns < 20) on.host.time.after(5e6, tick);
    };
    on.host.time.after(5e6, tick);
    await on.host.time.runFor(2e8);
    assert.equal(turns, 20);
    assert.ok(on.log.length > 100);
  });

  test("asks a task that has nothing to do after all, and goes on with the next", async () => {
    const on = bench();
    const idle = new Sleeper(on, 1);
    on.scheduler.wake(idle.state);
    const [busy] = spinners(on, 1) as [Spinner];
    await on.host.time.runFor(1e8);
    assert.equal(on.log.includes(idle), false);
    assert.ok(busy.ranNs > 0.9e8);
  });

  test("counts the time a task takes to find out that it has nothing to do", async () => {
    const on = bench();
    class Looker extends Spinner {
      override resume(): boolean {
        on.host.time.advance(1e6);
        on.scheduler.wake(this.state);
        return false;
      }
    }
    const looker = new Looker(on, {});
    const [busy] = spinners(on, 1) as [Spinner];
    let ticks = 0;
    const tick = (): void => {
      ticks += 1;
      on.host.time.after(10e6, tick);
    };
    on.host.time.after(10e6, tick);
    await on.host.time.runFor(1e9);
    assert.ok(Math.abs(looker.ranNs - busy.ranNs) <= 2 * sliceNs, `${looker.ranNs} ${busy.ranNs}`);
    assert.ok(ticks > 60, String(ticks));
  });

  test("never runs a task again that has come to its end", async () => {
    const on = bench();
    const [over, other] = spinners(on, 2) as [Spinner, Spinner];
    await on.host.time.runFor(1e8);
    over.isOver = true;
    const before = over.ranNs;
    await on.host.time.runFor(1e8);
    on.scheduler.wake(over.state);
    await on.host.time.runFor(1e8);
    assert.ok(over.ranNs - before <= sliceNs);
    assert.ok(other.ranNs > 2e8);
  });

  test("keeps the order when a task is woken in the middle of its own run", async () => {
    const on = bench();
    class Nudged extends Spinner {
      override resume(): boolean {
        on.scheduler.wake(this.state);
        return super.resume();
      }
    }
    const tasks = [new Nudged(on, {}), new Nudged(on, {}), ...spinners(on, 3)];
    await on.host.time.runFor(1e9);
    const ran = tasks.map((task) => task.ranNs);
    assert.ok(Math.max(...ran) - Math.min(...ran) <= 3 * sliceNs, String(ran));
  });

  test("rests when nobody has anything to do, and starts again by a wake", async () => {
    const on = bench();
    const sleeper = new Sleeper(on, 1);
    await on.host.time.run();
    assert.equal(on.scheduler.running, undefined);
    sleeper.wake();
    await on.host.time.run();
    assert.equal(sleeper.delaysNs.length, 1);
    assert.equal(on.scheduler.runningNs(), 0);
  });
});
