/** What serves, as somebody sees it who has a terminal and `curl`. */
import assert from "node:assert/strict";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { developmentCertificate } from "#adapters/node/certificate";
import type { ProcessView } from "#app/client";
import { type Ended, guest, noos, type NoosOptions, scratch, startNoos } from "./noos.ts";

/** A daemon of one test. */
interface Machine {
  /** What it said when it was ready, and what before and right after that. */
  readonly said: () => string;
  /** Where requests come in. */
  readonly port: number;
  readonly child: ChildProcessWithoutNullStreams;
  /** Runs a command that asks it. */
  readonly ask: (...words: readonly string[]) => Promise<Ended>;
  /** Deploys a manifest that lies in a folder of its own. */
  readonly deploy: (manifest: string, ...words: readonly string[]) => Promise<Ended>;
  /** Ends the daemon in order, and starts another on what it kept. */
  readonly again: () => Promise<Machine>;
}

function newFolder(): string {
  return mkdtempSync(join(scratch, "d-"));
}

async function up(
  context: TestContext,
  words: readonly string[],
  env: NoosOptions["env"] = {},
  data: string = newFolder(),
): Promise<Machine> {
  const around = { ...env, NOOS_DATA: data, NOOS_AT: "" };
  const child = startNoos(["up", ...words], { env: around });
  context.after(() => child.kill("SIGKILL"));
  let said = "";
  const ready = Promise.withResolvers<void>();
  child.stderr.on("data", (piece: Buffer) => {
    said += piece.toString();
    if (/^noos: ready at .*\n/m.test(said)) ready.resolve();
  });
  child.once("exit", () => ready.reject(new Error(`it ended: ${said}`)));
  await ready.promise;
  const ask = (...asked: readonly string[]): Promise<Ended> => noos(asked, { env: around });
  return {
    said: () => said,
    port: Number(/requests at http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]),
    child,
    ask,
    deploy: (manifest, ...more) => {
      const folder = newFolder();
      writeFileSync(join(folder, "noos.yaml"), manifest);
      return ask("deploy", ...more, folder);
    },
    async again() {
      const gone = once(child, "exit");
      await ask("down");
      await gone;
      return await up(context, words, env, data);
    },
  };
}

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly text: string;
}

async function get(port: number, target: string, host = "localhost"): Promise<Answer> {
  const options = { host: "127.0.0.1", port, path: target, headers: { host }, agent: false };
  const [incoming] = (await once(request(options).end(), "response")) as [
    AsyncIterable<Buffer> & {
      readonly statusCode: number;
      readonly headers: { readonly "content-type"?: string };
    },
  ];
  const text = Buffer.concat(await Array.fromAsync(incoming)).toString();
  return { status: incoming.statusCode, type: incoming.headers["content-type"], text };
}

function serving(app: string, serve: string, image = "http/hello"): string {
  return `app: ${app}\nprocesses: { web: { image: ${guest(image)}, serve: ${serve} } }\n`;
}

const anyPort = ["--http", "127.0.0.1:0"];

