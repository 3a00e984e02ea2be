import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import type { Connection } from "#core/host";
import { type Address, formatAddress, ListeningSocket, parseAddress, Socket } from "#core/net";
import { errno, Errno, PlatformError } from "#core/sys";
import { connectionPair, simulatedHost } from "#adapters/sim";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

suite("address", () => {
  test("is read in every way it may be written", () => {
    const tcp = (host: string, port: number): Address => ({ kind: "tcp", host, port });
    const cases: readonly (readonly [string, Address])[] = [
      ["127.0.0.1:8080", tcp("127.0.0.1", 8080)],
      ["tcp:localhost:1", tcp("localhost", 1)],
      [":8080", tcp("127.0.0.1", 8080)],
      ["[::1]:65535", tcp("::1", 65_535)],
      ["[fe80::1]:0", tcp("fe80::1", 0)],
      ["unix:/run/a b.sock", { kind: "unix", path: "/run/a b.sock" }],
      ["unix:relative", { kind: "unix", path: "relative" }],
    ];
    for (const [text, address] of cases) assert.deepEqual(parseAddress(text), address, text);
  });

  test("is refused with the text in question and how to write it", () => {
    const wrong = [
      "",
      "8080",
      "host",
      "host:",
      "host:80a",
      "host:-1",
      "host:65536",
      "host:999999",
      "a b:80",
      "::1:80",
      "[::1]",
      "[::1:80",
      "[zz]:80",
      "http://host:80",
      "host:80/path",
      "unix:",
      `unix:/${"x".repeat(107)}`,
      `unix:/${"ä".repeat(54)}`,
    ];
    for (const text of wrong) {
      assert.throws(
        () => parseAddress(text),
        (thrown: unknown) => {
          assert.ok(thrown instanceof PlatformError, text);
          assert.equal(thrown.code, "GRANT_INVALID");
          assert.ok(thrown.message.includes(`"${text}"`));
          return true;
        },
      );
    }
  });

  test("is read back as it was, whatever the host is called", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9.-]{1,20}$/);
    const ipv6 = fc.ipV6();
    const hosts = fc.oneof(name, ipv6, fc.constantFrom("unix", "tcp", "UNIX"));
    const tcp = fc
      .tuple(hosts, fc.nat(65_535))
      .map(([host, port]): Address => ({ kind: "tcp", host, port }));
    const unix = fc
      .string({ minLength: 1, maxLength: 26, unit: "grapheme-ascii" })
      .map((path): Address => ({ kind: "unix", path }));
    fc.assert(
      fc.property(fc.oneof(tcp, unix), (address) => {
        assert.deepEqual(parseAddress(formatAddress(address)), address);
      }),
      { numRuns: 500 },
    );
  });
});

function write(socket: Socket, text: string): void {
  socket.output.write(encoder.encode(text));
  socket.output.flush();
}

function readNow(socket: Socket): string | Errno | undefined {
  if (!socket.input.isReady()) return undefined;
  const target = new Uint8Array(100);
  const count = socket.input.read(target);
  return count instanceof Errno ? count : decoder.decode(target.subarray(0, count));
}

function socketPair(): {
  readonly run: () => Promise<void>;
  readonly near: Socket;
  readonly far: Socket;
} {
  const { time } = simulatedHost({ seed: 1 });
  const [near, far] = connectionPair(time);
  return { run: () => time.run(), near: new Socket(near), far: new Socket(far) };
}

