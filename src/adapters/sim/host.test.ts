import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { errno } from "#core/sys";
import { type SimulatedHost, simulatedHost } from "./host.ts";

async function trace(host: SimulatedHost): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  const source = host.source("a stream of bytes in a number of answers");
  const pull = (): void =>
    source.pull(8, (result) => {
      seen.push(result instanceof Uint8Array ? result.length : result);
      if (result instanceof Uint8Array) pull();
    });
  pull();
  await host.time.run();
  const random = new Uint8Array(8);
  host.outside.entropy.fill(random);
  host.watchdog.start(1e6);
  return [...seen, ...random, host.watchdog.isDue()];
}

suite("simulated host", () => {
  test("repeats a run from the same seed, and differs with another", async () => {
    const options = { seed: 7, shortReads: true, preemptShare: 0.5 };
    const first = await trace(simulatedHost(options));
    assert.deepEqual(await trace(simulatedHost(options)), first);
    assert.notDeepEqual(await trace(simulatedHost({ ...options, seed: 8 })), first);
  });

  test("steps the real time and leaves the monotonic one", () => {
    const host = simulatedHost({ seed: 1 });
    const { clock } = host.outside;
    const before = clock.realtimeNs();
    const monotonic = clock.monotonicNs();
    host.stepRealtime(-3_600_000_000_000n);
    assert.equal(clock.realtimeNs() - before, -3_600_000_000_000n);
    assert.equal(clock.monotonicNs(), monotonic);
  });

  test("makes a push wait until there is room for all of it", async () => {
    const host = simulatedHost({ seed: 1 });
    const sink = host.sink({ roomBytes: 3 });
    const answers: unknown[] = [];
    sink.push(new TextEncoder().encode("hello"), (failed) => answers.push(failed));
    await host.time.run();
    assert.deepEqual([sink.text, answers], ["hel", []]);
    sink.drain(2);
    await host.time.run();
    assert.deepEqual([sink.text, answers], ["hello", [undefined]]);
  });

  test("answers every push with the failure it was given", async () => {
    const host = simulatedHost({ seed: 1 });
    const sink = host.sink({ roomBytes: 0 });
    const answers: unknown[] = [];
    sink.push(Uint8Array.of(1), (failed) => answers.push(failed));
    sink.fail(errno.EPIPE);
    await host.time.run();
    assert.deepEqual(answers, [errno.EPIPE]);
    assert.equal(sink.tryPush(Uint8Array.of(1)), errno.EPIPE);
  });

  test("ends a slice once its checks have used up its time", () => {
    const { watchdog } = simulatedHost({ seed: 1, checkNs: 1000 });
    const flag = new Int32Array(watchdog.flag.buffer);
    watchdog.start(3000);
    assert.equal(flag[0], 1);
    assert.deepEqual([watchdog.isDue(), watchdog.isDue(), watchdog.isDue()], [false, false, true]);
    watchdog.stop();
    assert.equal(flag[0], 0);
  });
});

suite("simulated network", () => {
  test("refuses a call to an address nobody listens on, or no longer", async () => {
    const host = simulatedHost({ seed: 1 });
    const answers: unknown[] = [];
    const dialer = host.network.dialer("tcp:server:80");
    dialer.dial((result) => answers.push(result));
    await host.time.run();
    host.network.listen("tcp:server:80").close();
    dialer.dial((result) => answers.push(result));
    await host.time.run();
    assert.deepEqual(answers, [errno.ECONNREFUSED, errno.ECONNREFUSED]);
  });

  test("tells both sides of a reset, and drops what was on its way", async () => {
    const host = simulatedHost({ seed: 1 });
    host.network.listen("here").accept((server) => {
      assert.ok("push" in server);
      server.tryPush?.(Uint8Array.of(1));
      server.pull(1, (result) => answers.push(result));
    });
    const answers: unknown[] = [];
    const client = host.network.dialNow("here");
    assert.ok("reset" in client);
    await host.time.run();
    client.reset();
    client.pull(1, (result) => answers.push(result));
    await host.time.run();
    assert.deepEqual(answers, [errno.ECONNRESET, errno.ECONNRESET]);
    assert.equal(client.tryPush(Uint8Array.of(1)), errno.ECONNRESET);
  });
});