suite("what serves", () => {
  test("is deployed, called, looked at, and gone", async (t) => {
    const machine = await up(t, anyPort);
    const { port, ask } = machine;
    assert.equal((await machine.deploy(serving("shop", "{ routes: [/], idle: 1h }"))).status, 0);
    assert.match((await ask("ps")).stdout, /└─ web +asleep /);
    assert.deepEqual(await get(port, "/"), {
      status: 200,
      type: "text/plain; charset=utf-8",
      text: "hello, world\n",
    });
    assert.match((await ask("ps", "shop")).stdout, /└─ web +serving by 1 /);
    const views = JSON.parse((await ask("ps", "--json")).stdout) as readonly object[];
    const serves = { ready: 1, starting: 0, waiting: 0, inFlight: 0, requests: 1 };
    assert.deepEqual({ ...views[1], serving: serves }, views[1]);
    assert.match((await ask("top", "--once")).stdout, /REQ\/S[\s\S]* serving by 1 +shop\/web\n/);
    assert.match((await ask("status")).stdout, new RegExp(`^requests at .*:${port}$`, "m"));
    assert.equal((await ask("rm", "shop")).status, 0);
    assert.equal((await get(port, "/")).status, 421);
  });

  test("writes what can be read, whichever instance wrote it", async (t) => {
    const machine = await up(t, anyPort);
    const calls = "{ routes: [/], calls: 1 }";
    await machine.deploy(serving("shop", calls, "http/trap"));
    for (let time = 0; time < 3; time++) await get(machine.port, "/twice");
    // EALREADY, three times.
    assert.equal((await machine.ask("output", "web")).stdout, "again: 7\n".repeat(3));
  });

  test("that computes is on two executors while it is called, and both answer", async (t) => {
    const { port, deploy, ask } = await up(t, [...anyPort, "--executors", "2"]);
    const source = join(newFolder(), "web.ts");
    writeFileSync(
      source,
      `let id: string | undefined;
       export default {
         fetch() {
           id ??= crypto.randomUUID();
           let sum = 0;
           for (let i = 0; i < 200_000; i++) sum += i;
           return new Response(id + " " + sum);
         },
       };\n`,
    );
    const web = `{ source: ${source}, serve: { routes: [/], instances: 2 } }`;
    const deployed = await deploy(`app: shop\nprocesses: { web: ${web} }\n`);
    assert.equal(deployed.status, 0, deployed.stderr);
    let isOver = false;
    const clients = Array.from({ length: 4 }, async () => {
      const statuses = new Set<number>();
      while (!isOver) statuses.add((await get(port, "/")).status);
      return [...statuses];
    });
    for (;;) {
      const { stdout } = await ask("events");
      if (/process-spread.* 2 executors: it keeps its executors busy/.test(stdout)) break;
    }
    // Of two instances each executor has one: both ids are those of executors.
    const ids = new Set<string | undefined>();
    for (;;) {
      const { stdout } = await ask("ps", "shop", "--json");
      const [, view] = JSON.parse(stdout) as [object, ProcessView];
      if (view.serving?.executors?.length === 2 && view.serving.ready === 2) break;
    }
    while (ids.size < 2) {
      const { status, text } = await get(port, "/");
      if (status === 200) ids.add(text.split(" ")[0]);
    }
    isOver = true;
    // Who would wait in vain is told so.
    const statuses = new Set((await Promise.all(clients)).flat());
    assert.deepEqual(statuses.difference(new Set([200, 503])), new Set());
    assert.match((await ask("ps", "shop")).stdout, /└─ web +serving by 2 on 2 executors /);
    assert.match((await ask("why", "web")).stdout, /spread +2 executors +/);
  });

  test("is told apart by host and path; who asks for another is told so", async (t) => {
    const { port, deploy } = await up(t, anyPort);
    await deploy(serving("shop", "[shop.example/, /health]"));
    const answers: readonly (readonly [target: string, host: string, status: number])[] = [
      ["/", "shop.example", 200],
      ["/any/thing?q=1", "shop.example:8080", 200],
      ["/health", "other.example", 200],
      ["/healthy", "other.example", 404],
      ["/", "other.example", 404],
    ];
    for (const [target, host, status] of answers) {
      assert.equal((await get(port, target, host)).status, status, `${target} of ${host}`);
    }
    const { type, text } = await get(port, "/healthy", "other.example");
    assert.equal(type, "application/problem+json");
    assert.deepEqual(JSON.parse(text), {
      type: "about:blank",
      title: "Not Found",
      status: 404,
      detail: "nothing here answers /healthy of other.example",
    });
    await deploy(serving("shop", "shop.example/"));
    const misdirected = await get(port, "/", "other.example");
    assert.deepEqual([misdirected.status, misdirected.type], [421, "application/problem+json"]);
  });

  test("has no route that another app has", async (t) => {
    const { port, deploy } = await up(t, anyPort);
    await deploy(serving("shop", "[/, /cart/]"));
    const refused = await deploy(serving("blog", "[/blog/, /cart/]", "http/headers"));
    assert.equal(refused.status, 120);
    assert.equal(
      refused.stderr.replace(/^uploaded .*\n/, ""),
      [
        'noos: "blog/web" wants the route /cart/, which "shop/web" has',
        "      next: give one of them another path, or a host of its own: HOST/PATH",
        "",
      ].join("\n"),
    );
    assert.equal((await get(port, "/blog/")).text, "hello, world\n", "it changed nothing");
    assert.equal((await deploy(serving("blog", "/blog/", "http/headers"))).status, 0);
    assert.match((await get(port, "/blog/")).text, /^GET\nhttp\n/);
  });

  test("is in the metrics", async (t) => {
    const token = "a-token-of-sixteen-or-more";
    const machine = await up(t, [...anyPort, "--listen", "127.0.0.1:0"], { NOOS_TOKEN: token });
    await machine.deploy(serving("shop", "/"));
    await get(machine.port, "/");
    const api = Number(/ and http:\/\/127\.0\.0\.1:(\d+)/.exec(machine.said())?.[1]);
    const answer = await fetch(`http://127.0.0.1:${api}/metrics`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const lines = (await answer.text()).split("\n");
    for (const line of [
      `noos_serve_requests_total{app="shop",spec="web"} 1`,
      `noos_serve_answered_total{app="shop",spec="web",class="2xx"} 1`,
      `noos_serve_duration_seconds_count{app="shop",spec="web"} 1`,
      `noos_serve_summon_seconds_count{app="shop",spec="web"} 1`,
    ]) {
      assert.ok(lines.includes(line), line);
    }
  });
});

suite("the way in", () => {
  test("can be none, and then the daemon says so where somebody looks", async (t) => {
    for (const [words, env] of [
      [["--http", "none"], {}],
      [[], { NOOS_HTTP: "none" }],
    ] as const) {
      const machine = await up(t, words, env);
      assert.doesNotMatch(machine.said(), /requests/);
      assert.match((await machine.ask("status")).stdout, /^requests have no way in$/m);
      assert.equal((await machine.deploy(serving("shop", "/"))).status, 0);
    }
  });

  test("is what NOOS_HTTP says, and --http before that", async (t) => {
    const first = await up(t, [], { NOOS_HTTP: "127.0.0.1:0" });
    assert.equal((await get(first.port, "/")).status, 421);
    const taken = { NOOS_HTTP: `127.0.0.1:${first.port}` };
    const second = await up(t, anyPort, taken);
    assert.notEqual(second.port, first.port);
  });

  for (const bad of ["8080", ":8080x", "127.0.0.1:65536", "example.com:80", "[::1]", "none "]) {
    test(`is not "${bad}"`, async () => {
      for (const [name, words, around] of [
        ["--http", ["--http", bad], {}],
        ["NOOS_HTTP", [], { NOOS_HTTP: bad }],
      ] as const) {
        const env = { ...around, NOOS_DATA: newFolder(), NOOS_AT: "" };
        const { status, stderr } = await noos(["up", ...words], { env });
        assert.equal(status, 120);
        const wanted = `noos: ${name} takes ADDRESS:PORT in numbers, such as 127.0.0.1:8080, not`;
        assert.equal(stderr.split("\n")[0], `${wanted} "${bad}"`);
      }
    });
  }

  test("over TLS is none with a certificate that expired", async () => {
    const certificates = newFolder();
    developmentCertificate(certificates, { now: new Date("2026-01-01T00:00:00Z") });
    const env = { NOOS_DATA: newFolder(), NOOS_AT: "" };
    const words = ["--http", "none", "--https", "127.0.0.1:0", "--certificates", certificates];
    const { status, stderr } = await noos(["up", ...words], { env });
    assert.equal(status, 120);
    assert.match(stderr, /^noos: certificate ".*development.pem" .* expired on 2026-03-31/m);
    assert.match(stderr, /^ {6}next: renew it, and put the new one in its place$/m);
  });

  test("of two daemons is that of the first; the second ends if it was to have it", async (t) => {
    const first = await up(t, anyPort);
    const at = `127.0.0.1:${first.port}`;
    const env = { NOOS_DATA: newFolder(), NOOS_AT: "" };
    const refused = await noos(["up", "--http", at], { env });
    assert.equal(refused.status, 120);
    assert.match(refused.stderr, new RegExp(`^noos: cannot listen on "${at}": EADDRINUSE$`, "m"));
    assert.match(refused.stderr, /next: end what listens there, .* or choose another/);
    assert.equal((await get(first.port, "/")).status, 421, "the first one did not notice");
  });

  test("that nobody asked for may be another's: a daemon goes on without", async (t) => {
    // Whoever has the usual one, at least one of the two has not.
    const daemons = [await up(t, []), await up(t, [])];
    const without = daemons.filter(({ port }) => Number.isNaN(port));
    assert.ok(without.length > 0);
    for (const { said, ask, child } of without) {
      while (!said().includes("next:")) await once(child.stderr, "data");
      const why = 'cannot listen on "127.0.0.1:8080": EADDRINUSE';
      const line = `noos: requests have no way in: ${why}; next: noos up --http ADDRESS:PORT`;
      assert.ok(said().split("\n").includes(line), said());
      assert.match((await ask("status")).stdout, /^requests have no way in$/m);
    }
  });
});

/** Calls again and again until told to end; the statuses, counted. */
class Callers {
  readonly counts: Record<string, number> = {};
  readonly #all: Promise<void>;
  #isOver = false;

  constructor(url: string) {
    this.#all = this.#call(url);
  }

  async #call(url: string): Promise<void> {
    while (!this.#isOver) {
      const { status } = await fetch(url);
      this.counts[status] = (this.counts[status] ?? 0) + 1;
      await sleep(2);
    }
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#all;
  }
}

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.status;
}

