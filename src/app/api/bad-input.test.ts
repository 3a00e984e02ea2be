import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ask, openRaw, parseRaw, readRaw, sendRaw, serveScripted } from "#test/management";
import { connect } from "#app/client";

const token = "0123456789abcdef0123456789abcdef";
const json = { "content-type": "application/json" };

function jsonOf(body: string): Record<string, string | number> {
  return { ...json, "content-length": Buffer.byteLength(body) };
}

const scale = "PUT /v1/apps/shop/specs/worker/count";

interface Problem {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly hint: string;
}

suite("bad input: what is refused with a problem document", () => {
  const rows: readonly (readonly [
    why: string,
    request: string,
    status: number,
    code: string,
    detail: RegExp,
  ])[] = [
    ["an unknown path", ask("GET /v1/nothing"), 404, "REQUEST_INVALID", /nothing at this path/],
    ["another version", ask("GET /v2/status"), 404, "REQUEST_INVALID", /nothing at this path/],
    ["a wrong method", ask("DELETE /v1/status"), 405, "REQUEST_INVALID", /^DELETE is not/],
    ["a missing parameter", ask("POST /v1/end"), 400, "REQUEST_INVALID", /^"path" is missing$/],
    [
      "a digest that is none",
      ask("PUT /v1/images/sha256:12", { "content-length": 0 }),
      400,
      "REQUEST_INVALID",
      /^"digest" is "sha256:12"/,
    ],
    [
      "a way out of the folder of crashes",
      ask("GET /v1/crashes/..%2Fstate.db"),
      400,
      "REQUEST_INVALID",
      /^"id" is/,
    ],
    [
      "another content type",
      ask(scale, { "content-type": "text/plain", "content-length": 2 }, "{}"),
      415,
      "REQUEST_INVALID",
      /text\/plain, expected application\/json/,
    ],
    [
      "no content type",
      ask(scale, { "content-length": 2 }, "{}"),
      415,
      "REQUEST_INVALID",
      /nothing/,
    ],
    ["no JSON", ask(scale, jsonOf("{"), "{"), 400, "REQUEST_INVALID", /^the body is no JSON: /],
    ["no body", ask(scale, jsonOf("")), 400, "REQUEST_INVALID", /^the body is no JSON: /],
    [
      "a field of another kind",
      ask(scale, jsonOf(`{"count":"3"}`), `{"count":"3"}`),
      400,
      "REQUEST_INVALID",
      /^"count" of the body is "3", expected a whole number from 0/,
    ],
    [
      "a body that says it is huge",
      ask(scale, { ...json, "content-length": 50_000_000 }, "{"),
      413,
      "REQUEST_TOO_LARGE",
      /more than 16777216 bytes/,
    ],
    [
      "headers that are too large",
      ask("GET /v1/status", { x: "y".repeat(17_000) }),
      431,
      "REQUEST_TOO_LARGE",
      /headers/,
    ],
    ["what is no HTTP", "HELLO\r\n\r\n", 400, "REQUEST_INVALID", /^this is no request of HTTP/],
    ["no host", "GET /v1/status HTTP/1.1\r\n\r\n", 400, "", /^$/],
  ];
  for (const [why, request, status, code, detail] of rows) {
    test(`${why}: ${status} ${code}`, async (t) => {
      const served = await serveScripted(t, { bounds: { unreadMs: 10 } });
      const answer = await sendRaw(served, request);
      assert.equal(answer.status, status);
      if (code !== "") {
        assert.match(answer.head, /content-type: application\/problem\+json/);
        const problem: Problem = JSON.parse(answer.body);
        assert.deepEqual([problem.status, problem.code], [status, code]);
        assert.match(problem.detail, detail);
        assert.ok(problem.title && problem.hint);
      }
      assert.deepEqual([served.management.asked, served.seen.failures], [[], []]);
    });
  }

  test("a wrong method says which ones are right", async (t) => {
    const { head } = await sendRaw(await serveScripted(t), ask("GET /v1/apps/shop/secrets/KEY"));
    assert.match(head, /^allow: put, delete$/m);
  });

  test("a body in pieces that turns out to be huge", async (t) => {
    const served = await serveScripted(t, { bounds: { jsonBytesMax: 1000 } });
    const socket = openRaw(served);
    const text = readRaw(socket);
    socket.write(ask(scale, { ...json, "transfer-encoding": "chunked" }));
    for (let piece = 0; piece < 11; piece++) socket.write(`64\r\n${" ".repeat(100)}\r\n`);
    socket.write("0\r\n\r\n");
    const { status, body } = parseRaw(await text);
    assert.deepEqual([status, JSON.parse(body).code], [413, "REQUEST_TOO_LARGE"]);
    assert.deepEqual(served.management.asked, []);
  });

  test("a huge body is refused before it is sent, to whoever asks first", async (t) => {
    const headers = { ...json, "content-length": 50_000_000, expect: "100-continue" };
    const served = await serveScripted(t, { bounds: { unreadMs: 1 } });
    assert.equal((await sendRaw(served, ask(scale, headers))).status, 413);
    const body = `{"count":3}`;
    const small = { ...json, "content-length": body.length, expect: "100-continue" };
    const socket = openRaw(served);
    const text = readRaw(socket);
    socket.once("data", () => socket.write(body));
    socket.write(ask(scale, small));
    assert.match(await text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 204 /);
    assert.deepEqual(served.management.asked, [["scale", "shop", "worker", 3]]);
  });

  for (const [why, given] of [
    ["none", {}],
    ["another", { authorization: `Bearer ${token.slice(1)}0` }],
    ["half of it", { authorization: `Bearer ${token.slice(16)}` }],
    ["it as a password", { authorization: `Basic ${token}` }],
  ] as const) {
    test(`without the token: ${why}`, async (t) => {
      const served = await serveScripted(t, { token });
      for (const line of ["GET /v1/status", "GET /metrics", "GET /v1/nothing", "POST /v1/down"]) {
        const { status, head, body } = await sendRaw(served, ask(line, given));
        assert.deepEqual([status, JSON.parse(body).code], [401, "NOT_ALLOWED"]);
        assert.match(head, /^www-authenticate: bearer/m);
      }
      assert.deepEqual([served.management.asked, served.seen.downs], [[], 0]);
    });
  }
});

