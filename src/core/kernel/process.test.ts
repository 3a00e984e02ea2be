import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { endOfGuest, fault } from "#core/machine";
import { assemble, exportOf, importOf } from "#core/machine/assembler";
import { OutputStream, WaitQueue } from "#core/stream";
import {
  defaultLimits,
  describeExit,
  errno,
  type Errno,
  type ExitReason,
  type Limits,
  type Pid,
} from "#core/sys";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import { bindCalls, full } from "./calls.ts";
import type { Descriptor } from "./descriptor.ts";
import { DescriptorTable } from "./descriptor-table.ts";
import type { CallObserver } from "./observer.ts";
import { reasonFor } from "./started.ts";
import { Process } from "./process.ts";
import { Scheduler } from "#core/kernel/scheduler";
import { notYet, type Wait } from "./wait.ts";

/** What stands for a guest: it runs as the process's `run`, and may wait and end as one. */
type Guest = (process: Process) => Promise<void> | void;

interface Bench {
  readonly host: SimulatedHost;
  readonly process: Process;
  readonly scheduler: Scheduler;
  /** The reasons the kernel was told; a process ends once. */
  readonly ends: ExitReason[];
}

function started(guest: Guest, limits: Partial<Limits> = {}, observer?: CallObserver): Bench {
  const host = simulatedHost({ seed: 1 });
  const scheduler = new Scheduler(host);
  const ends: ExitReason[] = [];
  const process = new Process(
    {
      pid: 1 as Pid,
      name: "guest",
      args: [],
      env: [],
      limits: { ...defaultLimits, ...limits },
      outside: { ...host.outside, clock: { ...host.outside.clock, cpuNs: () => 0n } },
      kin: undefined,
      inlet: undefined,
      outlet: undefined,
      descriptors: new DescriptorTable<Descriptor>(10),
      observer,
      keeper: {
        reasonFor: (thrown) => reasonFor(thrown, { module: new WebAssembly.Module(assemble({})) }),
        answerOf: (answer) => (answer === undefined ? 0 : answer === errno.EFAULT ? 21 : 1),
        rightsOf: () => ({ base: 0, inheriting: 0 }),
        run: async (running) => guest(running),
        ended: (reason) => void ends.push(reason),
      },
    },
    scheduler,
  );
  return { host, process, scheduler, ends };
}

const killed: ExitReason = { kind: "killed", by: { who: "the test" } };

function endsOf({ ends }: Bench): readonly string[] {
  return ends.map(describeExit);
}

/** A wait for a door that a test opens. */
class Door {
  readonly queue = new WaitQueue();
  isOpen = false;
  attempts = 0;
  releases = 0;

  open(): void {
    this.isOpen = true;
    this.queue.wake();
  }

  wait(answer?: Errno): Wait {
    return {
      attempt: () => {
        this.attempts += 1;
        return this.isOpen ? answer : notYet;
      },
      on: [this.queue],
      release: () => {
        this.releases += 1;
      },
    };
  }
}

