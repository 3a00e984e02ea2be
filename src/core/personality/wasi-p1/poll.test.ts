import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { answerName, bounds, eventtype, fdflags, rights } from "#core/personality/wasi-p1/abi";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import { Fd, Props, type Puppet, PuppetTheatre } from "#test/puppet";

const at = { subscriptions: 1024, events: 8192, count: 512, vector: 520, buffer: 600 } as const;

type Wanted =
  | { readonly clock: number; readonly ns: bigint; readonly isAbsolute?: boolean }
  | { readonly read: number }
  | { readonly write: number };

interface Seen {
  readonly userdata: number;
  readonly error: string;
  readonly type: number;
  readonly bytes: number;
  readonly isHungUp: boolean;
}

class Stage {
  readonly host: SimulatedHost = simulatedHost({ seed: 1 });
  readonly props: Props;
  puppet!: Puppet;

  constructor(options: { readonly sinkRoomBytes?: number } = {}) {
    this.props = new Props(this.host, options);
  }

  async open(): Promise<this> {
    this.puppet = await new PuppetTheatre(this.host)
      .spawn({ descriptors: () => this.props.descriptors() })
      .ready();
    return this;
  }

  /** Writes subscriptions, numbered from 1, and polls; answers when the poll does, or not yet. */
  async poll(...wanted: readonly Wanted[]): Promise<{ answer: string }> {
    for (const [index, each] of wanted.entries()) this.#subscribe(index, each);
    const called = { answer: "waits" };
    const [{ subscriptions, events, count }, total] = [at, wanted.length];
    void this.puppet.tell("poll_oneoff", subscriptions, events, total, count).then((outcome) => {
      called.answer = typeof outcome === "number" ? answerName(outcome) : "ended";
    });
    await this.host.time.runFor(0);
    return called;
  }

  #subscribe(index: number, wanted: Wanted): void {
    const { memory } = this.puppet.process;
    const address = at.subscriptions + index * 48;
    memory.bytes(address, 48).fill(0);
    memory.setU64(address, BigInt(index + 1));
    if ("clock" in wanted) {
      memory.setU8(address + 8, eventtype.clock);
      memory.setU32(address + 16, wanted.clock);
      memory.setU64(address + 24, wanted.ns);
      memory.setU16(address + 40, wanted.isAbsolute === true ? 1 : 0);
    } else {
      memory.setU8(address + 8, "read" in wanted ? eventtype.fdRead : eventtype.fdWrite);
      memory.setU32(address + 16, "read" in wanted ? wanted.read : wanted.write);
    }
  }

  /** The events that the last poll wrote. */
  get seen(): readonly Seen[] {
    const { memory } = this.puppet.process;
    return Array.from({ length: memory.u32(at.count) }, (_, index) => {
      const address = at.events + index * 32;
      return {
        userdata: Number(memory.u64(address)),
        error: answerName(memory.u16(address + 8)),
        type: memory.u8(address + 10),
        bytes: Number(memory.u64(address + 16)),
        isHungUp: memory.u16(address + 24) === 1,
      };
    });
  }

  get names(): readonly string[] {
    return this.seen.map(({ userdata, error }) => `${userdata} ${error}`);
  }
}

const stage = (options: { readonly sinkRoomBytes?: number } = {}): Promise<Stage> =>
  new Stage(options).open();

const monotonic = 1;

