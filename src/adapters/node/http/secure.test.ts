import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { connect as connectRaw } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test, type TestContext } from "node:test";
import { connect as connectTls } from "node:tls";
import type { IncomingRequest } from "#core/host/traffic";
import { Certificates, developmentCertificate } from "#adapters/node/certificate";
import type { FrontBounds } from "#adapters/node/http/request";
import { answerHello, bytesOf, frontFor, pull, push, readAll } from "./front-for-tests.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-secure-"));
after(() => rmSync(scratch, { recursive: true }));

async function secureFront(
  context: TestContext,
  arrived: (request: IncomingRequest) => void,
  bounds: Partial<FrontBounds> = {},
): Promise<number> {
  const certificates = new Certificates([developmentCertificate(scratch)]);
  const { port } = await frontFor(context, { arrived, certificates, bounds });
  return port;
}

function session(context: TestContext, port: number): ClientHttp2Session {
  const client = connect(`https://localhost:${port}`, { rejectUnauthorized: false });
  client.on("error", () => undefined);
  context.after(() => client.destroy());
  return client;
}

type Answer = { readonly head: Record<string, unknown>; readonly body: string };

function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let head: Record<string, unknown> = {};
  let body = "";
  stream.on("response", (headers) => (head = headers));
  stream.on("data", (bytes: Buffer) => (body += bytes.toString("latin1")));
  // The end comes also where it was reset; only then it is an error.
  stream.on("close", () => resolve({ head, body }));
  stream.on("error", reject);
  return promise;
}