suite("process that waits", () => {
  test("answers at once what can be done at once, and releases the wait", () => {
    const door = new Door();
    door.isOpen = true;
    const bench = started(() => undefined);
    assert.equal(bench.process.wait(door.wait(errno.EPIPE)), errno.EPIPE);
    assert.deepEqual([door.attempts, door.releases, door.queue.isEmpty], [1, 1, true]);
  });

  test("sleeps until something woke and its attempt succeeds, then goes on", async () => {
    const door = new Door();
    const answers: unknown[] = [];
    const bench = started(async (process) => {
      answers.push(await process.wait(door.wait(errno.EPIPE)));
    });
    await bench.host.time.run();
    assert.deepEqual([bench.process.isWaiting, bench.ends], [true, []]);
    door.queue.wake();
    await bench.host.time.run();
    assert.deepEqual([door.attempts, door.releases, answers], [2, 0, []]);
    door.open();
    await bench.host.time.run();
    assert.deepEqual([answers, endsOf(bench)], [[1], ["exited(0)"]]);
    assert.deepEqual([door.releases, door.queue.isEmpty], [1, true]);
  });

  test("leaves no timer behind when it is ended before it has its share of a core", async () => {
    const door = new Door();
    const bench: Bench = started(
      async (process) => {
        bench.host.time.advance(1e9);
        await process.wait(door.wait());
      },
      { "cpu-share": 0.01 },
    );
    await bench.host.time.run();
    door.open();
    bench.process.end(killed);
    const endNs = bench.host.time.monotonicNs();
    await bench.host.time.run();
    assert.deepEqual(endsOf(bench), [describeExit(killed)]);
    assert.equal(bench.host.time.monotonicNs(), endNs);
  });

  test("answers EFAULT when an address turns out bad only when it is done", async () => {
    const queue = new WaitQueue();
    let releases = 0;
    let attempts = 0;
    const answers: unknown[] = [];
    const bench = started(async (process) => {
      const attempt = (): typeof notYet => {
        attempts += 1;
        if (attempts === 1) return notYet;
        throw fault;
      };
      answers.push(await process.wait({ attempt, on: [queue], release: () => (releases += 1) }));
    });
    await bench.host.time.run();
    queue.wake();
    await bench.host.time.run();
    assert.deepEqual([answers, releases, queue.isEmpty], [[21], 1, true]);
    assert.deepEqual(endsOf(bench), ["exited(0)"]);
  });

  test("ends with its observer's reason when that ends it for what a wait came to", async () => {
    const door = new Door();
    const answers: unknown[] = [];
    const observer: CallObserver = {
      flushesWhenPaused: true,
      entered: () => undefined,
      answered(process) {
        process.end(killed);
        throw endOfGuest;
      },
      blocked: () => undefined,
      flushed: () => undefined,
      ended: () => undefined,
    };
    const guest: Guest = async (process) => {
      answers.push(await process.wait(door.wait()));
    };
    const bench = started(guest, {}, observer);
    await bench.host.time.run();
    door.open();
    await bench.host.time.run();
    assert.deepEqual([answers, endsOf(bench)], [[], [describeExit(killed)]]);
    assert.deepEqual([door.releases, door.queue.isEmpty], [1, true]);
  });

  test("releases the wait when the first attempt throws", () => {
    let releases = 0;
    const bench = started(() => undefined);
    const attempt = (): never => {
      throw fault;
    };
    assert.throws(
      () => bench.process.wait({ attempt, on: [], release: () => (releases += 1) }),
      (thrown) => thrown === fault,
    );
    assert.equal(releases, 1);
  });

  test("ends when an attempt ends it, and the thread is free for others", async () => {
    const queue = new WaitQueue();
    let attempts = 0;
    const bench = started(async (process) => {
      const attempt = (): typeof notYet => {
        attempts += 1;
        return attempts === 1 ? notYet : process.exit({ kind: "exited", code: 7 });
      };
      await process.wait({ attempt, on: [queue] });
    });
    await bench.host.time.run();
    queue.wake();
    await bench.host.time.run();
    assert.deepEqual(endsOf(bench), ["exited(7)"]);
    assert.deepEqual([bench.scheduler.running, queue.isEmpty], [undefined, true]);
  });

  test("ends when an attempt has somebody else end it", async () => {
    for (const answer of [notYet, undefined, errno.EPIPE] as const) {
      const queue = new WaitQueue();
      let attempts = 0;
      let releases = 0;
      const bench = started(async (process) => {
        const attempt = (): Errno | undefined | typeof notYet => {
          attempts += 1;
          if (attempts === 1) return notYet;
          process.end(killed);
          return answer;
        };
        await process.wait({ attempt, on: [queue], release: () => (releases += 1) });
      });
      await bench.host.time.run();
      queue.wake();
      await bench.host.time.run();
      assert.deepEqual(endsOf(bench), ["killed(by the test)"]);
      assert.deepEqual([releases, queue.isEmpty, bench.scheduler.running], [1, true, undefined]);
    }
  });

  test("does not fall asleep when its very first attempt ended it", async () => {
    const bench = started(async (process) => {
      const attempt = (): typeof notYet => {
        process.end(killed);
        return notYet;
      };
      await process.wait({ attempt, on: [new WaitQueue()] });
      assert.fail("it went on");
    });
    await bench.host.time.run();
    assert.deepEqual(endsOf(bench), ["killed(by the test)"]);
    assert.equal(bench.scheduler.running, undefined);
  });

  test("ends with no promise left over when its output, leaving as it waits, ends it", async () => {
    let end: ((end: unknown) => void) | undefined;
    const stream = new OutputStream({
      push: () => undefined,
      tryPush: () => {
        bench.process.end(killed);
        throw endOfGuest;
      },
      close: () => undefined,
    });
    const bench = started(async (process) => {
      process.write(stream, Uint8Array.of(1));
      const answer = process.wait(new Door().wait());
      assert.ok(answer instanceof Promise, "the guest gets the promise that is rejected");
      await answer.catch((thrown: unknown) => end?.(thrown));
      throw endOfGuest;
    });
    const ended = new Promise((resolve) => (end = resolve));
    await bench.host.time.run();
    assert.equal(await ended, endOfGuest);
    assert.deepEqual(endsOf(bench), ["killed(by the test)"]);
  });

  test("gives way to others and then goes on by itself", async () => {
    const bench = started(async (process) => {
      assert.equal(await process.giveWay(), 0);
      assert.equal(await process.giveWay(), 0);
    });
    await bench.host.time.run();
    assert.deepEqual([endsOf(bench), bench.process.meter.switches], [["exited(0)"], 2]);
  });
});