suite("a new build", () => {
  test("that fails more often is taken back, said so, and stays away over a restart", async (t) => {
    const machine = await up(t, anyPort);
    const { deploy, ask } = machine;
    assert.equal((await deploy(serving("shop", "/", "http/hello"))).status, 0);
    const url = `http://127.0.0.1:${machine.port}/trap`;
    const callers = new Callers(url);
    await sleep(300);
    const bad = await deploy(serving("shop", "/", "http/trap"));
    assert.equal(bad.status, 1, bad.stderr);
    assert.match(bad.stderr, /^noos: "shop" is deployed, and serves by the build before:$/m);
    assert.match(
      bad.stderr,
      / {6}shop\/web: \d+ of \d+ calls failed; of the build before, 0 of \d+ calls failed\n/,
    );
    assert.equal(await statusOf(url), 200);
    await callers.end();
    assert.match((await ask("status")).stdout, /shop +running, 1 reverted /);
    assert.match((await ask("events")).stdout, /renewal-reverted +shop\/web .* calls failed/);
    const restarted = await machine.again();
    assert.equal(await statusOf(`http://127.0.0.1:${restarted.port}/trap`), 200);
    const mended = await restarted.deploy(serving("shop", "/", "http/version"));
    assert.equal(mended.status, 0, mended.stderr);
    assert.doesNotMatch((await restarted.ask("status")).stdout, /reverted/);
  });

  test("that does not answer its probe well is never called", async (t) => {
    const { port, deploy } = await up(t, anyPort);
    assert.equal((await deploy(serving("shop", "/", "http/hello"))).status, 0);
    const callers = new Callers(`http://127.0.0.1:${port}/trap`);
    const bad = await deploy(serving("shop", "{ routes: [/], probe: /trap }", "http/trap"));
    await callers.end();
    assert.equal(bad.status, 1, bad.stderr);
    assert.match(bad.stderr, / {6}shop\/web: /);
    assert.deepEqual(Object.keys(callers.counts), ["200"]);
    const good = await deploy(serving("shop", "{ routes: [/], probe: /health }", "http/version"));
    assert.equal(good.status, 0, good.stderr);
    assert.match(good.stdout, /shop\/web: nobody calls the new build; it is on trial for /);
  });

  test("that is a canary has a part of the calls, until it is promoted", async (t) => {
    const { port, deploy, ask } = await up(t, anyPort);
    const url = `http://127.0.0.1:${port}/half`;
    assert.equal((await deploy(serving("shop", "/", "http/hello"))).status, 0);
    const none = await deploy(serving("shop", "/", "http/hello"), "--promote");
    assert.deepEqual([none.status, /has no canary/.test(none.stderr)], [120, true], none.stderr);
    const canary = await deploy(serving("shop", "/", "http/version"), "--canary", "50%");
    assert.equal(canary.status, 0, canary.stderr);
    assert.match(
      canary.stdout,
      /shop\/web: the new build has 50 % of the calls, until noos deploy --promote\n/,
    );
    const texts = async (count: number): Promise<ReadonlySet<string>> => {
      const all = Array.from({ length: count }, async () => await (await fetch(url)).text());
      return new Set(await Promise.all(all));
    };
    assert.deepEqual(await texts(60), new Set(["hello, world\n", "none"]));
    const promoted = await deploy(serving("shop", "/", "http/version"), "--promote");
    assert.equal(promoted.stdout, "shop: its new builds have all calls now\n");
    assert.deepEqual(await texts(20), new Set(["none"]));
    assert.match((await ask("events")).stdout, /renewal-canary[^]*renewal-trial/);
  });

  test("has WebSockets of the one before closed with 1001, after their time", async (t) => {
    const { port, deploy } = await up(t, anyPort);
    const serve = "{ routes: [/], drain: 1s }";
    assert.equal((await deploy(serving("shop", serve, "http/chat"))).status, 0);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    await once(socket, "open");
    const closed = once(socket, "close") as Promise<[{ readonly code: number }]>;
    assert.equal((await deploy(serving("shop", serve, "http/hello"))).status, 0);
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "hello, world\n");
    const [{ code }] = await closed;
    assert.equal(code, 1001);
  });
});

