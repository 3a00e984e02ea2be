import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ByteSink } from "#core/host";
import { bindCalls, Descriptor, type ExitRecord, full } from "#core/kernel";
import { endOfGuest, fault } from "#core/machine";
import { InputStream, OutputStream } from "#core/stream";
import { describeExit, errno, PlatformError } from "#core/sys";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import { type Puppet, PuppetTheatre } from "#test/puppet";

const rights = { base: 2 ** 30 - 1, inheriting: 0 };

/** Standard streams; what is read never comes, what is written goes to `sink`. */
function streams(host: SimulatedHost, sink: ByteSink = host.sink()): readonly Descriptor[] {
  const output = new OutputStream(sink);
  return [
    new Descriptor(
      { kind: "input", stream: new InputStream(host.source()), isTerminal: false },
      rights,
    ),
    new Descriptor({ kind: "output", stream: output, isTerminal: false }, rights),
  ];
}

function theatre(options: { readonly processesMax?: number } = {}): PuppetTheatre {
  return new PuppetTheatre(simulatedHost({ seed: 1 }), options);
}

function endOf(outcome: number | ExitRecord): string {
  return typeof outcome === "number" ? `answered ${outcome}` : describeExit(outcome.reason);
}

suite("kernel", () => {
  test("has a process in its table from its start to its end, and numbers each anew", async () => {
    const stage = theatre();
    const first = stage.spawn();
    assert.equal(stage.kernel.processCount, 1);
    assert.deepEqual([...stage.kernel.processes()], [first.process]);
    await first.ready();
    const second = stage.spawn();
    assert.equal(endOf(await first.leave()), "exited(0)");
    assert.deepEqual([...stage.kernel.processes()], [second.process]);
    await second.leave();
    assert.equal(stage.kernel.processCount, 0);
    assert.equal(stage.spawn().process.pid, 3);
  });

  test("refuses one process more than it may have, until another has ended", async () => {
    const stage = theatre({ processesMax: 2 });
    const [first] = [stage.spawn(), stage.spawn()];
    assert.throws(() => stage.spawn(), { name: "PlatformError", code: "PROCESSES_OVER_LIMIT" });
    assert.equal(stage.kernel.processCount, 2);
    await first.leave();
    assert.equal((await stage.spawn().ready()).process.pid, 3);
  });

  test("is empty after a thousand processes came to all kinds of ends", async () => {
    const stage = theatre({ processesMax: 1000 });
    const puppets = Array.from({ length: 1000 }, () => stage.spawn());
    const ends = puppets.map((puppet, index) => {
      if (index % 4 === 0) return puppet.tell("proc_exit", index);
      if (index % 4 === 1) return puppet.tell("trap");
      if (index % 4 === 2) return puppet.tell("");
      puppet.process.end({ kind: "killed", by: { who: "the test" } });
      return puppet.exit;
    });
    const records = await stage.host.time.until(Promise.all(ends));
    assert.deepEqual(records.slice(4, 8).map(endOf), [
      "exited(4)",
      "trapped(unreachable)",
      "exited(0)",
      "killed(by the test)",
    ]);
    assert.equal(stage.kernel.processCount, 0);
  });

  test("ends a process that had not started", async () => {
    const stage = theatre();
    const puppet = stage.spawn();
    puppet.process.end({ kind: "killed", by: { who: "the test" } });
    assert.equal(endOf(await stage.host.time.until(puppet.exit)), "killed(by the test)");
    assert.equal(stage.kernel.processCount, 0);
  });

  const stands: Readonly<Record<string, (puppet: Puppet) => void>> = {
    "waits in a read": (puppet) => void puppet.tell("fd_read", 0, 0, 1, 8),
    spins: (puppet) => void puppet.tell("spin", 1e9),
    "waits for an order": () => undefined,
  };
  for (const [what, bring] of Object.entries(stands)) {
    test(`ends a process that ${what}`, async () => {
      const stage = theatre();
      const puppet = await stage.spawn({ descriptors: () => streams(stage.host) }).ready();
      bring(puppet);
      await stage.host.time.runFor(20e6);
      puppet.process.end({ kind: "killed", by: { who: "the test" } });
      assert.equal(endOf(await stage.host.time.until(puppet.exit)), "killed(by the test)");
      assert.equal(stage.kernel.processCount, 0);
    });
  }

  for (const room of [0, 3, Infinity]) {
    test(`ends a process over its own output, of which ${room} bytes were taken`, async () => {
      const stage = theatre();
      const sink: ByteSink = {
        tryPush(bytes) {
          puppet.process.end({ kind: "killed", by: { who: "the reader" } });
          return Math.min(room, bytes.length);
        },
        push: () => undefined,
        close: () => undefined,
      };
      const puppet = stage.spawn({ descriptors: () => streams(stage.host, sink) });
      await puppet.ready();
      const { memory } = puppet.process;
      memory.setU32(4, 10);
      void puppet.tell("fd_write", 1, 0, 1, 8);
      assert.equal(endOf(await stage.host.time.until(puppet.exit)), "killed(by the reader)");
      assert.equal(stage.kernel.processCount, 0);
    });
  }

  test("ends a process over its own output also when it only computes on", async () => {
    const stage = theatre();
    const ending: ByteSink = {
      tryPush(bytes) {
        puppet.process.end({ kind: "killed", by: { who: "the reader" } });
        return bytes.length;
      },
      push: () => undefined,
      close: () => undefined,
    };
    const other = stage.host.sink();
    const puppet = stage.spawn({
      descriptors: () => [...streams(stage.host, ending), ...streams(stage.host, other)],
    });
    await puppet.ready();
    puppet.process.memory.setU32(4, 10);
    // The first stream is flushed when the next is written to, in the middle of that call.
    void puppet.tell("fd_write", 1, 0, 1, 8);
    void puppet.tell("fd_write", 3, 0, 1, 8);
    void puppet.tell("spin", 1e9);
    assert.equal(endOf(await stage.host.time.until(puppet.exit)), "killed(by the reader)");
    assert.equal(stage.kernel.processCount, 0);
  });

  test("ends a process at its wall time, also one that sleeps", async () => {
    const stage = theatre();
    const spinning = stage.spawn({ limits: { "wall-time": 50e6 } });
    const idle = stage.spawn({ limits: { "wall-time": 50e6 } });
    void spinning.tell("spin", 1e9);
    const startNs = stage.host.time.monotonicNs();
    const ends = await stage.host.time.until(Promise.all([spinning.exit, idle.exit]));
    assert.deepEqual(ends.map(endOf), ["killed(wall-time 50 ms)", "killed(wall-time 50 ms)"]);
    const tookNs = stage.host.time.monotonicNs() - startNs;
    assert.ok(tookNs >= 50e6 && tookNs < 70e6, String(tookNs));
  });

  test("ends a process at its CPU time, within a slice", async () => {
    const puppet = theatre().spawn({ limits: { "cpu-time": 20e6 } });
    const end = await puppet.do("spin", 1e9);
    assert.equal(endOf(end), "killed(cpu-time 20 ms)");
    const { cpuNs } = (end as ExitRecord).usage;
    assert.ok(cpuNs > 20e6 && cpuNs <= 26e6, String(cpuNs));
  });

  test("lets a memory grow to its limit and not beyond", async () => {
    const stage = theatre();
    const puppet = await stage.spawn({ limits: { memory: 3 * 65_536 } }).ready();
    assert.equal(await puppet.do("grow", 2), 1);
    assert.equal(await puppet.do("grow", 1), -1);
    const { usage } = await puppet.leave();
    assert.deepEqual([usage.memoryBytes, usage.memoryPeakBytes], [3 * 65_536, 3 * 65_536]);
  });

  test("says of a trap that the memory was at its limit, when it was", async () => {
    const stage = theatre();
    const ends = [];
    for (const pages of [1, 2]) {
      const puppet = await stage.spawn({ limits: { memory: 3 * 65_536 + 1 } }).ready();
      await puppet.do("grow", pages);
      ends.push(endOf(await puppet.do("trap")));
    }
    assert.deepEqual(ends, [
      "trapped(unreachable)",
      "trapped(unreachable, with its memory at the limit of 192 KiB)",
    ]);
  });

  test("tells at the end what the process has used", async () => {
    const stage = theatre();
    const sink = stage.host.sink();
    const puppet = await stage.spawn({ descriptors: () => streams(stage.host, sink) }).ready();
    const before = puppet.started.usage();
    await puppet.do("spin", 12_000);
    const { memory } = puppet.process;
    memory.setU32(4, 10);
    await puppet.do("fd_write", 1, 0, 1, 8);
    const { usage } = await puppet.leave();
    assert.equal(usage.writtenBytes, 10);
    assert.equal(usage.calls - before.calls, 1);
    assert.equal(usage.preemptions - before.preemptions, 2);
    assert.ok(usage.cpuNs - before.cpuNs >= 12e6);
    assert.ok(usage.wallNs >= usage.cpuNs);
    assert.equal(usage.memoryBytes, 65_536);
    await stage.host.time.run();
    assert.deepEqual(puppet.started.usage(), usage);
  });

  test("starts nothing when what it was granted cannot be opened", async () => {
    const stage = theatre();
    const descriptors = (): never => {
      throw new PlatformError("no", { code: "GRANT_INVALID", hint: "yes" });
    };
    assert.throws(() => stage.spawn({ descriptors }), PlatformError);
    await stage.host.time.run();
    assert.equal(stage.kernel.processCount, 0);
    assert.equal((await stage.spawn().ready()).process.pid, 1);
  });

  test("refuses more grants than the process may have descriptors, and closes them", async () => {
    const stage = theatre();
    const sinks = Array.from({ length: 4 }, () => stage.host.sink());
    const descriptors = (): readonly Descriptor[] =>
      sinks.map((sink) => {
        const stream = new OutputStream(sink);
        return new Descriptor({ kind: "output", stream, isTerminal: false }, rights);
      });
    assert.throws(
      () => stage.spawn({ descriptors, limits: { descriptors: 3 } }),
      (thrown) => thrown instanceof PlatformError && thrown.code === "LIMIT_OUT_OF_RANGE",
    );
    assert.ok(sinks.every((sink) => sink.isClosed));
    assert.equal(stage.kernel.processCount, 0);
    assert.equal(
      stage.spawn({ descriptors, limits: { descriptors: 4 } }).process.descriptors.count,
      4,
    );
  });

  test("says when all output is delivered, which may be after the end", async () => {
    const stage = theatre();
    const sink = stage.host.sink({ roomBytes: 4 });
    const puppet = await stage.spawn({ descriptors: () => streams(stage.host, sink) }).ready();
    let isDelivered = false;
    void puppet.started.delivered.then(() => (isDelivered = true));
    const { memory } = puppet.process;
    memory.setU32(4, 10);
    assert.equal(await puppet.do("fd_write", 1, 0, 1, 8), 0);
    await puppet.leave();
    await stage.host.time.run();
    assert.deepEqual([isDelivered, sink.isClosed, sink.bytes.length], [false, false, 4]);
    sink.drain(6);
    await stage.host.time.run();
    assert.deepEqual([isDelivered, sink.isClosed, sink.bytes.length], [true, true, 10]);
  });
});