suite("bad input: half a request", () => {
  test("whose headers do not end is answered 408 and closed", async (t) => {
    const served = await serveScripted(t, { bounds: { headersMs: 30, lateCheckMs: 30 } });
    const { status, body } = await sendRaw(served, "GET /v1/status HTTP/1.1\r\nhost: x\r\n");
    assert.deepEqual([status, JSON.parse(body).code], [408, "REQUEST_INVALID"]);
  });

  test("of which nothing comes is answered 408 and closed", async (t) => {
    const served = await serveScripted(t, { bounds: { headersMs: 30, lateCheckMs: 30 } });
    assert.equal((await sendRaw(served, "")).status, 408);
  });

  // Were it looked for more rarely than is said, it would be closed for being idle, without a word.
  test("over TCP is answered as soon as is said, with a token or without", async (t) => {
    const bounds = { headersMs: 30, lateCheckMs: 20, idleMs: 2000 };
    const served = await serveScripted(t, { token, bounds });
    const headers = ["", `\r\nauthorization: Bearer ${token}\r\n`];
    for (const half of headers.map((header) => `GET /v1/status HTTP/1.1${header}`)) {
      const { status, body } = await sendRaw(served, half);
      assert.deepEqual([status, JSON.parse(body).code], [408, "REQUEST_INVALID"]);
    }
  });

  test("whose body does not end is answered 408 and closed", async (t) => {
    const served = await serveScripted(t, { bounds: { bodyMs: 30, unreadMs: 1 } });
    const { status, body } = await sendRaw(served, ask(scale, jsonOf(`{"count":3}`), `{"co`));
    assert.deepEqual([status, JSON.parse(body).code], [408, "REQUEST_INVALID"]);
    assert.match(JSON.parse(body).detail, /^only 4 bytes of the body came/);
    assert.deepEqual(served.management.asked, []);
  });

  test("whose sender goes away asks for nothing", async (t) => {
    const served = await serveScripted(t);
    const socket = openRaw(served);
    socket.write(ask(scale, jsonOf(`{"count":3}`), `{"co`));
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.destroy();
    assert.equal((await connect({ at: served.at }).status()).pid, 4711);
    const asked = served.management.asked.map(([name]) => name);
    assert.deepEqual([asked, served.seen.failures], [["status"], []]);
  });

  test("of an upload is closed when nothing more comes, and keeps nothing", async (t) => {
    const served = await serveScripted(t, { bounds: { idleMs: 30 } });
    const socket = openRaw(served);
    const closed = readRaw(socket);
    const line = `PUT /v1/images/sha256:${"0".repeat(64)}`;
    socket.write(ask(line, { "content-length": 100 }, "half"));
    assert.equal(await closed, "");
    assert.deepEqual([served.images.size, served.seen.failures], [0, []]);
  });
});

