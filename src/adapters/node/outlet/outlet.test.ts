import assert from "node:assert/strict";
import type { lookup } from "node:dns";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { suite, test, type TestContext } from "node:test";
import fc from "fast-check";
import type { ByteSink, ByteSource, SourceAnswer } from "#core/host";
import type { Fields, OutgoingRequest, RequestHead, ResponseHead } from "#core/host/traffic";
import { Errno, errno } from "#core/sys";
import { OutsideOutlet, type OutsideOptions, type Refusal } from "./mod.ts";
import { Reach } from "./reach.ts";

const pull = (source: ByteSource): Promise<SourceAnswer> =>
  new Promise((resolve) => source.pull(65_536, resolve));

const push = (sink: ByteSink, bytes: Uint8Array): Promise<Errno | undefined> =>
  new Promise((resolve) => sink.push(bytes, resolve));

const answerOf = (request: OutgoingRequest): Promise<ResponseHead | Errno> =>
  new Promise((resolve) => request.whenAnswered(resolve));

async function readAll(source: ByteSource): Promise<string> {
  let text = "";
  for (;;) {
    const piece = await pull(source);
    if (!(piece instanceof Uint8Array)) return text + (piece instanceof Errno ? piece.name : "");
    text += Buffer.from(piece).toString();
  }
}

async function serverFor(context: TestContext, listener: RequestListener): Promise<Server> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** A resolver for which names are what the test says. */
function names(known: Readonly<Record<string, readonly string[]>>): typeof lookup {
  const resolve = (
    host: string,
    _options: unknown,
    answer: (error: Error | null, found: readonly unknown[]) => void,
  ): void => {
    const found = (known[host] ?? []).map((address) => ({
      address,
      family: address.includes(":") ? 6 : 4,
    }));
    const missing = Object.assign(new Error("no such host"), { code: "ENOTFOUND" });
    setImmediate(answer, found.length === 0 ? missing : null, found);
  };
  return resolve as unknown as typeof lookup;
}

function outletFor(context: TestContext, options: OutsideOptions): OutsideOutlet {
  const outlet = new OutsideOutlet(options);
  context.after(() => outlet.close());
  return outlet;
}

const head = (authority: string, more: Partial<RequestHead> = {}): RequestHead => ({
  method: "GET",
  scheme: "http",
  authority,
  target: "/",
  fields: [],
  ...more,
});

const plain = { hasBody: false, deadlineNs: Infinity };

function made(result: OutgoingRequest | Errno): OutgoingRequest {
  assert.ok(!(result instanceof Errno), result instanceof Errno ? result.name : "");
  return result;
}

suite("the reach of a process", () => {
  test("is what was granted by name and port", () => {
    const hosts = [
      { host: "api.test", port: 443 },
      { host: "*.shop.test", port: 80 },
    ];
    const reach = new Reach({ hosts });
    const rows: readonly (readonly [string, number, boolean])[] = [
      ["api.test", 443, true],
      ["API.test", 443, true],
      ["api.test", 80, false],
      ["evil-api.test", 443, false],
      ["a.shop.test", 80, true],
      ["shop.test", 80, false],
      ["evilshop.test", 80, false],
    ];
    for (const [host, port, expected] of rows)
      assert.equal(reach.mayAsk(host, port), expected, host);
  });

  test("ends at the public net, however an address is written", () => {
    const reach = new Reach({ hosts: [], addresses: ["10.1.0.0/16", "fd00::7"] });
    const no =
      "127.0.0.1 127.9.9.9 0.0.0.0 10.0.0.1 172.31.255.255 192.168.1.1 169.254.169.254 " +
      "100.100.100.200 224.0.0.1 255.255.255.255 192.0.2.1 ::1 :: ::ffff:127.0.0.1 " +
      "::ffff:a9fe:a9fe ::127.0.0.1 fe80::1 fe80::1%eth0 fd00::1 fd00:ec2::254 ff02::1 " +
      "64:ff9b::7f00:1 2002:7f00:1:: 2001:db8::1";
    for (const address of no.split(" ")) assert.ok(!reach.mayConnect("x", address), address);
    const yes = [
      "1.1.1.1",
      "172.32.0.1",
      "2606:4700::1111",
      "10.1.2.3",
      "fd00::7",
      "::ffff:1.1.1.1",
    ];
    for (const address of yes) assert.ok(reach.mayConnect("x", address), address);
  });
});

