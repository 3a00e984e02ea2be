import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SimulatedInlet } from "#adapters/sim/traffic";
import { simulatedHost, type SimulatedHost } from "#adapters/sim";
import { FlightBudget, FlightRecorder } from "#core/journal/flight";
import type { Program } from "#core/machine";
import { Quota } from "#core/vfs";
import { MemoryTree } from "#core/vfs/memory";
import {
  callNames,
  type RootMaker,
  type RunningProcess,
  type StartOptions,
  System,
} from "#core/system";
import { readGuest } from "#test/handler";
import { joined, play } from "#test/journal";

/** What a process says that it began with: see guests/http/begun.c. */
interface Told {
  readonly initialised: number;
  readonly restored: number;
  readonly sum: string;
  readonly name: string;
  readonly drawn: string;
}

/** Long enough for a forerunner to have come and gone. */
const whileNs = 500e6;

class Stage {
  readonly host: SimulatedHost = simulatedHost({ seed: 1 });
  readonly system: System = new System(this.host);
  readonly program: Program = this.system.load(readGuest("http/begun"), { name: "begun" });
  running: RunningProcess | undefined = undefined;

  /** What a new process tells, and how often it called; the next finds a snapshot, if any. */
  async ask(options: StartOptions = {}): Promise<Told & { readonly calls: number }> {
    const inlet = new SimulatedInlet(this.host.time);
    const running = this.system.start(this.program, { inlet, ...options });
    this.running = running;
    const request = inlet.send({ head: { target: "/" } });
    await this.host.time.runFor(whileNs);
    const [status, initialised, restored, sum = "", name = "", drawn = ""] =
      request.told.split(" ");
    assert.equal(status, "200", request.told);
    const { calls } = running.usage();
    return {
      initialised: Number(initialised),
      restored: Number(restored),
      sum,
      name,
      drawn,
      calls,
    };
  }

  /** Whether the second process of two that are started the same begins with a snapshot. */
  async isSnapshotted(options: StartOptions = {}): Promise<boolean> {
    const first = await this.ask(options);
    const second = await this.ask(options);
    assert.equal(second.sum, first.sum);
    assert.deepEqual([second.initialised, second.restored], [1, 1]);
    return second.calls < first.calls;
  }
}

const rooted: RootMaker = (ports, limits) =>
  new MemoryTree({
    quota: new Quota(limits["file-bytes"]),
    now: () => ports.outside.clock.realtimeNs(),
    device: 1n,
  }).root.retain();