suite("bad input: too much at once", () => {
  test("1,000 slow clients hold nobody up", async (t) => {
    const served = await serveScripted(t);
    const halves = [
      "GET /v1/sta",
      "GET /v1/status HTTP/1.1\r\nhost: x\r\n",
      ask(scale, { ...json, "content-length": 16_000_000 }, `{"count":`),
      ask("GET /v1/events", { connection: "keep-alive" }),
    ];
    const slow = Array.from({ length: 1000 }, (_, index) => {
      const socket = openRaw(served);
      socket.write(halves[index % halves.length] ?? "");
      socket.pause();
      return socket;
    });
    t.after(() => {
      for (const socket of slow) socket.destroy();
    });
    await Promise.all(slow.map((one) => new Promise((resolve) => one.once("connect", resolve))));
    const client = connect({ at: served.at });
    for (let round = 0; round < 20; round++) {
      await client.scale("shop", "worker", round);
      assert.equal((await client.status()).pid, 4711);
    }
    const events = client.events({ after: "oldest" });
    served.management.happen("one");
    assert.equal((await events.next()).value?.text, "one");
    await events.return();
  });

  test("one connection over the bound is refused, and let in when another goes", async (t) => {
    const served = await serveScripted(t, { bounds: { connectionsMax: 2 } });
    const first = [openRaw(served), openRaw(served)];
    await Promise.all(first.map((one) => new Promise((resolve) => one.once("connect", resolve))));
    await assert.rejects(connect({ at: served.at }).status(), { code: "DAEMON_BUSY" });
    assert.deepEqual(served.management.asked, []);
    for (const socket of first) socket.destroy();
    let answer: unknown;
    while (answer === undefined) {
      answer = await connect({ at: served.at })
        .status()
        .catch(() => undefined);
    }
  });

  test("answers that nobody takes are bounded, and those after them refused", async (t) => {
    const bounds = { answersBytesMax: 3_000_000 };
    const served = await serveScripted(t, { bounds });
    const { management } = served;
    const text = "x".repeat(2_000_000);
    management.answers.output = {
      path: "a",
      text,
      startBytes: 0,
      endBytes: text.length,
      heldBytes: 0,
    };
    const slow = openRaw(served);
    slow.pause();
    slow.write(ask("GET /v1/output?path=a"));
    while (management.asked.length === 0) await new Promise(setImmediate);
    await new Promise(setImmediate);
    await assert.rejects(connect({ at: served.at }).output("a"), { code: "DAEMON_BUSY" });
    assert.equal((await connect({ at: served.at }).status()).pid, 4711);
    slow.destroy();
    let answer: unknown;
    while (answer === undefined) {
      answer = await connect({ at: served.at })
        .output("a")
        .catch(() => undefined);
    }
  });

  test("one follower over the bound is refused", async (t) => {
    const served = await serveScripted(t, { bounds: { followersMax: 1 } });
    const first = openRaw(served);
    first.write(ask("GET /v1/events"));
    await new Promise((resolve) => first.once("data", resolve));
    await assert.rejects(connect({ at: served.at }).events().next(), { code: "DAEMON_BUSY" });
    first.destroy();
  });
});