suite("process that is ended", () => {
  test("never starts when it had not", async () => {
    const bench = started(() => assert.fail("it started"));
    bench.process.end(killed);
    assert.deepEqual(endsOf(bench), ["killed(by the test)"]);
    await bench.host.time.run();
    bench.process.wake();
    await bench.host.time.run();
    assert.equal(bench.ends.length, 1);
  });

  test("leaves what it waited for, whose release is called once", async () => {
    const door = new Door();
    const bench = started(async (process) => void (await process.wait(door.wait())));
    await bench.host.time.run();
    bench.process.end(killed);
    assert.deepEqual([door.releases, door.queue.isEmpty], [1, true]);
    await bench.host.time.run();
    door.open();
    await bench.host.time.run();
    assert.deepEqual(
      [endsOf(bench), door.attempts, door.releases],
      [["killed(by the test)"], 1, 1],
    );
  });

  test("leaves every one of several queues", async () => {
    const queues = [new WaitQueue(), new WaitQueue(), new WaitQueue()];
    const bench = started(
      async (process) => void (await process.wait({ attempt: () => notYet, on: queues })),
    );
    await bench.host.time.run();
    assert.deepEqual(
      queues.map((queue) => queue.isEmpty),
      [false, false, false],
    );
    bench.process.end(killed);
    assert.deepEqual(
      queues.map((queue) => queue.isEmpty),
      [true, true, true],
    );
  });

  test("does not go on when it was paused", async () => {
    const bench = started(async (process) => {
      await process.pause();
      assert.fail("it went on");
    });
    bench.host.time.step();
    bench.process.end(killed);
    await bench.host.time.run();
    assert.deepEqual(endsOf(bench), ["killed(by the test)"]);
    assert.equal(bench.scheduler.running, undefined);
  });

  test("does not go on when it was ended between being resumed and running", async () => {
    const door = new Door();
    const bench = started(async (process) => {
      await process.wait(door.wait());
      await process.wait(new Door().wait());
      assert.fail("it went on");
    });
    await bench.host.time.run();
    door.open();
    // The turn that resumes it, and in the same turn, before it runs, its end.
    bench.host.time.step();
    bench.process.end(killed);
    await bench.host.time.run();
    assert.deepEqual(endsOf(bench), ["killed(by the test)"]);
  });

  test("keeps the first reason, whoever comes later", async () => {
    const bench = started(async (process) => void (await process.wait(new Door().wait())));
    await bench.host.time.run();
    bench.process.end({ kind: "exited", code: 1 });
    bench.process.end(killed);
    bench.process.endByLimit("memory");
    await bench.host.time.run();
    bench.process.end(killed);
    assert.deepEqual(endsOf(bench), ["exited(1)"]);
  });

  test("keeps the reason of its end when it also fails on the way out", async () => {
    const bench = started((process) => {
      process.end(killed);
      throw new WebAssembly.RuntimeError("unreachable");
    });
    await bench.host.time.run();
    assert.deepEqual(endsOf(bench), ["killed(by the test)"]);
  });

  test("exits from inside its call with what nobody can catch", async () => {
    const bench = started((process) => {
      assert.throws(
        () => process.exit({ kind: "exited", code: 3 }),
        (thrown) => thrown === endOfGuest,
      );
      process.exit({ kind: "exited", code: 4 });
    });
    await bench.host.time.run();
    assert.deepEqual(endsOf(bench), ["exited(3)"]);
  });

  test("has closed all it held when its end is told", async () => {
    let closed = 0;
    const bench = started((process) => {
      process.descriptors.add({ close: () => (closed += 1) } as unknown as Descriptor);
    });
    await bench.host.time.run();
    assert.deepEqual([closed, bench.process.descriptors.count], [1, 0]);
  });
});

suite("process whose call breaks a promise of ours", () => {
  /** `run` makes the call within a handler that catches everything. */
  const catchAll = assemble({
    imports: [importOf("env", "breaks", "function", [0])],
    functions: [{ code: [0x06, 0x40, 0x10, 0, 0x19, 0x0b] }],
    exports: [exportOf("run", "function", 1)],
  });
  const table = {
    breaks: full({ type: "() -> ()", asks: [] }, () => assert.fail("a broken promise")),
  };

  for (const isObserved of [false, true]) {
    test(`cannot go on, whatever it catches (${isObserved ? "" : "not "}observed)`, () => {
      const { process } = started(() => undefined);
      const caller = { process };
      const { answerOf } = { answerOf: () => 0 };
      const breaks = bindCalls(table, { caller, answerOf, isObserved }).get("breaks")?.value;
      assert.ok(breaks !== undefined);
      const instance = new WebAssembly.Instance(new WebAssembly.Module(catchAll), {
        env: { breaks },
      });
      const run = instance.exports["run"] as WebAssembly.ExportedFunction;
      assert.throws(run, (thrown) => thrown === endOfGuest);
    });
  }
});