suite("poll for clocks", () => {
  test("waits as long as the shortest says, and tells only that", async () => {
    const on = await stage();
    const startNs = on.host.time.monotonicNs();
    const poll = await on.poll(
      { clock: monotonic, ns: 5_000_000n },
      { clock: monotonic, ns: 3_000_000n },
      { clock: 0, ns: 4_000_000n },
    );
    assert.equal(poll.answer, "waits");
    await on.host.time.run();
    assert.deepEqual([poll.answer, on.names], ["ok", ["2 ok"]]);
    assert.ok(on.host.time.monotonicNs() - startNs >= 3e6);
  });

  test("tells several that are due at once", async () => {
    const on = await stage();
    await on.poll({ clock: monotonic, ns: 1000n }, { clock: monotonic, ns: 1000n });
    await on.host.time.run();
    assert.deepEqual(on.names, ["1 ok", "2 ok"]);
  });

  test("is over at once for no time or one gone by, but not before others had a turn", async () => {
    const on = await stage();
    const now = on.host.outside.clock.realtimeNs();
    for (const wanted of [
      { clock: monotonic, ns: 0n },
      { clock: monotonic, ns: 1n, isAbsolute: true },
      { clock: 0, ns: now - 1n, isAbsolute: true },
    ]) {
      const before = on.puppet.process.meter.switches;
      const poll = await on.poll(wanted);
      await on.host.time.run();
      assert.deepEqual([poll.answer, on.names], ["ok", ["1 ok"]]);
      assert.ok(on.puppet.process.meter.switches > before);
    }
  });

  test("waits until a moment of either clock", async () => {
    const on = await stage();
    const { clock: clocks } = on.host.outside;
    for (const clock of [0, monotonic]) {
      const startNs = on.host.time.monotonicNs();
      const now = clock === monotonic ? clocks.monotonicNs() : clocks.realtimeNs();
      await on.poll({ clock, ns: now + 50_000_000n, isAbsolute: true });
      await on.host.time.run();
      const waitedNs = on.host.time.monotonicNs() - startNs;
      assert.ok(waitedNs >= 50e6 && waitedNs < 51e6, String(waitedNs));
    }
  });

  test("waits for the longest time there is without coming back early", async () => {
    const on = await stage();
    const poll = await on.poll({ clock: monotonic, ns: 2n ** 64n - 1n });
    await on.host.time.runFor(1e18);
    assert.equal(poll.answer, "waits");
    on.puppet.process.end({ kind: "killed", by: { who: "the test" } });
    await on.host.time.until(on.puppet.exit);
  });

  test("tells of a clock that nobody can be woken by as an event", async () => {
    const on = await stage();
    await on.poll({ clock: 2, ns: 1n }, { clock: 3, ns: 1n }, { clock: 99, ns: 1n });
    assert.deepEqual(on.names, ["1 ENOTSUP", "2 ENOTSUP", "3 ENOTSUP"]);
  });

  test("leaves no timer behind when something else comes first, or the process ends", async () => {
    const on = await stage();
    await on.poll({ clock: monotonic, ns: 10n ** 15n }, { read: Fd.input });
    on.props.source.feed("x");
    await on.host.time.run();
    assert.deepEqual(on.names, ["2 ok"]);
    await on.poll({ clock: monotonic, ns: 10n ** 15n });
    on.puppet.process.end({ kind: "killed", by: { who: "the test" } });
    await on.host.time.run();
    assert.ok(on.host.time.monotonicNs() < 1e12);
  });
});