/** A port that nobody has at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A client that speaks no HTTP. */
class Caller {
  readonly socket: Socket;
  heard = "";
  /** `end`, or why it broke off. */
  over = "";

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    this.socket.on("data", (piece: Buffer) => (this.heard += piece.toString("latin1")));
    this.socket.on("end", () => (this.over = "end"));
    this.socket.on("error", (error: NodeJS.ErrnoException) => (this.over = error.code ?? "?"));
  }

  async hears(text: string): Promise<void> {
    await until(() => this.heard.endsWith(text) || this.over !== "");
    assert.ok(this.heard.endsWith(text), `heard "${this.heard}", then ${this.over}`);
  }
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}

const echo = guest("basics/accept-echo");

function echoing(port: number, app = "shop"): string {
  const serve = `{ routes: ["tcp:${port}"], idle: 1s, drain: 8s, at-once: 60 }`;
  return `app: ${app}\nprocesses: { echo: { image: ${echo}, serve: ${serve} } }\n`;
}

suite("raw connections", () => {
  test("summon who is for them, go both ways, and leave nothing running", async (t) => {
    const machine = await up(t, anyPort);
    const port = await freePort();
    assert.equal((await machine.deploy(echoing(port))).status, 0);
    assert.match((await machine.ask("ps")).stdout, /└─ echo +asleep /);
    const first = new Caller(port);
    first.socket.write("hello");
    await first.hears("hello");
    assert.match((await machine.ask("ps", "shop")).stdout, /└─ echo +serving by 1 /);
    const views = JSON.parse((await machine.ask("ps", "--json")).stdout) as readonly object[];
    const counted = { ready: 1, starting: 0, waiting: 0, inFlight: 1, requests: 1 };
    assert.deepEqual({ ...views[1], serving: counted }, views[1]);
    const large = new Caller(port);
    const bytes = Buffer.alloc(3_000_000, "0123456789");
    large.socket.end(bytes);
    await until(() => large.over !== "");
    assert.equal(large.over, "end");
    assert.ok(Buffer.from(large.heard, "latin1").equals(bytes));
    // More than one instance has room for.
    const crowd = Array.from({ length: 100 }, () => new Caller(port));
    for (const caller of crowd) caller.socket.write("here");
    for (const caller of crowd) await caller.hears("here");
    assert.match((await machine.ask("ps", "shop")).stdout, /└─ echo +serving by [234] /);
    for (const caller of crowd) caller.socket.end();
    first.socket.end();
    await until(() => first.over !== "");
    assert.deepEqual([first.heard, first.over], ["hello", "end"]);
    await until(async () => /└─ echo +asleep /.test((await machine.ask("ps")).stdout));
  });

  test("stay with the instance that has them until its time is over", async (t) => {
    const machine = await up(t, anyPort);
    const port = await freePort();
    await machine.deploy(echoing(port));
    const old = new Caller(port);
    old.socket.write("one");
    await old.hears("one");
    const renewed = echoing(port).replace("serve:", "args: ['9'], serve:");
    assert.equal((await machine.deploy(renewed)).status, 0);
    old.socket.write("two");
    await old.hears("two");
    const fresh = new Caller(port);
    fresh.socket.write("three");
    await fresh.hears("three");
    await until(() => old.over !== "");
    assert.equal(old.over, "ECONNRESET");
    fresh.socket.write("four");
    await fresh.hears("four");
    fresh.socket.destroy();
  });

  test("come in at an address that is nobody else's, for as long as it is wanted", async (t) => {
    const machine = await up(t, anyPort);
    const [port, foreign] = [await freePort(), await freePort()];
    await machine.deploy(echoing(port));
    const taken = await machine.deploy(echoing(port, "blog"));
    assert.match(taken.stderr, /wants the route tcp:127\.0\.0\.1:\d+, which "shop\/echo" has/);
    const other = createServer().listen(foreign, "127.0.0.1");
    await once(other, "listening");
    const refused = await machine.deploy(echoing(foreign, "blog"));
    other.close();
    assert.match(refused.stderr, /cannot listen on "127\.0\.0\.1:\d+": EADDRINUSE/);
    assert.notEqual(refused.status, 0);
    const moved = await freePort();
    await machine.deploy(echoing(moved));
    const late = new Caller(port);
    await until(() => late.over !== "");
    assert.equal(late.over, "ECONNREFUSED");
    const early = new Caller(moved);
    early.socket.write("here");
    await early.hears("here");
    early.socket.destroy();
    const { executors } = JSON.parse((await machine.ask("status", "--json")).stdout) as {
      readonly executors: readonly { readonly pid: number }[];
    };
    for (const { pid } of executors) process.kill(pid, "SIGKILL");
    // Who comes meanwhile waits at the address, which is the daemon's.
    const waiting = new Caller(moved);
    waiting.socket.write("waits");
    await waiting.hears("waits");
    waiting.socket.destroy();
    const again = await machine.again();
    const back = new Caller(moved);
    back.socket.write("again");
    await back.hears("again");
    back.socket.destroy();
    const image = guest("http/hello");
    const handler = `app: shop\nprocesses: { echo: { image: ${image}, serve: tcp:${port} } }\n`;
    const wrong = await again.deploy(handler);
    assert.match(wrong.stdout + wrong.stderr, /takes requests, and no raw connections/);
  });
});

