import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import type { ByteSink, ByteSource, Connection, Dialer, Listener, SourceAnswer } from "#core/host";
import { errno, Errno } from "#core/sys";
import { nodePorts, simulatedPorts } from "./port-hosts.ts";

/** A request of which we note whether it was answered inside the asking call, or twice. */
function ask<T>(request: (answer: (result: T) => void) => void): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let isInside = true;
  let answers = 0;
  request((result) => {
    answers += 1;
    assert.equal(answers, 1, "answered once");
    if (isInside) reject(new Error("answered inside the asking call"));
    resolve(result);
  });
  isInside = false;
  return promise;
}

const pull = (source: ByteSource, bytesMax: number): Promise<SourceAnswer> =>
  ask((answer) => source.pull(bytesMax, answer));

const push = (sink: ByteSink, bytes: Uint8Array): Promise<Errno | undefined> =>
  ask((answer) => sink.push(bytes, answer));

function connection(result: Connection | Errno): Connection {
  assert.ok(!(result instanceof Errno), result instanceof Errno ? result.name : "");
  return result;
}

const accept = async (listener: Listener): Promise<Connection> =>
  connection(await ask((answer) => listener.accept(answer)));

const dial = async (dialer: Dialer): Promise<Connection> =>
  connection(await ask((answer) => dialer.dial(answer)));

async function readAll(source: ByteSource, bytesMax: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = await pull(source, bytesMax);
    if (part === "end") return new Uint8Array(Buffer.concat(parts));
    assert.ok(part instanceof Uint8Array, part instanceof Errno ? part.name : "no bytes");
    assert.ok(part.length >= 1 && part.length <= bytesMax);
    parts.push(part.slice());
  }
}

const pattern = (length: number): Uint8Array =>
  new Uint8Array(length).map((_, index) => index * 7 + (index >> 8));
const bytesOf = (content: string): Uint8Array => new TextEncoder().encode(content);