suite("poll for descriptors", () => {
  test("tells what is ready, how much there is, and whether it is the end", async () => {
    const on = await stage();
    on.props.source.feed("four").end();
    // Readiness is found by asking: the first poll makes the stream ask its source.
    await on.poll({ read: Fd.input }, { clock: monotonic, ns: 1_000_000n });
    await on.host.time.run();
    const event = { userdata: 1, error: "ok", type: eventtype.fdRead };
    assert.deepEqual(on.seen, [{ ...event, bytes: 4, isHungUp: false }]);
    const { memory } = on.puppet.process;
    memory.setU32(at.vector, at.buffer);
    memory.setU32(at.vector + 4, 9);
    await on.puppet.do("fd_read", Fd.input, at.vector, 1, at.count);
    await on.poll({ read: Fd.input });
    await on.host.time.run();
    assert.deepEqual(on.seen, [{ ...event, bytes: 0, isHungUp: true }]);
  });

  test("tells all that is ready in the order asked, and does not wait then", async () => {
    const on = await stage();
    const poll = await on.poll(
      { write: Fd.output },
      { read: Fd.file },
      { write: Fd.file },
      { read: Fd.pipeReader },
      { write: Fd.pipeWriter },
      { write: Fd.socket },
      { read: Fd.device },
      { clock: monotonic, ns: 0n },
    );
    assert.equal(poll.answer, "ok");
    assert.deepEqual(
      on.seen.map(({ userdata, bytes }) => [userdata, bytes]),
      [
        [1, 65_536],
        [2, 10],
        [3, 1],
        [5, 1024],
        [6, 65_536],
        [7, 0],
      ],
    );
  });

  test("waits for a pipe, a socket and a listener", async () => {
    const on = await stage();
    const events: readonly (readonly [Wanted, () => void])[] = [
      [{ read: Fd.pipeReader }, () => on.props.pipe.write(Uint8Array.of(1))],
      [{ read: Fd.socket }, () => on.props.peer.tryPush(Uint8Array.of(1))],
      [{ read: Fd.listener }, () => on.host.network.dialNow(on.props.address)],
    ];
    for (const [wanted, happen] of events) {
      const poll = await on.poll(wanted);
      assert.equal(poll.answer, "waits");
      happen();
      await on.host.time.run();
      assert.deepEqual([poll.answer, on.names], ["ok", ["1 ok"]]);
    }
  });

  test("waits for room in a stream that is full", async () => {
    const on = await stage({ sinkRoomBytes: 0 });
    await on.puppet.do("fd_fdstat_set_flags", Fd.output, fdflags.nonblock);
    on.puppet.process.memory.setU32(at.vector + 4, 60_000);
    for (let count = 0; count < 2; count++) {
      await on.puppet.do("fd_write", Fd.output, at.vector, 1, at.count);
    }
    const poll = await on.poll({ write: Fd.output });
    assert.equal(poll.answer, "waits");
    on.props.sink.drain(65_536);
    await on.host.time.run();
    assert.deepEqual([poll.answer, on.names], ["ok", ["1 ok"]]);
  });

  test("tells what can never come as an event, beside what has", async () => {
    const on = await stage();
    await on.poll(
      { read: 99 },
      { read: Fd.output },
      { write: Fd.input },
      { read: Fd.directory },
      { write: Fd.listener },
      { read: Fd.pipeWriter },
      { read: Fd.file },
    );
    const wrong = [1, 2, 3, 4, 5, 6].map((number) => `${number} EBADF`);
    assert.deepEqual(on.names, [...wrong, "7 ok"]);
  });

  test("needs the right to poll", async () => {
    const on = await stage();
    const without = BigInt(rights.fdRead);
    await on.puppet.do("fd_fdstat_set_rights", Fd.input, without, 0n);
    await on.poll({ read: Fd.input });
    assert.deepEqual(on.names, ["1 ENOTCAPABLE"]);
  });

  test("tells the end of a pipe whose writer is gone, and room where the reader is", async () => {
    const on = await stage();
    await on.puppet.do("fd_close", Fd.pipeWriter);
    assert.equal((await on.poll({ read: Fd.pipeReader })).answer, "ok");
    const other = await stage();
    await other.puppet.do("fd_close", Fd.pipeReader);
    assert.equal((await other.poll({ write: Fd.pipeWriter })).answer, "ok");
  });
});

suite("poll with bad input", () => {
  test("answers EINVAL for nothing, for too much and for what is no subscription", async () => {
    const on = await stage();
    const { puppet } = on;
    const call = (count: number): Promise<unknown> =>
      puppet.do("poll_oneoff", at.subscriptions, at.events, count, at.count);
    assert.equal(await call(0), 28);
    for (const count of [bounds.subscriptionsMax + 1, 2 ** 31, -1]) {
      assert.equal(await call(count), 28);
    }
    puppet.process.memory.bytes(at.subscriptions, 48).fill(0);
    puppet.process.memory.setU8(at.subscriptions + 8, 3);
    assert.equal(await call(1), 28);
  });

  test("answers EFAULT before it waits when the events or their number have no place", async () => {
    const on = await stage();
    await on.poll({ clock: monotonic, ns: 0n });
    await on.host.time.run();
    const { puppet } = on;
    // What is asked for would come in eleven days.
    puppet.process.memory.setU64(at.subscriptions + 24, 10n ** 15n);
    const page = 65_536;
    for (const [events, count] of [
      [page - 31, at.count],
      [at.events, page - 3],
      [at.events, -1],
    ] as const) {
      assert.equal(await puppet.do("poll_oneoff", at.subscriptions, events, 1, count), 21);
    }
    assert.equal(await puppet.do("poll_oneoff", page - 47, at.events, 1, at.count), 21);
    assert.equal(await puppet.do("poll_oneoff", at.subscriptions, at.events, 65_536, at.count), 21);
    assert.ok(on.host.time.monotonicNs() < 1e12);
  });
});