suite("table of calls", () => {
  const defects: unknown[] = [];

  /** A call as a guest would make it, of a process that is no more than the call needs. */
  function call(handler: () => never, isEnding = false): () => unknown {
    const table = { call: full({ type: "() -> i32", asks: [] }, handler) };
    const process = {
      isEnding,
      meter: { calls: 0 },
      fail(defect: unknown): never {
        defects.push(defect);
        throw endOfGuest;
      },
    };
    const functions = bindCalls(table, {
      caller: { process: process as never },
      answerOf: (answer) => (answer === errno.EFAULT ? 21 : 1),
      isObserved: false,
    });
    return functions.get("call")?.value as () => unknown;
  }

  test("answers EFAULT for an address outside", () => {
    const faulting = call(() => {
      throw fault;
    });
    assert.equal(faulting(), 21);
  });

  test("ends the guest for a mistake of our own, which is not the guest's to answer", () => {
    const ours = new Error("ours");
    const failing = call(() => {
      throw ours;
    });
    assert.throws(failing, (thrown) => thrown === endOfGuest);
    assert.deepEqual(defects, [ours]);
  });

  test("does no call of a process that is ended", () => {
    const late = call(() => assert.fail("it was done"), true);
    assert.throws(late, (thrown) => thrown === endOfGuest);
  });

  test("waits only where a row says so", () => {
    const done = (): undefined => undefined;
    assert.equal(full({ type: "() -> ()", asks: [] }, done).waits, false);
    assert.equal(full({ type: "() -> ()", asks: ["streams"], waits: true }, done).waits, true);
  });
});