suite("a front with TLS", () => {
  test("serves HTTP/1.1 to those that speak it, also without a name", async (context) => {
    const seen: IncomingRequest["head"][] = [];
    const port = await secureFront(context, (request) => {
      seen.push(request.head);
      answerHello(request);
    });
    const body = await new Promise<string>((resolve, reject) => {
      const options = { host: "127.0.0.1", port, rejectUnauthorized: false, agent: false } as const;
      const client = httpsRequest(options, (response) => {
        response.on("data", (bytes: Buffer) => resolve(bytes.toString()));
      });
      client.on("error", reject).end();
    });
    assert.equal(body, "hello");
    assert.equal(seen[0]?.scheme, "https");
    assert.equal(seen[0]?.fields.at(-1), `for=127.0.0.1;host="127.0.0.1:${port}";proto=https`);
  });

  test("counts connections by who is at the other end, until they are gone", async (context) => {
    const certificates = new Certificates([developmentCertificate(scratch)]);
    const { port, front } = await frontFor(context, { arrived: answerHello, certificates });
    const options = { port, host: "127.0.0.1", rejectUnauthorized: false };
    const client = connectTls(options);
    await new Promise((resolve) => client.once("secureConnect", resolve));
    assert.equal(front.connectionCount, 1);
    client.destroy();
    while (front.connectionCount > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  test("gives up who says nothing, or no TLS", async (context) => {
    const port = await secureFront(context, answerHello, { handshakeMs: 50 });
    for (const words of ["", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"]) {
      const socket = connectRaw(port, "127.0.0.1");
      socket.on("error", () => undefined).resume();
      socket.write(words);
      await new Promise((resolve) => socket.once("close", resolve));
    }
  });
});

suite("a front: HTTP/2", () => {
  test("makes the same of a request as HTTP/1.1", async (context) => {
    const seen: IncomingRequest["head"][] = [];
    const port = await secureFront(context, (request) => {
      seen.push(request.head);
      void readAll(request.body).then((body) => {
        const fields = ["Connection", "close", "X-One", "1"];
        request.respond({ status: 201, fields }, bytesOf(`got ${body}`));
      });
    });
    const client = session(context, port);
    const stream = client.request({
      ":method": "POST",
      ":path": "/a?b",
      te: "trailers",
      "x-y": "1",
    });
    stream.end("abc");
    const { head, body } = await answerOf(stream);
    assert.equal(body, "got abc");
    assert.equal(head[":status"], 201);
    assert.equal(head["x-one"], "1");
    assert.equal(head["content-length"], "7");
    assert.equal(head["connection"], undefined);
    const [first] = seen;
    assert.ok(first !== undefined);
    assert.deepEqual(
      [first.method, first.scheme, first.authority, first.target, ...first.fields.slice(0, 2)],
      ["POST", "https", `localhost:${port}`, "/a?b", "x-y", "1"],
    );
    const bare = await answerOf(client.request({ ":path": "/" }));
    assert.equal(bare.body, "got ");
  });

  test("streams both ways at once, and waits for who does not read", async (context) => {
    const port = await secureFront(context, (request) => {
      const sink = request.begin({ status: 200, fields: [] });
      const echo = async (): Promise<void> => {
        for (;;) {
          const piece = request.body === undefined ? "end" : await pull(request.body);
          if (!(piece instanceof Uint8Array)) return sink.close();
          await push(sink, piece);
        }
      };
      void echo();
    });
    const stream = session(context, port).request({ ":method": "POST", ":path": "/" });
    stream.write("one");
    const first = await new Promise((resolve) => stream.once("data", resolve));
    assert.equal(String(first), "one");
    stream.end("x".repeat(1_000_000));
    const { body } = await answerOf(stream);
    assert.equal(body.length, 1_000_000);
  });

  test("tells a program that its client took the request back", async (context) => {
    const gone = Promise.withResolvers<void>();
    const port = await secureFront(context, (request) => {
      request.whenGone(gone.resolve);
      stream.close(constants.NGHTTP2_CANCEL);
    });
    const stream = session(context, port).request({ ":path": "/" });
    stream.on("error", () => undefined);
    await gone.promise;
  });

  test("refuses what is too large or no request, and resets what breaks off", async (context) => {
    const port = await secureFront(
      context,
      (request) => {
        if (request.head.target === "/none") return request.abandon("it ended");
        const sink = request.begin({ status: 200, fields: [] });
        return void push(sink, bytesOf("part")).then(() => request.abandon("it trapped"));
      },
      { bodyBytesMax: 4 },
    );
    const client = session(context, port);
    const large = client.request({ ":method": "POST", ":path": "/", "content-length": 5 });
    const { head } = await answerOf(large);
    assert.equal(head[":status"], 413);
    const two = await answerOf(client.request({ ":path": "/", ":authority": "a", host: "b" }));
    assert.equal(two.head[":status"], 400);
    const odd = await answerOf(client.request({ ":path": "/a#b" }));
    assert.equal(odd.head[":status"], 400);
    const none = await answerOf(client.request({ ":path": "/none" }));
    assert.equal(none.head[":status"], 502);
    await assert.rejects(answerOf(client.request({ ":path": "/breaks" })), /INTERNAL_ERROR/);
  });

  test("ends a connection that takes request after request back", async (context) => {
    let arrivals = 0;
    const port = await secureFront(context, () => (arrivals += 1), {
      resetsBurst: 20,
      resetsPerSecond: 1,
    });
    const client = session(context, port);
    const ended = new Promise((resolve) => client.once("close", resolve));
    const reset = (): void => {
      if (client.destroyed || client.closed) return;
      const stream = client.request({ ":path": "/" });
      stream.on("error", () => undefined);
      stream.close(constants.NGHTTP2_CANCEL);
      setImmediate(reset);
    };
    client.once("connect", reset);
    await ended;
    assert.ok(arrivals < 1000, `${arrivals} arrived`);
  });

  test("does not end with its front before what it was asked is answered", async (context) => {
    const certificates = new Certificates([developmentCertificate(scratch)]);
    const arrived = Promise.withResolvers<IncomingRequest>();
    const { port, front } = await frontFor(context, { arrived: arrived.resolve, certificates });
    const answer = answerOf(session(context, port).request({ ":path": "/" }));
    const request = await arrived.promise;
    const closed = front.close(10_000);
    answerHello(request);
    assert.equal((await answer).body, "hello");
    await closed;
  });
});
