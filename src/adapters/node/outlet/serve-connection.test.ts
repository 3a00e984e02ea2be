import assert from "node:assert/strict";
import {
  createServer,
  request as httpRequest,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { suite, test, type TestContext } from "node:test";
import type { Connection, Timer } from "#core/host";
import { connectionPair } from "#adapters/sim";
import { HttpFront } from "#adapters/node/http";
import { ConnectionStream } from "#adapters/node/body";
import { type ConnectionServer, serveConnection } from "./mod.ts";

const turns = {
  next: (callback: () => void): void => void setImmediate(callback),
  after: (delayNs: number, callback: () => void): Timer => {
    const timer = setTimeout(callback, delayNs / 1e6);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** A front, and behind it a program that speaks HTTP/1.1 over connections in memory. */
async function served(
  context: TestContext,
  program: RequestListener,
): Promise<{
  readonly port: number;
  readonly opened: Connection[];
  readonly to: ConnectionServer;
}> {
  const server = createServer(program);
  const opened: Connection[] = [];
  const to = serveConnection(() => {
    const [near, far] = connectionPair(turns);
    opened.push(far);
    server.emit("connection", new ConnectionStream(far));
    return near;
  });
  const front = await HttpFront.listen(
    { kind: "tcp", host: "127.0.0.1", port: 0 },
    { arrived: (request) => to.serve(request) },
  );
  context.after(async () => {
    to.cut();
    server.closeAllConnections();
    await front.close(0);
  });
  assert.ok(front.address.kind === "tcp");
  return { port: front.address.port, opened, to };
}

suite("a program behind a connection", () => {
  test("is asked what its client asked, and answers it, over one connection", async (context) => {
    const seen: string[] = [];
    const { port, opened } = await served(context, (request, response) => {
      const { method, url, headers } = request;
      const named = ["host", "x-forwarded-for", "x-a"].map((name) => String(headers[name]));
      seen.push([method, url, ...named].join(" "));
      response.setHeader("x-b", "2");
      response.end(`hello ${method}`);
    });
    for (const method of ["GET", "DELETE"]) {
      const headers = { "x-a": "1" };
      const answer = await fetch(`http://127.0.0.1:${port}/a?b`, { method, headers });
      assert.equal(answer.headers.get("x-b"), "2");
      assert.equal(await answer.text(), `hello ${method}`);
    }
    const rest = `/a?b 127.0.0.1:${port} 127.0.0.1 1`;
    assert.deepEqual(seen, [`GET ${rest}`, `DELETE ${rest}`]);
    assert.equal(opened.length, 1);
  });

  test("leaves nothing behind on a connection that is used again and again", async (context) => {
    const warnings: Error[] = [];
    const warned = (warning: Error): void => void warnings.push(warning);
    process.on("warning", warned);
    context.after(() => process.off("warning", warned));
    const { port, opened } = await served(context, (_request, response) => response.end());
    for (let count = 0; count < 20; count++)
      await (await fetch(`http://127.0.0.1:${port}/`)).text();
    assert.deepEqual([opened.length, warnings], [1, []]);
  });

  test("is told what we say of a caller, which nobody else can", async (context) => {
    const seen: unknown[] = [];
    const answered = Promise.withResolvers<void>();
    const { port, to } = await served(context, ({ headers }, response) => {
      seen.push([headers["noos-caller"], headers["noos-message"], headers["noos_caller"]]);
      response.end();
    });
    const headers = { "noos-caller": "eve", noos_caller: "eve" };
    await fetch(`http://127.0.0.1:${port}/`, { headers });
    to.serve({
      head: {
        method: "GET",
        scheme: "http",
        authority: "a",
        target: "/",
        fields: ["noos-caller", "shop/web", "noos-message", "7"],
      },
      body: undefined,
      isUpgrade: false,
      respond: () => undefined,
      begin: () => ({
        push: (_bytes, answer) => setImmediate(answer, undefined),
        close: answered.resolve,
      }),
      accept: () => assert.fail("it is no WebSocket"),
      abandon: () => undefined,
      whenGone: () => undefined,
    });
    await answered.promise;
    assert.deepEqual(seen, [
      [undefined, undefined, undefined],
      ["shop/web", "7", undefined],
    ]);
  });

  test("streams both ways at once", async (context) => {
    const { port } = await served(context, (request, response) => request.pipe(response));
    const client = httpRequest({ port, host: "127.0.0.1", method: "POST" });
    client.write("one");
    const response = await new Promise<AsyncIterable<Buffer>>((resolve) => {
      client.once("response", resolve);
    });
    let text = "";
    for await (const bytes of response) {
      text += bytes.toString("latin1");
      if (text === "one") client.end("x".repeat(3_000_000));
    }
    assert.equal(text.length, 3_000_003);
  });

  test("that hangs up gives 502, and what it left half is no answer", async (context) => {
    const { port } = await served(context, (request, response) => {
      if (request.url === "/none") return void request.socket.destroy();
      response.writeHead(200, { "content-length": 10 });
      return void response.write("half", () => request.socket.destroy());
    });
    assert.equal((await fetch(`http://127.0.0.1:${port}/none`)).status, 502);
    const half = fetch(`http://127.0.0.1:${port}/half`).then((answer) => answer.text());
    await assert.rejects(half, { name: "TypeError" });
  });

  test("that has ended gives up nothing: another may have it by now", async (context) => {
    const asked = Promise.withResolvers<ServerResponse>();
    const { to } = await served(context, (_request, response) => asked.resolve(response));
    const abandoned: string[] = [];
    to.serve({
      head: { method: "GET", scheme: "http", authority: "a", target: "/", fields: [] },
      body: undefined,
      isUpgrade: false,
      respond: () => assert.fail("it answers nothing"),
      begin: () => assert.fail("it answers nothing"),
      accept: () => assert.fail("it is no WebSocket"),
      abandon: (why) => abandoned.push(why),
      whenGone: () => undefined,
    });
    const { socket } = await asked.promise;
    const isClosed = new Promise((resolve) => socket?.once("close", resolve));
    to.cut();
    await isClosed;
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(abandoned, []);
  });

  test("may close a connection behind its answer, and is asked over another", async (context) => {
    const { port, opened } = await served(context, ({ socket }, response) => {
      response.on("finish", () => socket.end());
      response.end("hello");
    });
    for (const method of ["GET", "POST", "GET", "GET"]) {
      const answer = await fetch(`http://127.0.0.1:${port}/`, { method });
      assert.deepEqual([answer.status, await answer.text()], [200, "hello"], method);
      // The end of the connection is on its way, or was seen.
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(opened.length >= 4, `${opened.length} connections`);
  });

  test("learns that its client has gone", async (context) => {
    const gone = Promise.withResolvers<void>();
    const { port } = await served(context, (_request, response) => {
      response.once("close", gone.resolve);
      client.destroy();
    });
    const client = httpRequest({ port, host: "127.0.0.1" });
    client.on("error", () => undefined);
    client.end();
    await gone.promise;
  });

  test("is not asked for a WebSocket, which it would have to frame itself", async (context) => {
    const { port } = await served(context, () => assert.fail("it was asked"));
    const headers = {
      connection: "upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    };
    const client = httpRequest({ port, host: "127.0.0.1", headers }).end();
    const status = await new Promise((resolve) => {
      client.once("response", (response) => resolve(response.resume().statusCode));
    });
    assert.equal(status, 501);
  });

  test("that leaves answers what it has, and is hung up on behind it", async (context) => {
    const answering = Promise.withResolvers<ServerResponse>();
    const closed: string[] = [];
    const { port, to } = await served(context, (request, response) => {
      const { url = "" } = request;
      request.socket.once("close", () => closed.push(url));
      response.flushHeaders();
      if (url === "/slow") answering.resolve(response);
      else response.end("idle");
    });
    const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
    const slow = await get("/slow");
    const answer = await answering.promise;
    assert.equal(await (await get("/idle")).text(), "idle");
    const over = Promise.withResolvers<void>();
    to.close(over.resolve);
    answer.write("one, ");
    answer.end("two");
    assert.equal(await slow.text(), "one, two");
    await over.promise;
    assert.deepEqual(closed, ["/idle", "/slow"]);
  });

  test("without a connection is done with them at once", async () => {
    const over = Promise.withResolvers<void>();
    serveConnection(() => assert.fail("it was asked")).close(over.resolve);
    await over.promise;
  });
});