suite("process and its limits", () => {
  test("ends when it has computed for longer than it may, wherever it gives way", async () => {
    for (const giveWay of ["pause", "wait"] as const) {
      const door = new Door();
      const bench = started(
        async (process) => {
          bench.host.time.advance(3e6);
          await (giveWay === "pause" ? process.pause() : process.wait(door.wait()));
          assert.fail("it went on");
        },
        { "cpu-time": 2e6 },
      );
      await bench.host.time.run();
      assert.deepEqual(endsOf(bench), ["killed(cpu-time 2 ms)"], giveWay);
      assert.deepEqual([door.queue.isEmpty, bench.scheduler.running], [true, undefined]);
      assert.equal(bench.process.cpuNs(), 3e6);
    }
  });

  test("counts the run under way as time computed", async () => {
    const bench = started((process) => {
      bench.host.time.advance(5);
      assert.equal(process.cpuNs(), 5);
    });
    await bench.host.time.run();
    assert.equal(bench.process.cpuNs(), 5);
  });

  test("prints to the last byte of its output limit, and ends over the next", async () => {
    const sink = simulatedHost({ seed: 1 }).sink();
    const stream = new OutputStream(sink);
    const bench = started(
      (process) => {
        process.outputs.add(stream);
        assert.equal(process.print(stream, new Uint8Array(6)), 6);
        assert.equal(process.print(stream, new Uint8Array(4)), 4);
        assert.equal(process.print(stream, new Uint8Array(0)), 0);
        process.print(stream, new Uint8Array(1));
        assert.fail("it went on");
      },
      { output: 10 },
    );
    await bench.host.time.run();
    assert.deepEqual(endsOf(bench), ["killed(output 10 B)"]);
    assert.equal(sink.bytes.length, 10);
  });

  test("has what is allowed of a write delivered before it ends over the rest", async () => {
    const host = simulatedHost({ seed: 1 });
    const sink = host.sink();
    const stream = new OutputStream(sink);
    const bench = started(
      (process) => {
        process.outputs.add(stream);
        process.print(stream, new TextEncoder().encode("twelve bytes"));
      },
      { output: 6 },
    );
    await bench.host.time.run();
    assert.deepEqual([endsOf(bench), sink.text], [["killed(output 6 B)"], "twelve"]);
    assert.equal(bench.process.meter.outputBytes, 6);
  });

  test("does not count towards the output limit what goes elsewhere", async () => {
    const sink = simulatedHost({ seed: 1 }).sink();
    const bench = started(
      (process) => {
        assert.equal(process.write(new OutputStream(sink), new Uint8Array(100)), 100);
      },
      { output: 10 },
    );
    await bench.host.time.run();
    assert.deepEqual([endsOf(bench), bench.process.meter.writtenBytes], [["exited(0)"], 100]);
  });
});

suite("process and its output", () => {
  test("hands on what was written to one stream before it writes to the next", async () => {
    const order: string[] = [];
    const streamTo = (name: string): OutputStream =>
      new OutputStream({
        tryPush(bytes) {
          order.push(`${name} ${bytes.length}`);
          return bytes.length;
        },
        push: () => assert.fail("it takes everything at once"),
        close: () => undefined,
      });
    const [out, errors] = [streamTo("out"), streamTo("err")];
    const bench = started((process) => {
      process.write(out, new Uint8Array(1));
      process.write(out, new Uint8Array(2));
      process.write(errors, new Uint8Array(4));
      process.write(out, new Uint8Array(8));
    });
    await bench.host.time.run();
    assert.deepEqual(order, ["out 3", "err 4", "out 8"]);
    assert.equal(bench.process.outputs.isFlushed, true);
  });

  test("forgets a stream that was closed and delivered, and waits for the others", async () => {
    const host = simulatedHost({ seed: 1 });
    const slow = host.sink({ roomBytes: 0 });
    const stream = new OutputStream(slow);
    const bench = started(async (process) => {
      for (let count = 0; count < 1000; count++) {
        const each = new OutputStream(host.sink());
        process.outputs.add(each);
        process.write(each, new Uint8Array(1));
        each.close();
      }
      process.outputs.add(stream);
      process.write(stream, new Uint8Array(3));
      stream.close();
    });
    await bench.host.time.run();
    let isDelivered = false;
    bench.process.outputs.whenDelivered(() => (isDelivered = true));
    await host.time.run();
    assert.equal(isDelivered, false);
    slow.drain(3);
    await host.time.run();
    assert.equal(isDelivered, true);
    assert.equal(bench.process.outputs.openCount, 0);
  });
});
