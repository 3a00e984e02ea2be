import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { suite, test, type TestContext } from "node:test";
import { nodeExecutor } from "#adapters/node";
import { postJson } from "#adapters/node/post";
import { ScriptedManagement } from "#test/management";
import { exportMetrics } from "#app/export";

interface Received {
  readonly request: IncomingMessage;
  readonly body: string;
}

/** A receiver that answers so; how it is reached, and what comes next to it. */
async function receiver(
  context: TestContext,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly url: string; readonly next: Promise<Received> }> {
  const { promise, resolve } = Promise.withResolvers<Received>();
  const server = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      resolve({ request, body: Buffer.concat(chunks).toString() });
      response.writeHead(status, headers).end("{}");
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, next: promise };
}

suite("export of metrics", () => {
  test("sends OTLP to the path it has, with the headers that were given", async (t) => {
    const { url, next } = await receiver(t, 200);
    const { turns } = nodeExecutor();
    const exporter = exportMetrics(new ScriptedManagement(), turns, {
      endpoint: url,
      headers: { "x-key": "k" },
      resource: { "host.name": "pi" },
      everyNs: 1e6,
    });
    const { request, body } = await next;
    exporter.stop();
    assert.deepEqual(
      [request.method, request.url, request.headers["content-type"], request.headers["x-key"]],
      ["POST", "/v1/metrics", "application/json", "k"],
    );
    const [{ resource, scopeMetrics }] = JSON.parse(body).resourceMetrics;
    assert.deepEqual(resource.attributes.at(-1), {
      key: "host.name",
      value: { stringValue: "pi" },
    });
    assert.ok(scopeMetrics[0].metrics.length > 10);
  });

  for (const endpoint of ["collector:4318", "ftp://a", "", "unix:/a"]) {
    test(`goes nowhere that is no URL of HTTP: ${JSON.stringify(endpoint)}`, () => {
      const { turns } = nodeExecutor();
      const exporting = (): unknown => exportMetrics(new ScriptedManagement(), turns, { endpoint });
      assert.throws(exporting, { code: "USAGE" });
    });
  }
});

suite("posting", () => {
  for (const [status, headers, answer] of [
    [200, {}, { kind: "taken" }],
    [204, {}, { kind: "taken" }],
    [429, { "retry-after": "7" }, { kind: "later", afterNs: 7e9 }],
    [503, { "retry-after": "soon" }, { kind: "later" }],
    [502, {}, { kind: "later" }],
    [400, {}, { kind: "refused" }],
    [302, { location: "http://elsewhere" }, { kind: "refused" }],
  ] as const) {
    test(`takes ${status} ${JSON.stringify(headers)} for ${JSON.stringify(answer)}`, async (t) => {
      const { url } = await receiver(t, status, headers);
      const target = { url: new URL(url), headers: {}, timeoutMs: 10_000 };
      const { why, ...rest } = { why: undefined, ...(await postJson(target, "{}")) };
      assert.deepEqual(rest, answer);
      if (status >= 300) assert.equal(why, `the receiver answered ${status}`);
    });
  }

  test("to nobody, or to one who does not answer, is for later", async (t) => {
    const silent = createServer(() => undefined);
    await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
    t.after(() => silent.closeAllConnections());
    const { port } = silent.address() as AddressInfo;
    const url = new URL(`http://127.0.0.1:${port}`);
    const late = await postJson({ url, headers: {}, timeoutMs: 20 }, "{}");
    assert.equal(late.kind, "later");
    silent.closeAllConnections();
    await new Promise((closed) => silent.close(closed));
    const gone = await postJson({ url, headers: {}, timeoutMs: 10_000 }, "{}");
    assert.match(gone.kind === "later" ? gone.why : "", /^127\.0\.0\.1:\d+: .*ECONNREFUSED/);
  });
});