suite("a process without sockets", () => {
  const caller = guest("basics/call-name");

  /** Commands that call others, each by a path of its own name. */
  function calling(more: string): string {
    return `app: shop
processes:
  echo: { image: ${echo}, serve: { as: tcp } }
  web: { image: ${guest("http/headers")}, serve: { routes: [] } }
  server: { image: ${guest("http/server")}, serve: { routes: [], as: server } }
  to-echo: { image: ${caller}, args: [echo], serve: /echo, uses: { call: [echo]${more} } }
  to-web: { image: ${caller}, args: [web], serve: /web, uses: { call: [web, echo]${more} } }
  to-server: { image: ${caller}, args: [server], serve: /server, uses: { call: [server]${more} } }
  whom: { image: ${caller}, serve: /whom, uses: { call: [web, echo]${more} } }
  to-none: { image: ${caller}, args: [web], serve: /none, uses: { call: [echo]${more} } }
`;
  }

  async function send(port: number, path: string, body: string): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", body });
    return await answer.text();
  }

  for (const [where, files] of [
    ["here", ""],
    ["on another executor", `, files: ["FOLDER"]`],
  ] as const) {
    test(`holds connections to whom it may call, ${where}`, async (t) => {
      const machine = await up(t, anyPort);
      // Those that may read a folder are on an executor that may, and the others are there already.
      const only = calling("").split("\n").slice(0, 5).join("\n");
      assert.equal((await machine.deploy(only)).status, 0);
      const all = calling(files.replace("FOLDER", newFolder()));
      assert.equal((await machine.deploy(all)).status, 0);
      const executors = JSON.parse((await machine.ask("status", "--json")).stdout) as {
        readonly executors: readonly { readonly processes: number }[];
      };
      const used = executors.executors.filter(({ processes }) => processes > 0);
      assert.equal(used.length, files === "" ? 1 : 2);
      const { port } = machine;
      assert.equal(await send(port, "/whom", ""), "echo\nweb\n");
      assert.equal(await send(port, "/echo", "raw bytes"), "raw bytes");
      const lies = "noos-caller: bank/vault\r\nconnection: noos-caller";
      const lying = `GET /q HTTP/1.1\r\nhost: any\r\n${lies}\r\n\r\n`;
      const heard = await send(port, "/server", lying);
      assert.deepEqual(heard.match(/^noos-caller:.*$/gim), ["noos-caller: shop/to-server"], heard);
      const asked = await send(port, "/web", lying);
      assert.match(asked, /^HTTP\/1\.1 200 OK\r\n/);
      assert.match(asked, /\nGET\nhttp\nany\n\/q\n/);
      assert.match(asked, /\nnoos-caller\nshop\/to-web\n$/);
      assert.equal(asked.split("noos-caller").length, 2);
      assert.match(await send(port, "/none", ""), /^\/net\/web: No such file or directory$/m);
    });
  }
});