suite("socket", () => {
  test("carries bytes both ways", async () => {
    const { near, far, run } = socketPair();
    write(near, "there");
    write(far, "back");
    readNow(near);
    readNow(far);
    await run();
    assert.deepEqual([readNow(far), readNow(near)], ["there", "back"]);
  });

  test("goes on reading after it has ended its own side", async () => {
    const { near, far, run } = socketPair();
    write(near, "last words");
    near.shutdownWrite();
    near.shutdownWrite();
    readNow(far);
    await run();
    assert.deepEqual([near.isWriteShut, near.isReadShut], [true, false]);
    assert.equal(readNow(far), "last words");
    readNow(far);
    await run();
    assert.deepEqual([readNow(far), far.input.isEnded], ["", true]);
    write(far, "still here");
    readNow(near);
    await run();
    assert.equal(readNow(near), "still here");
  });

  test("ends its side only after everything written was delivered", async () => {
    const order: string[] = [];
    let answer: (() => void) | undefined = undefined;
    const connection: Connection = {
      pull: () => undefined,
      push(_bytes, answered) {
        order.push("push");
        answer = () => answered(undefined);
      },
      shutdownWrite: () => order.push("shutdown"),
      close: () => order.push("close"),
    };
    const socket = new Socket(connection);
    write(socket, "slow");
    socket.shutdownWrite();
    socket.close();
    assert.deepEqual(order, ["push"]);
    (answer as (() => void) | undefined)?.();
    assert.deepEqual(order, ["push", "shutdown", "close"]);
  });

  test("is at the end of its input once it shut that, and still writes", async () => {
    const { near, far, run } = socketPair();
    write(far, "unread");
    near.shutdownRead();
    assert.deepEqual([readNow(near), near.isReadShut], ["", true]);
    write(near, "written");
    readNow(far);
    await run();
    assert.equal(readNow(far), "written");
  });

  test("answers EPIPE to writes once the other side is gone", async () => {
    const { near, far, run } = socketPair();
    far.close();
    await run();
    write(near, "into the void");
    await run();
    assert.equal(near.output.write(encoder.encode("more")), errno.EPIPE);
    readNow(near);
    await run();
    assert.equal(readNow(near), "");
  });
});

suite("listening socket", () => {
  test("asks for a connection only when somebody wants one, and hands each over once", async () => {
    const host = simulatedHost({ seed: 1 });
    const listening = new ListeningSocket(host.network.listen("here"));
    host.network.dialNow("here");
    host.network.dialNow("here");
    let wakes = 0;
    listening.acceptable.add({ wake: () => (wakes += 1) });
    await host.time.run();
    assert.equal(listening.accept(), undefined);
    assert.deepEqual([listening.isReady(), listening.isReady()], [false, false]);
    await host.time.run();
    assert.deepEqual([wakes, listening.isReady()], [1, true]);
    assert.ok(listening.accept() instanceof Socket);
    assert.equal(listening.accept(), undefined);
    listening.isReady();
    await host.time.run();
    assert.ok(listening.accept() instanceof Socket);
  });

  test("tells an error once, and asks anew after it", async () => {
    let asked = 0;
    const listening = new ListeningSocket({
      accept(answer) {
        asked += 1;
        void Promise.resolve().then(() => answer(errno.EMFILE));
      },
      close: () => undefined,
    });
    listening.isReady();
    await Promise.resolve();
    assert.deepEqual([listening.accept(), listening.accept()], [errno.EMFILE, undefined]);
    assert.deepEqual([listening.isReady(), asked], [false, 2]);
  });

  test("closes the connection nobody took, also one that comes after its end", async () => {
    const closed: string[] = [];
    const connection = (name: string): Connection => ({
      pull: () => undefined,
      push: () => undefined,
      shutdownWrite: () => undefined,
      close: () => closed.push(name),
    });
    let answer: (result: Connection) => void = () => undefined;
    const port = {
      accept: (answered: (result: Connection | Errno) => void) => (answer = answered),
      close: () => closed.push("listener"),
    };
    const waiting = new ListeningSocket(port);
    waiting.isReady();
    answer(connection("early"));
    waiting.close();
    const asking = new ListeningSocket(port);
    asking.isReady();
    asking.close();
    answer(connection("late"));
    assert.deepEqual(closed, ["early", "listener", "listener", "late"]);
    assert.equal(asking.isReady(), false);
  });
});
