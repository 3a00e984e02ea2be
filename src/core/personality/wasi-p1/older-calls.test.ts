import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { answerName, eventtype, rights } from "#core/personality/wasi-p1/abi";
import { simulatedHost, type SimulatedHost } from "#adapters/sim";
import { Fd, Props, type Puppet, PuppetTheatre } from "#test/puppet";

const at = { path: 64, answer: 600, stat: 640, subscriptions: 1024, events: 4096 } as const;

/** A process made for WASI preview 0: it imports every call from `wasi_unstable`. */
class Stage {
  readonly host: SimulatedHost = simulatedHost({ seed: 1 });
  puppet!: Puppet;

  async open(): Promise<this> {
    const props = new Props(this.host);
    this.puppet = await new PuppetTheatre(this.host, { contract: "wasi_unstable" })
      .spawn({ descriptors: () => props.descriptors() })
      .ready();
    return this;
  }

  async call(name: string, ...parameters: readonly (number | bigint)[]): Promise<string> {
    const outcome = await this.puppet.do(name, ...parameters);
    assert.ok(typeof outcome === "number", name);
    return answerName(outcome);
  }
}

const stage = (): Promise<Stage> => new Stage().open();

suite("calls of WASI preview 0", () => {
  test("number the ways to seek otherwise: from here 0, the end 1, the start 2", async () => {
    const on = await stage();
    const { memory } = on.puppet.process;
    assert.equal(await on.call("fd_filestat_set_size", Fd.file, 10n), "ok");
    for (const [delta, whence, position] of [
      [4n, 2, 4n],
      [3n, 0, 7n],
      [-1n, 1, 9n],
    ] as const) {
      assert.equal(await on.call("fd_seek", Fd.file, delta, whence, at.answer), "ok");
      assert.equal(memory.u64(at.answer), position);
    }
    assert.equal(await on.call("fd_seek", Fd.file, 0n, 3, at.answer), "EINVAL");
  });

  test("tell the status of a file in 56 bytes and touch no more", async () => {
    const on = await stage();
    const { memory } = on.puppet.process;
    await on.call("fd_filestat_set_size", Fd.file, 1234n);
    await on.call("fd_filestat_set_times", Fd.file, 7n, 8n, 5);
    memory.bytes(at.stat, 64).fill(0xee);
    assert.equal(await on.call("fd_filestat_get", Fd.file, at.stat), "ok");
    const told = memory.bytes(at.stat, 56).slice();
    assert.deepEqual(
      [memory.u8(at.stat + 16), memory.u32(at.stat + 20), memory.u64(at.stat + 24)],
      [4, 1, 1234n],
    );
    assert.deepEqual([memory.u64(at.stat + 32), memory.u64(at.stat + 40)], [7n, 8n]);
    memory.bytes(at.path, 4).set(new TextEncoder().encode("file"));
    memory.bytes(at.stat, 56).fill(0);
    const path = [at.path, 4] as const;
    assert.equal(await on.call("path_filestat_get", Fd.directory, 0, ...path, at.stat), "ok");
    assert.deepEqual(memory.bytes(at.stat, 56), told);
    assert.deepEqual(memory.bytes(at.stat + 56, 8), new Uint8Array(8).fill(0xee));
    assert.equal(await on.call("fd_filestat_get", 1, at.stat), "ok");
    assert.deepEqual(memory.bytes(at.stat + 56, 8), new Uint8Array(8).fill(0xee));
  });

  test("take subscriptions of 56 bytes, with a clock after a second user data", async () => {
    const on = await stage();
    const { memory } = on.puppet.process;
    memory.bytes(at.subscriptions, 112).fill(0);
    memory.setU64(at.subscriptions, 1n);
    memory.setU8(at.subscriptions + 8, eventtype.clock);
    memory.setU64(at.subscriptions + 16, 99n);
    memory.setU32(at.subscriptions + 24, 1);
    memory.setU64(at.subscriptions + 32, 5_000_000n);
    const startNs = on.host.time.monotonicNs();
    const poll = (count: number): Promise<string> =>
      on.call("poll_oneoff", at.subscriptions, at.events, count, at.answer);
    assert.equal(await poll(1), "ok");
    assert.deepEqual([memory.u32(at.answer), memory.u64(at.events)], [1, 1n]);
    assert.ok(on.host.time.monotonicNs() - startNs >= 5e6);
    const second = at.subscriptions + 56;
    memory.setU64(second, 2n);
    memory.setU8(second + 8, eventtype.fdRead);
    memory.setU32(second + 16, Fd.file);
    assert.equal(await poll(2), "ok");
    assert.deepEqual([memory.u32(at.answer), memory.u64(at.events)], [1, 2n]);
  });

  test("wait until a moment when the flags after the precision say so", async () => {
    const on = await stage();
    const { memory } = on.puppet.process;
    const momentNs = BigInt(on.host.outside.clock.monotonicNs()) + 2_000_000n;
    memory.bytes(at.subscriptions, 56).fill(0);
    memory.setU32(at.subscriptions + 24, 1);
    memory.setU64(at.subscriptions + 32, momentNs);
    memory.setU16(at.subscriptions + 48, 1);
    assert.equal(await on.call("poll_oneoff", at.subscriptions, at.events, 1, at.answer), "ok");
    const nowNs = BigInt(on.host.outside.clock.monotonicNs());
    assert.ok(nowNs >= momentNs && nowNs < momentNs + 1_000_000n, `${nowNs - momentNs}`);
  });

  test("do the rest as preview 1 has it", async () => {
    const on = await stage();
    const wanted = BigInt(rights.fdRead);
    on.puppet.process.memory.bytes(at.path, 4).set(new TextEncoder().encode("none"));
    const path = [at.path, 4] as const;
    const parameters = [Fd.directory, 0, ...path, 0, wanted, 0n, 0, at.answer] as const;
    assert.equal(await on.call("path_open", ...parameters), "ENOENT");
  });
});
