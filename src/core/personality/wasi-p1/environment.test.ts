import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ExitRecord } from "#core/kernel";
import { describeExit } from "#core/sys";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import { type Puppet, type PuppetOptions, PuppetTheatre } from "#test/puppet";

const EINVAL = 28;
const ENOTSUP = 58;

async function stage(
  options: PuppetOptions = {},
): Promise<{ readonly host: SimulatedHost; readonly puppet: Puppet }> {
  const host = simulatedHost({ seed: 1 });
  return { host, puppet: await new PuppetTheatre(host).spawn(options).ready() };
}

/** The texts that a list of pointers leads to, each up to its NUL. */
function textsAt(puppet: Puppet, pointers: number, count: number): readonly string[] {
  const { memory } = puppet.process;
  return Array.from({ length: count }, (_, index) => {
    const start = memory.u32(pointers + index * 4);
    let end = start;
    while (memory.u8(end) !== 0) end += 1;
    return memory.text(start, end - start) ?? "";
  });
}

suite("arguments and environment", () => {
  const texts = ["", "two words", "ünï", "\u{1F600}", "A=b=c"];
  const sizeBytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);

  for (const [kind, sizes, get] of [
    ["args", "args_sizes_get", "args_get"],
    ["env", "environ_sizes_get", "environ_get"],
  ] as const) {
    test(`are told by ${get} as large as ${sizes} says, each with a NUL behind it`, async () => {
      const { puppet } = await stage({ [kind]: texts });
      const { memory } = puppet.process;
      assert.equal(await puppet.do(sizes, 0, 4), 0);
      assert.deepEqual([memory.u32(0), memory.u32(4)], [texts.length, sizeBytes]);
      memory.bytes(1024, sizeBytes + 1).fill(0xff);
      assert.equal(await puppet.do(get, 64, 1024), 0);
      assert.deepEqual(textsAt(puppet, 64, texts.length), texts);
      assert.equal(memory.u8(1024 + sizeBytes), 0xff);
    });

    test(`may be none for ${get}, which then needs no place`, async () => {
      const { puppet } = await stage();
      assert.equal(await puppet.do(get, -1, -1), 0);
    });
  }
});

suite("clocks", () => {
  test("tell the outside's times, and each how fine it is", async () => {
    const { host, puppet } = await stage();
    const { memory } = puppet.process;
    for (const [id, read] of [
      [0, (): bigint => host.outside.clock.realtimeNs()],
      [1, (): bigint => host.outside.clock.monotonicNs()],
    ] as const) {
      const before = read();
      assert.equal(await puppet.do("clock_time_get", id, 0n, 64), 0);
      assert.ok(memory.u64(64) >= before && memory.u64(64) <= read());
    }
    assert.equal(await puppet.do("clock_res_get", 0, 64), 0);
    assert.equal(memory.u64(64), 1000n);
    assert.equal(await puppet.do("clock_res_get", 3, 64), 0);
    assert.equal(memory.u64(64), 1n);
  });

  test("of computing tell what the process was told it computed", async () => {
    const { clock } = simulatedHost({ seed: 1 }).outside;
    const cpuNs = (): bigint => 12_345n;
    const { puppet } = await stage({
      outside: {
        clock: { realtimeNs: () => clock.realtimeNs(), monotonicNs: () => 0n, cpuNs },
      },
    });
    for (const id of [2, 3]) {
      assert.equal(await puppet.do("clock_time_get", id, 0n, 64), 0);
      assert.equal(puppet.process.memory.u64(64), 12_345n);
    }
  });

  test("that do not exist answer EINVAL", async () => {
    const { puppet } = await stage();
    for (const id of [4, 5, -1, 2 ** 31]) {
      assert.equal(await puppet.do("clock_time_get", id, 0n, 64), EINVAL);
      assert.equal(await puppet.do("clock_res_get", id, 64), EINVAL);
    }
  });
});

suite("chance", () => {
  test("fills what was asked for and nothing beside it, the same for the same seed", async () => {
    const bytes: Uint8Array[] = [];
    for (let count = 0; count < 2; count++) {
      const { puppet } = await stage();
      assert.equal(await puppet.do("random_get", 1024, 32), 0);
      bytes.push(puppet.process.memory.bytes(1024, 32).slice());
      assert.equal(puppet.process.memory.u8(1023), 0);
      assert.equal(puppet.process.memory.u8(1024 + 32), 0);
    }
    assert.deepEqual(bytes[0], bytes[1]);
    assert.ok(new Set(bytes[0]).size > 16);
  });

  test("is refused when it is more than one call may give", async () => {
    const most = 16 * 1024 ** 2;
    const host = simulatedHost({ seed: 1 });
    const puppet = await new PuppetTheatre(host, { pages: most / 65_536 + 3 }).spawn().ready();
    const start = 65_536;
    assert.equal(await puppet.do("random_get", start, most + 1), EINVAL);
    assert.equal(puppet.process.memory.u32(start), 0);
    assert.equal(await puppet.do("random_get", 0, -1), 21);
  });

  test("may fill all of the memory, and nothing", async () => {
    const { puppet } = await stage();
    assert.equal(await puppet.do("random_get", 65_536, 0), 0);
    assert.equal(await puppet.do("random_get", 0, 65_536), 0);
  });
});

suite("ending", () => {
  test("exits with the code as a number without sign", async () => {
    for (const [code, seen] of [
      [0, 0],
      [255, 255],
      [-1, 4_294_967_295],
    ] as const) {
      const { puppet } = await stage();
      const record = (await puppet.do("proc_exit", code)) as ExitRecord;
      assert.equal(describeExit(record.reason), `exited(${seen})`);
    }
  });

  test("knows no signals but the one that is none", async () => {
    const { puppet } = await stage();
    assert.equal(await puppet.do("proc_raise", 0), 0);
    for (const signal of [1, 9, 31, -1]) {
      assert.equal(await puppet.do("proc_raise", signal), ENOTSUP);
    }
  });

  test("gives way to others and goes on", async () => {
    const host = simulatedHost({ seed: 1 });
    const theatre = new PuppetTheatre(host);
    const [one, other] = [await theatre.spawn().ready(), await theatre.spawn().ready()];
    const order: string[] = [];
    void one.tell("sched_yield").then(() => order.push("yielded"));
    void other.tell("clock_res_get", 0, 64).then(() => order.push("called"));
    await host.time.run();
    assert.deepEqual(order, ["called", "yielded"]);
  });
});