suite("the way out", () => {
  test("carries a request and its answer, and nothing of the connections", async (context) => {
    const seen: Fields[] = [];
    const server = await serverFor(context, (request, response) => {
      seen.push([request.method ?? "", request.url ?? "", ...request.rawHeaders]);
      const headers = ["X-One", "1", "Connection", "X-Two", "X-Two", "2", "Location", "/elsewhere"];
      response.writeHead(302, headers);
      response.end("moved");
    });
    const authority = `api.test:${portOf(server)}`;
    const outlet = outletFor(context, {
      hosts: [{ host: "api.test", port: portOf(server) }],
      addresses: ["127.0.0.1"],
      lookup: names({ "api.test": ["127.0.0.1"] }),
    });
    const fields = [
      "Host",
      "evil.test",
      "X-A",
      "1",
      "Transfer-Encoding",
      "chunked",
      "Upgrade",
      "x",
    ];
    const request = made(outlet.request(head(authority, { target: "/a?b", fields }), plain));
    assert.equal(request.body, undefined);
    const answer = await answerOf(request);
    assert.ok(!(answer instanceof Errno));
    assert.equal(answer.status, 302);
    assert.ok(!answer.fields.includes("x-two") && !answer.fields.includes("connection"));
    assert.equal(answer.fields[answer.fields.indexOf("x-one") + 1], "1");
    assert.equal(await readAll(request.response), "moved");
    const expected = ["GET", "/a?b", "host", authority, "x-a", "1", "Connection", "keep-alive"];
    assert.deepEqual(seen, [expected]);
  });

  test("streams a body out and an answer in, with and without a length", async (context) => {
    const server = await serverFor(context, (request, response) => {
      response.setHeader("x-framing", request.headers["content-length"] ?? "chunked");
      request.pipe(response);
    });
    const outlet = outletFor(context, {
      hosts: [{ host: "127.0.0.1", port: portOf(server) }],
      addresses: ["127.0.0.1"],
    });
    for (const [fields, framing] of [
      [["content-length", "7"], "7"],
      [[], "chunked"],
    ] as const) {
      const options = { hasBody: true, deadlineNs: Infinity };
      const asked = head(`127.0.0.1:${portOf(server)}`, { method: "POST", fields });
      const request = made(outlet.request(asked, options));
      assert.ok(request.body !== undefined);
      await push(request.body, Buffer.from("one"));
      await push(request.body, Buffer.from(" two"));
      request.body.close();
      const answer = await answerOf(request);
      assert.ok(!(answer instanceof Errno) && answer.fields.includes(framing));
      assert.equal(await readAll(request.response), "one two");
    }
  });

  test("leads to no host that was not granted, and to no address of ours", async (context) => {
    let asked = 0;
    const server = await serverFor(context, (_request, response) => response.end(`${++asked}`));
    const port = portOf(server);
    const refusals: Refusal[] = [];
    const granted = ["inner.test", "none.test", "mixed.test", "127.0.0.1"];
    const options: OutsideOptions = {
      hosts: granted.map((host) => ({ host, port })),
      lookup: names({ "inner.test": ["127.0.0.1", "10.0.0.1"], "mixed.test": ["::ffff:10.0.0.1"] }),
      refused: (refusal) => refusals.push(refusal),
    };
    const outlet = outletFor(context, options);
    assert.equal(outlet.request(head(`other.test:${port}`), plain), errno.ENOENT);
    assert.equal(outlet.request(head(`2130706433:${port}`), plain), errno.ENOENT);
    assert.equal(outlet.request(head(`127.0.0.1:${port}`), plain), errno.ENOENT);
    assert.equal(outlet.request(head("inner.test"), plain), errno.ENOENT);
    const inner = made(outlet.request(head(`inner.test:${port}`), plain));
    assert.equal(await answerOf(inner), errno.ENOENT);
    assert.equal(await readAll(inner.response), "ECONNRESET");
    const mixed = made(outlet.request(head(`mixed.test:${port}`), plain));
    assert.equal(await answerOf(mixed), errno.ENOENT);
    const none = made(outlet.request(head(`none.test:${port}`), plain));
    assert.equal(await answerOf(none), errno.ENXIO);
    assert.equal(asked, 0);
    assert.deepEqual(refusals.slice(-3), [
      { kind: "address", host: "inner.test", address: "127.0.0.1" },
      { kind: "address", host: "inner.test", address: "10.0.0.1" },
      { kind: "address", host: "mixed.test", address: "::ffff:10.0.0.1" },
    ]);
  });

  test("leads to any host where all are granted, and to no address of ours", async (context) => {
    let asked = 0;
    const server = await serverFor(context, (_request, response) => response.end(`${++asked}`));
    const port = portOf(server);
    const outlet = outletFor(context, {
      hosts: "any",
      lookup: names({ "inner.test": ["127.0.0.1", "10.0.0.1"] }),
    });
    for (const host of ["127.0.0.1", "[::1]", "169.254.169.254", "10.0.0.1"]) {
      assert.equal(outlet.request(head(`${host}:${port}`), plain), errno.ENOENT, host);
    }
    const inner = made(outlet.request(head(`inner.test:${port}`), plain));
    assert.equal(await answerOf(inner), errno.ENOENT);
    const none = made(outlet.request(head("none.test"), plain));
    assert.equal(await answerOf(none), errno.ENXIO);
    assert.equal(asked, 0);
  });

  test("refuses heads that would smuggle", (context) => {
    const outlet = outletFor(context, { hosts: "any" });
    const rows: readonly Partial<RequestHead>[] = [
      { method: "G T" },
      { target: "/\r\nx: y" },
      { target: "http://b/" },
      { authority: "a b" },
      { authority: "" },
      { fields: ["x", "a\r\nb: c"] },
      { fields: ["x:", "a"] },
    ];
    for (const row of rows) assert.equal(outlet.request(head("a", row), plain), errno.EINVAL);
    const wrong = head("a", { fields: ["content-length", "x"] });
    assert.equal(outlet.request(wrong, { ...plain, hasBody: true }), errno.EINVAL);
  });

  test("throws nothing, whatever a program asks", async (context) => {
    const outlet = outletFor(context, { hosts: "any", lookup: names({}) });
    const asked = fc.record({
      method: fc.constantFrom("GET", "POST", "CONNECT", "get", "PRI", "TRACE", "X-Y", "HEAD"),
      scheme: fc.constantFrom("http" as const, "https" as const),
      authority: fc.constantFrom(
        "a",
        "a:",
        "a:0",
        "a:65535",
        "a:65536",
        "a:99999",
        "[::::]",
        "1.2",
      ),
      target: fc.constantFrom("/", "*", "/\u00e9", '/"<>', "//", "/%00", ""),
      fields: fc
        .array(
          fc.tuple(
            fc.constantFrom("host", "Content-Length", "expect", "upgrade", "te", "x", "trailer"),
            fc.constantFrom("", "0", "100-continue", "\u00e9", "a\tb", "\u0100", "websocket"),
          ),
        )
        .map((pairs) => pairs.flat()),
    });
    const property = fc.asyncProperty(asked, fc.boolean(), async (one, hasBody) => {
      const request = outlet.request(one, { ...plain, hasBody });
      if (request instanceof Errno) return;
      if (hasBody) await push(made(request).body ?? assert.fail(), Buffer.from("x"));
      request.cancel();
    });
    await fc.assert(property, { numRuns: 300 });
  });

  test("ends with its deadline, when cancelled, and when nobody is there", async (context) => {
    const sockets: Socket[] = [];
    const server = await serverFor(context, (request) => void sockets.push(request.socket));
    const port = portOf(server);
    const outlet = outletFor(context, {
      hosts: [
        { host: "127.0.0.1", port },
        { host: "127.0.0.1", port: 1 },
      ],
      addresses: ["127.0.0.0/8"],
    });
    const late = made(
      outlet.request(head(`127.0.0.1:${port}`), { hasBody: false, deadlineNs: 5e7 }),
    );
    assert.equal(await answerOf(late), errno.ETIMEDOUT);
    const cancelled = made(outlet.request(head(`127.0.0.1:${port}`), plain));
    setImmediate(() => cancelled.cancel());
    assert.equal(await answerOf(cancelled), errno.ECONNABORTED);
    const nobody = made(outlet.request(head("127.0.0.1:1"), plain));
    assert.equal(await answerOf(nobody), errno.ECONNREFUSED);
    for (const socket of sockets)
      if (!socket.closed) await new Promise((r) => socket.once("close", r));
  });

  test("tells a broken answer from a whole one", async (context) => {
    const server = await serverFor(context, (_request, response) => {
      response.writeHead(200, { "content-length": 10 });
      response.write("half", () => setImmediate(() => response.destroy()));
    });
    const port = portOf(server);
    const options = { hosts: [{ host: "127.0.0.1", port }], addresses: ["127.0.0.1"] };
    const request = made(outletFor(context, options).request(head(`127.0.0.1:${port}`), plain));
    assert.ok(!((await answerOf(request)) instanceof Errno));
    assert.equal(await readAll(request.response), "halfECONNRESET");
  });

  test("asks again where an idle connection was closed, if that does no harm", async (context) => {
    let asked = 0;
    const server = await serverFor(context, (request, response) => {
      asked += 1;
      // The second request on a connection meets its end.
      if (asked === 2) request.socket.resetAndDestroy();
      else response.end(`${asked}`);
    });
    const port = portOf(server);
    const outlet = outletFor(context, {
      hosts: [{ host: "127.0.0.1", port }],
      addresses: ["127.0.0.1"],
    });
    const ask = async (method: string): Promise<string> => {
      const request = made(outlet.request(head(`127.0.0.1:${port}`, { method }), plain));
      const answer = await answerOf(request);
      return answer instanceof Errno ? answer.name : await readAll(request.response);
    };
    assert.equal(await ask("GET"), "1");
    assert.equal(await ask("GET"), "3");
    asked = 1;
    assert.equal(await ask("POST"), "ECONNRESET");
  });
});