suite("a process of a program that may begin with a snapshot", () => {
  test("finds all as if it had been initialised, and is called as restored", async () => {
    const stage = new Stage();
    const [first, second, third] = [await stage.ask(), await stage.ask(), await stage.ask()];
    for (const told of [first, second, third]) {
      assert.deepEqual([told.initialised, told.restored, told.sum], [1, 1, first.sum]);
    }
    assert.ok(second.calls < first.calls, "it makes none of the calls of an initialisation");
    assert.equal(third.calls, second.calls);
  });

  test("finds it at its first start, if somebody has had it made ahead", async () => {
    const [stage, other] = [new Stage(), new Stage()];
    stage.system.runAhead(stage.program, { inlet: new SimulatedInlet(stage.host.time) });
    await stage.host.time.runFor(whileNs);
    const [ahead, not] = [await stage.ask(), await other.ask()];
    assert.ok(ahead.calls < not.calls);
    assert.equal(ahead.sum, not.sum);
  });

  test("draws chance of its own", async () => {
    const stage = new Stage();
    const drawn = [await stage.ask(), await stage.ask(), await stage.ask()].map(
      (told) => told.drawn,
    );
    assert.equal(new Set(drawn).size, 3);
  });

  test("does not get that of another environment, other arguments or other limits", async () => {
    const stage = new Stage();
    const ways: readonly StartOptions[] = [
      { env: { NAME: "one" } },
      { env: { NAME: "two" } },
      { env: { NAME: "two" }, args: ["an"] },
      { env: { NAME: "two" }, limits: { memory: 2 ** 24 } },
    ];
    const calls: number[] = [];
    for (const way of ways) {
      const told = await stage.ask(way);
      assert.equal(told.name, way.env?.["NAME"]);
      calls.push(told.calls);
    }
    assert.equal(new Set(calls).size, 1, "each is initialised by itself");
  });

  test("is initialised by itself after an initialisation that asks the outside", async () => {
    const stage = new Stage();
    for (const BEGIN of ["clock", "entropy", "print", "timer", "device"]) {
      assert.equal(await stage.isSnapshotted({ env: { BEGIN }, root: rooted }), false, BEGIN);
    }
  });

  test("is initialised by itself after one that leaves traces other than in memory", async () => {
    const stage = new Stage();
    for (const BEGIN of ["open", "close", "make", "grow", "many"]) {
      assert.equal(await stage.isSnapshotted({ env: { BEGIN }, root: rooted }), false, BEGIN);
    }
  });

  test("may have looked at files of its root", async () => {
    const options = { env: { BEGIN: "look" }, root: rooted };
    assert.equal(await new Stage().isSnapshotted(options), true);
  });

  test("has another root, another snapshot", async () => {
    const stage = new Stage();
    const other: RootMaker = (...given) => rooted(...given);
    const first = await stage.ask({ root: rooted });
    const second = await stage.ask({ root: other });
    assert.equal(second.calls, first.calls);
  });

  test("that spins when it begins has a forerunner that ends by its limit", async () => {
    const stage = new Stage();
    const limits = { "cpu-time": 50e6 };
    const inlet = new SimulatedInlet(stage.host.time);
    const running = stage.system.start(stage.program, { inlet, env: { BEGIN: "spin" }, limits });
    await stage.host.time.runFor(30e6);
    assert.equal(stage.system.processCount, 2);
    assert.equal((await stage.host.time.until(running.exit)).reason.kind, "killed");
    await stage.host.time.runFor(whileNs);
    assert.equal(stage.system.processCount, 0);
  });

  for (const BEGIN of ["exit", "trap"]) {
    test(`that ends when it begins (${BEGIN}) ends each time`, async () => {
      const stage = new Stage();
      const ends = [];
      for (let count = 0; count < 3; count++) {
        const inlet = new SimulatedInlet(stage.host.time);
        const running = stage.system.start(stage.program, { inlet, env: { BEGIN } });
        ends.push((await stage.host.time.until(running.exit)).reason.kind);
        await stage.host.time.runFor(whileNs);
      }
      assert.equal(new Set(ends).size, 1);
      assert.equal(stage.system.processCount, 0);
    });
  }

  test("counts the memory it began with against its limit", async () => {
    const stage = new Stage();
    const first = await stage.ask();
    const initialised = stage.running?.usage().memoryBytes;
    await stage.ask();
    assert.equal(stage.running?.usage().memoryBytes, initialised);
    assert.ok(first.calls > 0);
  });

  test("leaves a recording that is replayed from the very beginning", async () => {
    const stage = new Stage();
    await stage.ask();
    const recorders: FlightRecorder[] = [];
    const told = await stage.ask({
      boundary: (launch) => {
        const header = { launch, calls: callNames, isPreemptible: true };
        const budget = new FlightBudget();
        recorders.push(new FlightRecorder({ header, host: stage.host, budget }));
        return recorders.at(-1) as FlightRecorder;
      },
    });
    const { running } = stage;
    assert.ok(running !== undefined);
    running.end("the test");
    const { usage } = await stage.host.time.until(running.exit);
    const bytes = readGuest("http/begun");
    const taken = recorders[0]?.take(() => [{ name: "program", bytes }]) ?? [];
    const { result } = await play.replay(joined([...taken]));
    assert.equal(result.divergence, undefined);
    assert.equal(result.sameMemory, true);
    assert.ok(result.calls > usage.calls, "what was not done again in the process is in a replay");
    assert.equal(told.initialised, 1);
  });
});
