import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { suite, test, type TestContext } from "node:test";
import type { Connection, SourceAnswer } from "#core/host";
import type { IncomingRequest } from "#core/host/traffic";
import { acceptTunnel, isTunnel } from "#core/net";
import { Errno } from "#core/sys";
import { TcpFront, type TcpFrontOptions } from "#adapters/node/tcp";

const name = "tcp:127.0.0.1:1";

interface Bench {
  readonly front: TcpFront;
  readonly dial: () => Socket;
  /** The next connection that came in. */
  readonly arrived: () => Promise<IncomingRequest>;
}

async function bench(
  context: TestContext,
  bounds: NonNullable<TcpFrontOptions["bounds"]> = {},
): Promise<Bench> {
  const line: IncomingRequest[] = [];
  const waiting: ((request: IncomingRequest) => void)[] = [];
  const front = await TcpFront.listen(
    { kind: "tcp", host: "127.0.0.1", port: 0 },
    {
      name,
      bounds,
      arrived: (request) => {
        // What nobody reads does not find out that its client is gone.
        context.after(() => request.abandon("the test is over"));
        const take = waiting.shift();
        if (take === undefined) line.push(request);
        else take(request);
      },
    },
  );
  const { address } = front;
  assert.ok(address.kind === "tcp");
  const sockets: Socket[] = [];
  context.after(() => {
    front.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    front,
    dial: () => {
      const socket = connect({ port: address.port, host: "127.0.0.1", allowHalfOpen: true });
      socket.on("error", () => undefined);
      sockets.push(socket);
      return socket;
    },
    arrived: async () => line.shift() ?? (await new Promise((resolve) => waiting.push(resolve))),
  };
}

async function pull(connection: Connection): Promise<string> {
  const answer = await new Promise<SourceAnswer>((resolve) => connection.pull(100_000, resolve));
  if (answer instanceof Uint8Array) return Buffer.from(answer).toString();
  return answer instanceof Errno ? answer.name : answer;
}

function push(connection: Connection, bytes: Uint8Array): Promise<string | undefined> {
  return new Promise((resolve) => connection.push(bytes, (failed) => resolve(failed?.name)));
}

const said = async (socket: Socket): Promise<string> => {
  const [bytes] = (await once(socket, "data")) as [Buffer];
  return bytes.toString();
};

suite("a front for raw connections", () => {
  test("makes tunnels of them, with what was said before they were accepted", async (t) => {
    const { dial, arrived } = await bench(t);
    const socket = dial();
    socket.write("early");
    const request = await arrived();
    assert.ok(isTunnel(request.head));
    assert.equal(request.head.authority, name);
    const connection = acceptTunnel(request);
    assert.equal(await pull(connection), "early");
    void push(connection, Buffer.from("answer"));
    assert.equal(await said(socket), "answer");
  });

  test("passes the end of either side on, and goes on in the other direction", async (t) => {
    const { front, dial, arrived } = await bench(t);
    const socket = dial();
    const connection = acceptTunnel(await arrived());
    socket.end("last words");
    assert.deepEqual([await pull(connection), await pull(connection)], ["last words", "end"]);
    void push(connection, Buffer.from("still"));
    assert.equal(await said(socket), "still");
    const other = dial();
    const served = acceptTunnel(await arrived());
    served.shutdownWrite();
    other.resume();
    await once(other, "end");
    other.write("still");
    assert.equal(await pull(served), "still");
    const gone = [socket, other].map((one) => once(one, "close"));
    connection.shutdownWrite();
    other.end();
    socket.resume();
    assert.equal(await pull(served), "end");
    await Promise.all(gone);
    while (front.connectionCount > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  test("closes one that nobody here uses any more, though its client is quiet", async (t) => {
    const { dial, arrived } = await bench(t);
    const socket = dial();
    const connection = acceptTunnel(await arrived());
    void pull(connection);
    connection.close();
    socket.resume();
    await once(socket, "end");
  });

  test("waits for a client that does not read", async (t) => {
    const { dial, arrived } = await bench(t);
    const socket = dial();
    const connection = acceptTunnel(await arrived());
    const piece = new Uint8Array(64 * 1024);
    let sentBytes = 0;
    let isWaiting = false;
    const fill = (): void => {
      isWaiting = true;
      connection.push(piece, (failed) => {
        if (failed !== undefined) return;
        isWaiting = false;
        sentBytes += piece.length;
        fill();
      });
    };
    fill();
    const quiet = async (): Promise<number> => {
      for (let before = -1; before !== sentBytes;) {
        before = sentBytes;
        for (let turn = 0; turn < 200; turn++) {
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
      return sentBytes;
    };
    // What the system has of buffers is all that goes.
    assert.ok((await quiet()) < 64 * 1024 * 1024);
    assert.ok(isWaiting);
    assert.equal(connection.tryPush?.(piece), 0);
    socket.destroy();
  });

  test("resets one that is refused, and one too many", async (t) => {
    const { dial, arrived } = await bench(t, { connectionsMax: 1 });
    const first = dial();
    const request = await arrived();
    const second = dial();
    await assert.rejects(once(second.resume(), "end"), { code: "ECONNRESET" });
    request.respond({ status: 503, fields: [] }, new Uint8Array());
    await assert.rejects(once(first.resume(), "end"), { code: "ECONNRESET" });
  });

  test("tells that a client is gone, unless it had said and heard all", async (t) => {
    const { dial, arrived } = await bench(t);
    const socket = dial();
    const request = await arrived();
    const gone = new Promise<void>((resolve) => request.whenGone(resolve));
    const connection = acceptTunnel(request);
    const heard = pull(connection);
    socket.resetAndDestroy();
    await gone;
    assert.equal(await heard, "ECONNRESET");
  });
});