for (const host of [nodePorts(), simulatedPorts()]) {
  const { clock, codec, turns, watchdog } = host.executor;
  const until = <T>(promise: Promise<T>): Promise<T> => host.until(promise);
  after(() => host.release());

  suite(`${host.name}: clocks`, () => {
    test("never go back, and move on while somebody computes", () => {
      let [before, outsideBefore] = [clock.monotonicNs(), host.outside.clock.monotonicNs()];
      for (let round = 0; round < 100; round++) {
        host.compute(1000);
        const [now, outsideNow] = [clock.monotonicNs(), host.outside.clock.monotonicNs()];
        assert.ok(now >= before + 1000);
        assert.ok(outsideNow >= outsideBefore + 1000n);
        [before, outsideBefore] = [now, outsideNow];
      }
    });

    test("tell a real time of this century", () => {
      const century = BigInt(Date.UTC(2100, 0)) * 1_000_000n;
      const now = host.outside.clock.realtimeNs();
      assert.ok(now > BigInt(Date.UTC(2025, 0)) * 1_000_000n && now < century);
    });
  });

  suite(`${host.name}: turns`, () => {
    test("come later, one after the other in the order they were asked for", async () => {
      const seen: string[] = [];
      turns.next(() => seen.push("first"));
      const last = ask<void>((answer) => turns.next(() => answer()));
      seen.push("asked");
      await until(last);
      assert.deepEqual(seen, ["asked", "first"]);
    });

    test("call no timer before its time, nor one that was cancelled", async () => {
      const early: number[] = [];
      const waits = [0, 100, 1e5, 1e6, 1.5e6, 4e6].map((delayNs) => {
        const dueNs = clock.monotonicNs() + delayNs;
        turns.after(delayNs, () => assert.fail("cancelled")).cancel();
        return ask<void>((answer) =>
          host.outside.timers.after(delayNs, () => {
            if (clock.monotonicNs() < dueNs - 1) early.push(delayNs);
            answer();
          }),
        );
      });
      await until(Promise.all(waits));
      assert.deepEqual(early, []);
    });

    test("call timers in the order of their times", async () => {
      const seen: number[] = [];
      // Far enough apart for a machine that takes its time between two of these.
      const waits = [90e6, 30e6, 60e6].map((delayNs) =>
        ask<void>((answer) =>
          turns.after(delayNs, () => {
            seen.push(delayNs);
            answer();
          }),
        ),
      );
      await until(Promise.all(waits));
      assert.deepEqual(seen, [30e6, 60e6, 90e6]);
    });
  });

  suite(`${host.name}: codec`, () => {
    test("gives the published digests", () => {
      const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
      assert.equal(codec.sha256(bytesOf("abc")), abc);
      assert.equal(codec.crc32(bytesOf("123456789")), 0xcbf43926);
      assert.equal(codec.crc32(bytesOf("6789"), codec.crc32(bytesOf("12345"))), 0xcbf43926);
    });

    test("gives back what it compressed, or undefined over the bound or for a part", () => {
      const bytes = pattern(200_000);
      const frame = codec.compress(bytes);
      assert.deepEqual(new Uint8Array(codec.decompress(frame, 200_000) ?? []), bytes);
      assert.equal(codec.decompress(frame, 199_999), undefined);
      assert.equal(codec.decompress(frame.subarray(0, frame.length - 1), 200_000), undefined);
      assert.equal(codec.decompress(bytesOf("no frame"), 200_000), undefined);
      assert.equal(codec.decompress(codec.compress(new Uint8Array(0)), 0)?.length, 0);
    });
  });

  suite(`${host.name}: watchdog`, () => {
    test("raises the flag for a program that computes, and is due after the slice", () => {
      const flag = new Int32Array(watchdog.flag.buffer);
      for (const sliceNs of [1e6, 2e6]) {
        const startNs = clock.monotonicNs();
        watchdog.start(sliceNs);
        while (flag[0] === 0 || !watchdog.isDue()) {
          host.compute(10_000);
          assert.ok(clock.monotonicNs() - startNs < 30e9);
        }
        assert.ok(clock.monotonicNs() - startNs >= sliceNs);
        watchdog.stop();
        assert.equal(flag[0], 0);
      }
    });
  });

  suite(`${host.name}: entropy`, () => {
    test("fills all of the target, and differently each time", () => {
      const [first, second] = [new Uint8Array(500), new Uint8Array(500)];
      host.outside.entropy.fill(first);
      host.outside.entropy.fill(second);
      assert.notDeepEqual(first, second);
      assert.ok(first.subarray(400).some((byte) => byte !== 0));
    });
  });

  suite(`${host.name}: streams`, () => {
    test("bring all bytes in order, no more at a time than asked for, then the end", async () => {
      const content = pattern(150_000);
      const source = host.source(content);
      assert.deepEqual(await until(readAll(source, 10_000)), content);
      assert.equal(await until(pull(source, 1)), "end");
      source.close();
    });

    test("take all bytes in order, pushed or taken at once", async () => {
      const { sink, taken } = host.sink();
      const content = pattern(150_000);
      assert.equal(await until(push(sink, content.subarray(0, 70_000))), undefined);
      const rest = content.subarray(70_000);
      assert.equal(sink.tryPush?.(rest), rest.length);
      sink.close();
      assert.deepEqual(taken(), content);
    });
  });

  suite(`${host.name}: connections`, () => {
    async function pair(): Promise<readonly [near: Connection, far: Connection]> {
      const { listener, dialer } = await until(host.listen());
      const ends = await until(Promise.all([dial(dialer), accept(listener)]));
      listener.close();
      return ends;
    }

    test("carry bytes both ways, and reading goes on after writing has ended", async () => {
      const [near, far] = await pair();
      const content = pattern(300_000);
      const sent = push(near, content).then((failed) => {
        assert.equal(failed, undefined);
        near.shutdownWrite();
      });
      const [received] = await until(Promise.all([readAll(far, 65_536), sent]));
      assert.deepEqual(received, content);
      assert.equal(await until(push(far, bytesOf("answer"))), undefined);
      far.close();
      assert.deepEqual(await until(readAll(near, 100)), bytesOf("answer"));
      near.close();
    });

    test("make a writer wait for a reader, and lose nothing", async () => {
      const [near, far] = await pair();
      const chunk = pattern(60_000);
      let sentBytes = 0;
      // The system's buffers differ, but none takes this much.
      for (let taken = 1; taken > 0 && sentBytes < 100e6;) {
        const answer = near.tryPush?.(chunk.subarray(sentBytes % chunk.length)) ?? 0;
        assert.ok(typeof answer === "number");
        taken = answer;
        sentBytes += taken;
        if (taken === 0) break;
      }
      assert.ok(sentBytes > 0 && sentBytes < 100e6);
      const rest = chunk.subarray(sentBytes % chunk.length);
      const pushed = push(near, rest).then(() => near.close());
      const [received] = await until(Promise.all([readAll(far, 1 << 20), pushed]));
      assert.equal(received.length, sentBytes + rest.length);
      for (let at = 0; at < received.length; at += chunk.length) {
        assert.ok(Buffer.compare(received.subarray(at, at + chunk.length), chunk) === 0);
      }
      far.close();
    });

    test("answer a request that waits when bytes come", async () => {
      const [near, far] = await pair();
      const waiting = pull(far, 10);
      assert.equal(await until(push(near, bytesOf("hello"))), undefined);
      const answer = await until(waiting);
      assert.ok(answer instanceof Uint8Array);
      assert.deepEqual(new Uint8Array(answer), bytesOf("hello"));
      near.close();
      far.close();
    });

    test("tell a writer that the other side has closed", async () => {
      const [near, far] = await pair();
      far.close();
      assert.equal(await until(pull(near, 1)), "end");
      let failed: Errno | undefined;
      for (let round = 0; failed === undefined && round < 1000; round++) {
        failed = await until(push(near, bytesOf("hello")));
      }
      assert.ok(
        failed === errno.EPIPE || failed === errno.ECONNRESET,
        failed?.name ?? "no failure",
      );
      near.close();
    });

    test("refuse writing after the writer's own end", async () => {
      const [near, far] = await pair();
      near.shutdownWrite();
      assert.equal(near.tryPush?.(bytesOf("x")), errno.EPIPE);
      assert.equal(await until(push(near, bytesOf("x"))), errno.EPIPE);
      near.close();
      far.close();
    });
  });

  suite(`${host.name}: listeners`, () => {
    test("hand out callers in the order they came, also those before anybody asked", async () => {
      const { listener, dialer } = await until(host.listen());
      const callers: Connection[] = [];
      for (const name of ["one", "two"]) {
        const caller = await until(dial(dialer));
        await until(push(caller, bytesOf(name)));
        callers.push(caller);
      }
      for (const name of ["one", "two"]) {
        const accepted = await until(accept(listener));
        const answer = await until(pull(accepted, 10));
        assert.ok(answer instanceof Uint8Array);
        assert.deepEqual(new Uint8Array(answer), bytesOf(name));
        accepted.close();
      }
      for (const caller of callers) caller.close();
      listener.close();
    });

    test("refuse callers once they are closed", async () => {
      const { listener, dialer } = await until(host.listen());
      listener.close();
      const answer = await until(
        ask<Connection | Errno>((answered) => {
          dialer.dial(answered);
        }),
      );
      assert.equal(answer, errno.ECONNREFUSED);
    });
  });

  suite(`${host.name}: blobs`, () => {
    test("keep bytes by key, unmoved by what their giver or taker does with his", () => {
      const blobs = host.blobs();
      const given = bytesOf("content");
      blobs.put("key", given);
      given.fill(0);
      blobs.get("key")?.fill(1);
      assert.deepEqual(new Uint8Array(blobs.get("key") ?? []), bytesOf("content"));
      blobs.put("key", bytesOf("other"));
      assert.deepEqual(new Uint8Array(blobs.get("key") ?? []), bytesOf("other"));
      assert.equal(blobs.get("no such key"), undefined);
      assert.equal(blobs.get("key2"), undefined);
    });
  });
}
