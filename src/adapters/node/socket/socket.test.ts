import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import type { Connection, SourceAnswer } from "#core/host";
import { errno, Errno, PlatformError } from "#core/sys";
import { nodeAddress, type SocketAddress } from "./address.ts";
import { dialer } from "./dial.ts";
import { listen, type SocketListener } from "./listen.ts";

/** The path of a socket may have some hundred bytes, and no more. */
const scratch = mkdtempSync(join(tmpdir().length <= 60 ? tmpdir() : "/tmp", "noos-sockets-"));
after(() => rmSync(scratch, { recursive: true }));

const loopback: SocketAddress = { kind: "tcp", host: "127.0.0.1", port: 0 };

const dial = (address: SocketAddress): Promise<Connection | Errno> =>
  new Promise((resolve) => dialer(address).dial(resolve));

async function accept(listener: SocketListener): Promise<Connection> {
  const result = await new Promise<Connection | Errno>((resolve) => listener.accept(resolve));
  assert.ok(!(result instanceof Errno));
  return result;
}

const pull = (connection: Connection, bytesMax: number): Promise<SourceAnswer> =>
  new Promise((resolve) => connection.pull(bytesMax, resolve));

/** A caller that is no adapter, so that it can do what ours never does. */
function rawCaller(address: SocketAddress): Promise<Socket> {
  const socket = connect({ ...nodeAddress(address), allowHalfOpen: true });
  return new Promise((resolve) => socket.once("connect", () => resolve(socket)));
}

suite("sockets of the machine", () => {
  test("listen on a port of the system's choice, and say which", async () => {
    const listener = await listen(loopback);
    assert.ok(listener.address.kind === "tcp" && listener.address.port > 0);
    listener.close();
  });

  test("listen and call by a path", async () => {
    const address = { kind: "unix", path: join(scratch, "socket") } as const;
    const listener = await listen(address);
    const caller = await dial(address);
    assert.ok(!(caller instanceof Errno));
    caller.tryPush?.(Uint8Array.of(1, 2, 3));
    const accepted = await accept(listener);
    const answer = await pull(accepted, 10);
    assert.ok(answer instanceof Uint8Array);
    assert.deepEqual([...answer], [1, 2, 3]);
    for (const part of [caller, accepted, listener]) part.close();
    // The path is free again.
    (await listen(address)).close();
  });

  test("refuse an address that is taken, not ours or not allowed, with the next step", async () => {
    const taken = await listen(loopback);
    const path = join(scratch, "file");
    writeFileSync(path, "");
    const refused: readonly SocketAddress[] = [
      taken.address,
      { kind: "unix", path },
      { kind: "unix", path: join(scratch, "none", "socket") },
      { kind: "tcp", host: "192.0.2.1", port: 0 },
    ];
    for (const address of refused) {
      await assert.rejects(listen(address), (error) => {
        assert.ok(error instanceof PlatformError);
        assert.equal(error.code, "LISTEN_FAILED");
        assert.match(error.message, /^cannot listen on ".+": E[A-Z]+$/);
        assert.ok(error.hint.length > 10);
        return true;
      });
    }
    taken.close();
  });

  test("answer a call in vain with why", async () => {
    assert.equal(await dial({ kind: "unix", path: join(scratch, "nobody") }), errno.ENOENT);
    assert.equal(await dial({ kind: "tcp", host: "127.0.0.1", port: 1 }), errno.ECONNREFUSED);
  });

  test("tell a reader of a reset, and every writer after it", async () => {
    const listener = await listen(loopback);
    const [caller, accepted] = await Promise.all([rawCaller(listener.address), accept(listener)]);
    const waiting = pull(accepted, 1);
    caller.resetAndDestroy();
    assert.equal(await waiting, errno.ECONNRESET);
    assert.equal(await pull(accepted, 1), errno.ECONNRESET);
    assert.equal(accepted.tryPush?.(Uint8Array.of(1)), errno.ECONNRESET);
    accepted.close();
    listener.close();
  });

  test("leave in the system what nobody pulls", async () => {
    const listener = await listen(loopback);
    const [caller, accepted] = await Promise.all([rawCaller(listener.address), accept(listener)]);
    caller.write(new Uint8Array(50_000_000));
    await pull(accepted, 1);
    // Were it read ahead without bound, the caller would soon have nothing left to send.
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(caller.writableLength > 0);
    caller.destroy();
    accepted.close();
    listener.close();
  });

  test("tell the end also where it came together with the last bytes", async () => {
    const listener = await listen(loopback);
    const [caller, accepted] = await Promise.all([rawCaller(listener.address), accept(listener)]);
    caller.write("a");
    await pull(accepted, 10);
    const waiting = pull(accepted, 10);
    caller.write("b");
    await waiting;
    // Nobody pulls while the rest arrives.
    caller.end("c");
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.ok((await pull(accepted, 10)) instanceof Uint8Array);
    assert.equal(await pull(accepted, 10), "end");
    for (const part of [accepted, listener]) part.close();
    caller.destroy();
  });

  test("deliver what was taken before the connection was closed", async () => {
    const listener = await listen(loopback);
    const [caller, accepted] = await Promise.all([rawCaller(listener.address), accept(listener)]);
    let taken = 0;
    for (;;) {
      const count = accepted.tryPush?.(new Uint8Array(100_000));
      if (typeof count !== "number" || count === 0) break;
      taken += count;
    }
    accepted.close();
    let received = 0;
    for await (const bytes of caller) received += (bytes as Uint8Array).length;
    assert.equal(received, taken);
    listener.close();
  });

  test("keep a bounded number of callers waiting", async () => {
    const listener = await listen(loopback);
    // One by one, so that the system's own queue does not fill up first.
    const call = async (): Promise<Socket> => {
      const caller = connect(nodeAddress(listener.address));
      caller.on("error", () => undefined).resume();
      await once(caller, "connect");
      return caller;
    };
    const first = await call();
    // They hang up, and wait all the same: an OS process may often have no more than 1024 files.
    for (let waiting = 1; waiting < 512; waiting++) (await call()).destroy();
    // The 513th and those after it are told at once, the others when nobody will accept them.
    for (let late = 0; late < 8; late++) await once(await call(), "close");
    assert.equal(first.closed, false);
    listener.close();
    await once(first, "close");
  });
});
