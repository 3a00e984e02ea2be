import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import { errno, type Errno } from "#core/sys";
import { SimulatedOutlet } from "#adapters/sim/traffic";
import { ensureBuilt } from "#tools/build";
import { imageOf, ScriptStage } from "./stage.ts";

/** Starts a program of the body of a `fetch` handler. */
async function handling(body: string): Promise<ScriptStage> {
  const source = `export default { async fetch(request, env, ctx) { ${body} } };`;
  return new ScriptStage().start(await imageOf(source, "js"), { env: { NAME: "you", EMPTY: "" } });
}

suite("a script", () => {
  before(ensureBuilt);

  test("answers, with its environment and the request's parts at hand", async () => {
    const stage = await handling(`
      const { pathname, searchParams } = new URL(request.url);
      const { method, headers } = request;
      return Response.json([method, pathname, searchParams.get("y"), env, headers.get("Accept")]);
    `);
    const request = await stage.ask("/x?y=1", { head: { fields: ["accept", "b/c"] } });
    assert.equal(request.told, '200 ["GET","/x","1",{"NAME":"you","EMPTY":""},"b/c"]');
    assert.ok(request.answer?.kind === "whole");
    assert.deepEqual(request.answer.head.fields, ["content-type", "application/json"]);
  });

  test("has bytes of heads as they came, and sends them so", async () => {
    const stage = await handling(`
      const x = request.headers.get("x");
      return new Response(x.length, { headers: { y: x } });
    `);
    const request = await stage.ask("/", { head: { fields: ["x", "caf\u00e9 \u00ff"] } });
    assert.equal(request.told, "200 6");
    assert.ok(request.answer?.kind === "whole");
    assert.equal(request.answer.head.fields[1], "caf\u00e9 \u00ff");
  });

  test("has many requests at a time", async () => {
    const stage = await handling(`
      const ms = Number(new URL(request.url).searchParams.get("ms"));
      await new Promise((resolve) => setTimeout(resolve, ms));
      return new Response(String(ms));
    `);
    const requests = [300, 100, 200].map((ms) =>
      stage.inlet.send({ head: { target: `/?ms=${ms}` } }),
    );
    await stage.settle(150e6);
    assert.deepEqual(
      requests.map(({ told }) => told),
      ["", "200 100", ""],
    );
    await stage.settle(200e6);
    assert.deepEqual(
      requests.map(({ told }) => told),
      ["200 300", "200 100", "200 200"],
    );
  });

  test("reads a body as it comes, and sends one as it goes", async () => {
    const stage = await handling(`
      const upper = new TransformStream({
        transform(piece, controller) { controller.enqueue(piece.toUpperCase()); },
      });
      const text = request.body.pipeThrough(new TextDecoderStream()).pipeThrough(upper);
      return new Response(text.pipeThrough(new TextEncoderStream()));
    `);
    const source = stage.host.source();
    const request = await stage.ask("/", { body: source });
    source.feed("one ");
    await stage.settle();
    assert.equal(request.told, "200 ONE ");
    source.feed("two").end();
    await stage.settle();
    assert.equal(request.told, "200 ONE TWO");
    assert.ok(request.answer?.kind === "begun" && request.answer.sink.isClosed);
  });

  test("waits while nobody takes what it sends", async () => {
    const stage = await handling(`
      let sent = 0;
      const body = new ReadableStream({
        pull(controller) {
          if (++sent > 1000) controller.close();
          else controller.enqueue(new Uint8Array(65536));
        },
        cancel() { console.log("cancelled"); },
      }, { highWaterMark: 0 });
      const later = new Promise((resolve) => setTimeout(resolve, 1000));
      ctx.waitUntil(later.then(() => console.log("sent", sent < 20)));
      return new Response(body);
    `);
    const request = await stage.ask("/", { roomBytes: 100_000 });
    await stage.settle(2e9);
    assert.equal(stage.printed, "sent true\n");
    request.leave();
    await stage.settle();
    assert.equal(stage.printed, "sent true\ncancelled\n");
  });

  test("is told that its client left while it has nothing to send", async () => {
    const stage = await handling(`
      const { signal } = request;
      signal.addEventListener("abort", () => console.log("told", signal.reason.name));
      return new Response(new ReadableStream({
        start(controller) { controller.enqueue(new Uint8Array(1)); },
        cancel(why) { console.log("cancelled", why.name); },
      }));
    `);
    const request = await stage.ask();
    request.leave();
    await stage.settle();
    assert.equal(stage.printed, "told AbortError\ncancelled AbortError\n");
    assert.equal((await stage.ask()).told, "200 \0");
  });

  test("says nothing of an answer that comes when its client has left", async () => {
    const stage = await handling(`
      const { signal } = request;
      const left = new Promise((resolve) => signal.addEventListener("abort", resolve));
      const { pathname } = new URL(request.url);
      if (pathname === "/streams") {
        await left;
        return new Response(new ReadableStream({ cancel() { console.log("cancelled"); } }));
      }
      if (pathname === "/stops") {
        await left;
        signal.throwIfAborted();
      }
      if (pathname === "/fails") {
        await left;
        throw new Error("of its own");
      }
      await left;
      return new Response("late");
    `);
    const printed = { "/answers": "", "/streams": "cancelled\n", "/stops": "", "/fails": "" };
    let before = "";
    for (const [target, expected] of Object.entries(printed)) {
      const request = await stage.ask(target);
      request.leave();
      await stage.settle();
      const said = stage.printed.slice(before.length);
      before = stage.printed;
      if (target === "/fails") assert.match(said, /^uncaught: Error: of its own\n/);
      else assert.equal(said, expected, target);
    }
  });

  test("calls names it was granted, with a body, and follows where it is sent", async () => {
    const image = await imageOf(`
      export default {
        async fetch(request: Request): Promise<Response> {
          const answer = await fetch("http://cart/add?x=1", { method: "POST", body: "bread" });
          const missing = await fetch("http://nowhere/").catch((error: Error) => error.name);
          const text = await answer.text();
          const { status, url, redirected, headers } = answer;
          return Response.json([status, url, redirected, text, headers.get("x"), missing]);
        },
      };
    `);
    const stage = new ScriptStage();
    const outlet = new SimulatedOutlet(stage.host.time, {
      cart: (head) =>
        head.method === "POST"
          ? { result: { status: 303, fields: ["location", "/basket"] } }
          : {
              afterNs: 1e6,
              result: { status: 200, fields: ["x", "y"] },
              body: `${head.method} ${head.target}`,
            },
    });
    stage.start(image, { outlet });
    const request = await stage.ask();
    assert.equal(request.told, '200 [200,"http://cart/basket",true,"GET /basket","y","TypeError"]');
    assert.equal(outlet.requests[0]?.body?.text, "bread");
  });

  test("holds no exchange of an answer that it does not read", async () => {
    const image = await imageOf(`
      export default {
        async fetch(): Promise<Response> {
          let sum = 0;
          for (let i = 0; i < 50; i++) sum += (await fetch("http://name/")).status;
          for (let i = 0; i < 50; i++) sum += (await (await fetch("http://name/")).text()).length;
          return new Response(String(sum));
        },
      };
    `);
    const stage = new ScriptStage();
    const outlet = new SimulatedOutlet(stage.host.time, {
      name: () => ({ result: { status: 200, fields: [] }, body: "text" }),
    });
    stage.start(image, { outlet, limits: { exchanges: 10 } });
    assert.equal((await stage.ask()).told, "200 10200");
  });

  test("passes on an answer that it does not look into, as it comes", async () => {
    const image = await imageOf(`
      export default {
        async fetch(request: Request): Promise<Response> {
          const { pathname } = new URL(request.url);
          const signal = pathname === "/stoppable" ? AbortSignal.timeout(50) : undefined;
          const answer = await fetch("http://name" + pathname, signal && { signal });
          if (pathname === "/other") answer.headers.set("x-own", "1");
          if (pathname === "/read") answer.body?.getReader();
          return pathname === "/read" ? new Response("read") : answer;
        },
      };
    `);
    const stage = new ScriptStage();
    const long = "an answer ".repeat(20_000);
    const outlet = new SimulatedOutlet(stage.host.time, {
      name: ({ target }) => ({
        result: { status: 203, fields: ["x-name", "y"] },
        body: target === "/short" ? "all of it" : long,
        isWhole: target === "/short",
      }),
    });
    stage.start(image, { outlet });
    const short = await stage.ask("/short");
    assert.deepEqual([short.answer?.kind, short.told], ["whole", "203 all of it"]);
    const slowly = { roomBytes: 1000 };
    const other = await stage.ask("/other", slowly);
    const stoppable = await stage.ask("/stoppable", slowly);
    assert.equal((await stage.ask("/read")).told, "200 read");
    for (const { answer } of [other, stoppable]) {
      assert.ok(answer?.kind === "begun");
      assert.equal(answer.sink.bytes.length, 1000);
    }
    assert.ok(other.answer?.kind === "begun" && stoppable.answer?.kind === "begun");
    assert.ok(other.answer.head.fields.join().includes("x-own,1"));
    // What goes by the program is not its own any more, and needs none of its calls.
    other.answer.sink.drain(1e6);
    await stage.settle(200e6);
    assert.equal(other.answer.sink.text, long);
    assert.equal(stoppable.answer.sink.isClosed, false);
  });

  test("stops reading an answer by its signal, whoever holds it", async () => {
    const image = await imageOf(`
      export default {
        async fetch(request: Request): Promise<Response> {
          const { pathname } = new URL(request.url);
          const signal = AbortSignal.timeout(50);
          const made = pathname === "/made" ? new Request("http://name/", { signal }) : undefined;
          const answer = await fetch(made ?? "http://name/", made ? undefined : { signal });
          if (pathname !== "/text") return answer;
          return new Response(await answer.text().catch((error: Error) => error.name));
        },
      };
    `);
    const stage = new ScriptStage();
    const begun = () => stage.host.source().feed("begun");
    const outlet = {
      names: ["name"],
      request: () => ({
        body: undefined,
        response: begun(),
        whenAnswered: (answer: (result: { status: number; fields: string[] }) => void) =>
          stage.host.time.after(1e6, () => answer({ status: 200, fields: [] })),
        cancel: () => undefined,
      }),
    };
    stage.start(image, { outlet: outlet as unknown as SimulatedOutlet });
    const text = await stage.ask("/text");
    const passed = await stage.ask("/");
    const made = await stage.ask("/made");
    assert.deepEqual([text.told, passed.told, made.told], ["", "200 begun", "200 begun"]);
    await stage.settle(200e6);
    assert.equal(text.told, "200 TimeoutError");
    for (const { abandonedFor } of [passed, made]) assert.match(abandonedFor ?? "", /closed it/);
  });

  test("has no body where an answer has none, and sees the path it was asked for", async () => {
    const image = await imageOf(`
      export default {
        async fetch(request: Request): Promise<Response> {
          const { pathname } = new URL(request.url);
          if (pathname === "/path") return new Response(pathname);
          const method = pathname === "/head" ? "HEAD" : "GET";
          const answer = await fetch("http://name" + pathname, { method });
          const { body, status } = answer;
          return new Response(body, { status, headers: { "x-body": String(body) } });
        },
      };
    `);
    const stage = new ScriptStage();
    const outlet = new SimulatedOutlet(stage.host.time, {
      name: ({ target }) => ({
        result: { status: target === "/head" ? 200 : Number(target.slice(1)), fields: [] },
        body: "none of this",
      }),
    });
    stage.start(image, { outlet });
    for (const [target, status] of [
      ["/204", 204],
      ["/304", 304],
      ["/head", 200],
    ] as const) {
      const { answer } = await stage.ask(target);
      assert.ok(answer?.kind === "whole");
      assert.deepEqual(
        [answer.head, answer.body.length],
        [{ status, fields: ["x-body", "null"] }, 0],
      );
    }
    // HTTP/1.0 may name no host.
    assert.equal((await stage.ask("/path", { head: { authority: "" } })).told, "200 /path");
  });

  test("fails in crypto.subtle as the standard says", async () => {
    const image = await imageOf(`
      const { subtle } = crypto;
      const name = (error: Error) => error.constructor.name + " " + error.name;
      export default {
        async fetch(): Promise<Response> {
          const raw = new Uint8Array(32);
          const aes = { name: "AES-GCM", iv: new Uint8Array(12) };
          const key = await subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
          const pair = await subtle.generateKey("Ed25519", true, ["sign", "verify"]);
          const { publicKey } = pair as CryptoKeyPair;
          const verify = (length: number) =>
            subtle.verify("Ed25519", publicKey, new Uint8Array(length).fill(255), raw);
          return Response.json([
            await subtle.decrypt(aes, key, new Uint8Array(40)).catch(name),
            await subtle.digest("SHA-0", raw).catch(name),
            await subtle.importKey("raw", raw.slice(1), "AES-GCM", false, ["decrypt"]).catch(name),
            await verify(63),
            await verify(64),
          ]);
        },
      };
    `);
    const stage = new ScriptStage().start(image);
    const said = JSON.parse((await stage.ask()).told.slice(4)) as unknown[];
    assert.deepEqual(said, [
      "DOMException OperationError",
      "DOMException NotSupportedError",
      "DOMException DataError",
      false,
      false,
    ]);
  });

  test("refuses in crypto.subtle what it would do otherwise than it is told", async () => {
    const image = await imageOf(`
      const { subtle } = crypto;
      const name = (error: Error) => error.name;
      const make = (name: string, exponent: number, usages: KeyUsage[]) => {
        const publicExponent = new Uint8Array([exponent, 0, 1]);
        const kind = { name, hash: "SHA-256", modulusLength: 1024, publicExponent };
        return subtle.generateKey(kind, true, usages) as Promise<CryptoKeyPair>;
      };
      export default {
        async fetch(): Promise<Response> {
          const one = new Uint8Array(1);
          const pss = await make("RSA-PSS", 1, ["sign", "verify"]);
          const oaep = await make("RSA-OAEP", 1, ["encrypt", "decrypt", "wrapKey"]);
          const salted = (saltLength: number) => ({ name: "RSA-PSS", saltLength });
          const signature = await subtle.sign(salted(32), pss.privateKey, one);
          const labelled = { name: "RSA-OAEP", label: one };
          const sealed = await subtle.encrypt("RSA-OAEP", oaep.publicKey, one);
          return Response.json([
            await subtle.sign(salted(20), pss.privateKey, one).catch(name),
            await subtle.verify(salted(33), pss.publicKey, signature, one).catch(name),
            await subtle.verify(salted(32), pss.publicKey, signature, one),
            await subtle.encrypt(labelled, oaep.publicKey, one).catch(name),
            await subtle.decrypt(labelled, oaep.privateKey, sealed).catch(name),
            await subtle.wrapKey("raw", oaep.publicKey, oaep.publicKey, labelled).catch(name),
            await make("RSA-PSS", 3, ["sign"]).catch(name),
          ]);
        },
      };
    `);
    const stage = new ScriptStage().start(image);
    const said = JSON.parse((await stage.ask()).told.slice(4)) as unknown[];
    const refused = "NotSupportedError";
    assert.deepEqual(said, [refused, refused, true, refused, refused, refused, refused]);
  });

  test("hands the body of a request on while the answer to it comes", async () => {
    const image = await imageOf(`
      export default { fetch: (request: Request) => fetch("http://name/", request) };
    `);
    const stage = new ScriptStage();
    const long = "an answer to the half of it ".repeat(10_000);
    const outlet = new SimulatedOutlet(stage.host.time, {
      name: () => ({ result: { status: 200, fields: [] }, body: long }),
    });
    stage.start(image, { outlet });
    const body = stage.host.source();
    const request = stage.inlet.send({ body, roomBytes: 9 });
    body.feed("half, ");
    await stage.settle();
    assert.equal(request.told, "200 an answer");
    body.feed("and all").end();
    await stage.settle();
    const [made] = outlet.requests;
    assert.deepEqual([made?.body?.text, made?.body?.isClosed], ["half, and all", true]);
    assert.ok(request.answer?.kind === "begun");
    request.answer.sink.drain(1e6);
    await stage.settle();
    assert.equal(request.told, `200 ${long}`);
  });

  test("learns that a call failed, or stops one that takes too long", async () => {
    const image = await imageOf(`
      export default {
        async fetch(): Promise<Response> {
          const name = (error: Error) => error.name;
          const refused = await fetch("http://refusing/").catch(name);
          const slow = await fetch("http://slow/", { signal: AbortSignal.timeout(50) }).catch(name);
          return Response.json([refused, slow]);
        },
      };
    `);
    const stage = new ScriptStage();
    const outlet = new SimulatedOutlet(stage.host.time, {
      refusing: () => ({ result: errno.ECONNREFUSED }),
      slow: () => ({ afterNs: 1e9, result: { status: 200, fields: [] } }),
    });
    stage.start(image, { outlet });
    const request = await stage.ask();
    await stage.settle(200e6);
    assert.equal(request.told, '200 ["TypeError","TimeoutError"]');
    assert.equal(outlet.requests[1]?.isCancelled, true);
  });

  test("learns whom a fetch did not reach and why, in a sentence", async () => {
    const image = await imageOf(`
      export default {
        async fetch(): Promise<Response> {
          const said = [];
          for (const name of ["nowhere", "refusing", "lost", "late", "busy", "gone"]) {
            try { await fetch(\`http://\${name}/a?secret=1\`); }
            catch (error) {
              said.push(\`\${error.name} \${error.code}: \${error.message}\`);
              if (!(error instanceof TypeError)) said.push("no TypeError");
            }
          }
          return new Response(said.join("\\n"));
        },
      };
    `);
    const stage = new ScriptStage();
    const failing = (result: Errno) => () => ({ result });
    const outlet = new SimulatedOutlet(stage.host.time, {
      refusing: failing(errno.ECONNREFUSED),
      lost: failing(errno.ENXIO),
      late: failing(errno.ETIMEDOUT),
      busy: failing(errno.EAGAIN),
      gone: failing(errno.ECONNRESET),
    });
    stage.start(image, { outlet });
    assert.deepEqual((await stage.ask()).told.slice(4).split("\n"), [
      "TypeError ENOENT: fetch of http://nowhere failed: it was not granted: " +
        "`uses: { call: … }` in the manifest does not list it",
      "TypeError ECONNREFUSED: fetch of http://refusing failed: " +
        "it was refused: nobody takes it there",
      "TypeError ENXIO: fetch of http://lost failed: " +
        "it was not found: there is no such host, or no way to it",
      "TypeError ETIMEDOUT: fetch of http://late failed: it timed out",
      "TypeError EAGAIN: fetch of http://busy failed: " +
        "it has too much to do, or its name cannot be looked up just now",
      "TypeError ECONNRESET: fetch of http://gone failed: the other side is gone",
    ]);
  });

  test("talks over a WebSocket", async () => {
    const stage = await handling(`
      const wanted = request.headers.get("upgrade");
      if (wanted !== "websocket") return new Response("no", { status: 426 });
      const { 0: client, 1: server } = new WebSocketPair();
      server.accept();
      server.send("welcome");
      server.addEventListener("message", ({ data }) => {
        if (typeof data === "string") server.send(data.toUpperCase());
        else server.send(new Uint8Array(data).map((byte) => byte + 1));
      });
      server.onclose = (event) => console.log("closed", event.code, event.reason, event.wasClean);
      const headers = { x: request.url };
      return new Response(null, { status: 101, webSocket: client, headers });
    `);
    assert.equal((await stage.ask()).told, "426 no");
    const request = await stage.ask("/", { isUpgrade: true });
    assert.deepEqual(request.answer, { kind: "socket", fields: ["x", "http://sim/"] });
    request.channel.come("hello", { kind: "binary", bytes: new Uint8Array([1, 2]) });
    await stage.settle();
    const sent = request.channel.sent.map(({ kind, bytes }) =>
      kind === "text" ? new TextDecoder().decode(bytes) : [...bytes],
    );
    assert.deepEqual(sent, ["welcome", "HELLO", [2, 3]]);
    request.channel.come({ kind: "closed", code: 1000, reason: "bye" });
    await stage.settle();
    assert.equal(stage.printed, "closed 1000 bye true\n");
  });

  test("hears no more of a WebSocket's client while that takes nothing", async () => {
    const stage = await handling(`
      const { 0: client, 1: server } = new WebSocketPair();
      server.accept();
      let most = 0;
      server.onmessage = ({ data }) => {
        server.send(data);
        most = Math.max(most, server.bufferedAmount);
      };
      server.onclose = () => console.log(most, server.bufferedAmount);
      return new Response(null, { status: 101, webSocket: client });
    `);
    const request = await stage.ask("/", { isUpgrade: true });
    request.channel.stick();
    const large = "x".repeat(100_000);
    request.channel.come(...Array.from({ length: 40 }, () => large));
    await stage.settle();
    assert.equal(request.channel.sent.length, 1);
    request.channel.release();
    await stage.settle();
    assert.equal(request.channel.sent.length, 40);
    request.channel.come({ kind: "closed", code: 1000, reason: "" });
    await stage.settle();
    assert.equal(stage.printed, "1100000 0\n");
  });

  test("says where in its sources an error was thrown, and goes on", async () => {
    const image = await imageOf(
      [
        "interface Wanted { readonly name: string }", // 1
        "",
        "function deep(wanted: Wanted): never {",
        "  throw new RangeError(`no ${wanted.name}`, { cause: new Error('because') });", // 4
        "}",
        "export default {",
        "  fetch(request: Request): Response {",
        "    if (request.url.endsWith('/fine')) return new Response('fine');",
        "    return deep({ name: 'bread' });", // 9
        "  },",
        "};",
      ].join("\n"),
    );
    const stage = new ScriptStage().start(image);
    assert.equal((await stage.ask("/")).told, "500 Internal Server Error\n");
    assert.equal((await stage.ask("/fine")).told, "200 fine");
    const [said, ...frames] = stage.printed.split("\n");
    assert.equal(said, "uncaught: RangeError: no bread");
    assert.match(frames.join("\n"), /^ +at deep \(web\.ts:4:\d+\)\n +at fetch \(web\.ts:9:\d+\)/);
    assert.match(stage.printed, /\[cause\]: .*because/);
    assert.doesNotMatch(stage.printed, /noos:prelude/);
  });

  test("says at which line a property was asked of nothing, wherever that came from", async () => {
    const image = await imageOf(
      [
        "function parse(text: string): any {", // 1
        "  const value = JSON.parse(text) // of whoever asks",
        "  const other = 5;",
        "  return value.name + other;", // 4
        "}",
        "function name(users: readonly any[]): string {",
        "  const user: any = users.find(({ id }) => id === 7);",
        "  const upper = user.name.toUpperCase();", // 8
        "  return upper;",
        "}",
        "class Table {",
        "  async row(): Promise<string> {",
        "    switch (await 1) {",
        "      case 1:",
        "        const row: any = undefined;",
        "        return row.name;", // 16
        "    }",
        "    return '';",
        "  }",
        "}",
        "const tries = { '/parse': () => parse('null'), '/name': () => name([]) };",
        "const more = { ...tries, '/row': () => new Table().row() };",
        "export default {",
        "  async fetch(request: Request): Promise<Response> {",
        "    return new Response(await more[new URL(request.url).pathname as '/row']());",
        "  },",
        "};",
      ].join("\n"),
    );
    const stage = new ScriptStage().start(image);
    for (const [path, place] of [
      ["/parse", "parse (web.ts:4:10)"],
      ["/name", "name (web.ts:8:17)"],
      ["/row", "row (web.ts:16:16)"],
    ] as const) {
      const before = stage.printed.length;
      await stage.ask(path);
      const [said = "", frame] = stage.printed.slice(before).split("\n");
      assert.match(said, /^uncaught: TypeError: cannot read property 'name' of (null|undefined)$/);
      assert.equal(frame, `    at ${place}`);
    }
  });

  test("tells whoever asks of its errors, if it was built to", async () => {
    const source = [
      "export default {",
      "  fetch() { throw new TypeError('no bread'); },",
      "  async queue() { throw new TypeError('no cake'); },",
      "};",
    ].join("\n");
    const plain = new ScriptStage().start(await imageOf(source));
    assert.equal((await plain.ask()).told, "500 Internal Server Error\n");
    const image = await imageOf(source, "ts", { tellsErrors: true });
    assert.notEqual(image.digest, (await imageOf(source)).digest);
    const stage = new ScriptStage().start(image);
    const { told } = await stage.ask();
    assert.equal(told, "500 uncaught: TypeError: no bread\n    at fetch (web.ts:2:23)\n");
    assert.equal(`500 ${stage.printed}`, told);
  });

  test("that cannot begin answers why, if it was built to tell of errors", async () => {
    for (const [source, said] of [
      ["throw new Error('at once');\nexport default {};", /uncaught: Error: at once\n +at .*js:1/],
      ["export default 1;", /the default export is no object: write/],
      ["export default { fetch: 5 };", /`fetch` of the default export is no function/],
      ["await Promise.reject(new Error('late'));\nexport default {};", /uncaught: Error: late/],
    ] as const) {
      const image = await imageOf(source, "js", { tellsErrors: true });
      const stage = new ScriptStage().start(image);
      const { told } = await stage.ask();
      assert.match(told, said);
      assert.equal((await stage.ask()).told, told);
      assert.equal(told, `500 ${stage.printed}`, "it is printed once");
    }
  });

  test("reads of a stack where in its sources it was, of errors in others too", async () => {
    const image = await imageOf(
      [
        "class Refusal extends Error {",
        "  constructor(what: string) { super(what); Error.captureStackTrace(this, Refusal); }",
        "}",
        "function fail(what: string): never {",
        "  const kind: unknown = what;",
        "  throw what === 'plain' ? new Error(String(kind)) : new Refusal(what);", // 6
        "}",
        "const caught = (what: string): Error => {",
        "  try { fail(what); } catch (error) { return error as Error; }", // 9
        "};",
        "export default {",
        "  fetch(): Response {",
        "    const [plain, refusal] = [caught('plain'), caught('refusal')];", // 13
        "    const all = new AggregateError([plain], 'all', { cause: refusal });",
        "    console.log({ all });",
        "    const copy = structuredClone(plain);",
        "    const own = new Error('x');",
        "    own.stack = 'at own (app.js:1:1)';",
        "    return Response.json([plain, refusal, copy, own].map(({ stack }) => stack));",
        "  },",
        "};",
      ].join("\n"),
    );
    const stage = new ScriptStage().start(image);
    const [plain, refusal, copy, own] = JSON.parse((await stage.ask()).told.slice(4)) as string[];
    const places = (plain ?? "").match(/web\.ts:\d+/g) ?? [];
    assert.deepEqual(places.slice(0, 3), ["web.ts:6", "web.ts:9", "web.ts:13"]);
    assert.match(refusal ?? "", /^ +at fail \(web\.ts:6:\d+\)\n/);
    assert.equal(copy, plain);
    assert.equal(own, "at own (app.js:1:1)");
    assert.doesNotMatch(`${plain}${refusal}${stage.printed}`, /app\.js|noos:prelude/);
    assert.match(stage.printed, /all: AggregateError: all\n/);
    assert.match(stage.printed, /\[cause\]: Error: refusal\n +at fail \(web\.ts:6/);
    assert.match(stage.printed, /\[errors\]: \[\n +Error: plain\n +at fail \(web\.ts:6/);
  });

  test("that cannot begin says so, and ends", async () => {
    for (const [source, said] of [
      [
        "throw new Error('at once');\nexport default {};",
        /^uncaught: Error: at once\n +at .*web\.ts:1/,
      ],
      ["export default 1;", /^the default export is no object: write/],
      ["export default { fetch: 5 };", /^`fetch` of the default export is no function/],
      ["await Promise.reject(new Error('later'));\nexport default {};", /Error: later/],
    ] as const) {
      const stage = new ScriptStage().start(await imageOf(source));
      assert.equal(await stage.end(), "exited(1)", source);
      assert.match(stage.printed, said);
    }
  });

  test("may wait for something before it serves", async () => {
    const stage = new ScriptStage().start(
      await imageOf(`
        const ready = await new Promise((resolve) => setTimeout(() => resolve("ready"), 5));
        export default { fetch: () => new Response(ready) };
      `),
    );
    const request = await stage.ask();
    assert.equal(request.told, "200 ready");
  });

  test("takes a batch of messages, and says of each what becomes of it", async () => {
    const stage = new ScriptStage().start(
      await imageOf(`
        import type { Batch } from "noos/guest";
        export default {
          queue({ queue, messages }: Batch<{ readonly do?: string }>) {
            const [first, second, last] = messages;
            if (first?.key === "late") throw new Error("all of them");
            console.log(queue, messages.length, first?.key, second?.bytes.length, last?.attempts);
            for (const message of messages) {
              if (message.body.do === "ack") message.ack();
              if (message.body.do === "later") message.retry({ delaySeconds: 7 });
              if (message.body.do === "again") message.retry();
              if (message.body.do === "throw") throw new Error("no more");
              message.retry({ delaySeconds: message.body.do === undefined ? -1 : 60 });
            }
          },
        };
      `),
    );
    const send = (...deeds: readonly (string | undefined)[]) => {
      const messages = deeds.map((deed, index) => {
        const about = { id: index + 1, attempt: 2, sent: "2026-01-01T00:00:00.000Z" };
        const key = index === 0 ? { key: deed ?? "" } : {};
        if (deed === undefined) return { ...about, ...key, base64: "/wA=" };
        return { ...about, ...key, body: JSON.stringify({ do: deed }) };
      });
      const fields = ["noos-event", "queue", "noos-queue", "jobs", "noos-batch", "3"];
      const body = JSON.stringify({ messages });
      return stage.ask("/", { head: { method: "POST", fields }, body });
    };
    const told = async (...deeds: readonly (string | undefined)[]) => (await send(...deeds)).told;
    assert.equal(
      await told("ack", undefined, "again"),
      '207 {"retry":[{"id":"2","after":0},{"id":"3"}]}',
    );
    assert.equal(await told("ack", "later", "ack"), '207 {"retry":[{"id":"2","after":7}]}');
    assert.equal(await told("ack", "ack"), "204 ");
    // What was said before holds; all else comes again.
    assert.equal(await told("ack", "throw", "ack"), '207 {"retry":[{"id":"2"},{"id":"3"}]}');
    assert.match((await told("late", "ack")) ?? "", /^500 /);
    assert.match(stage.printed, /^jobs 3 ack 2 2\n/);
    assert.match(stage.printed, /uncaught: Error: no more\n {4}at queue \(web\.ts:\d+:/);
  });

  test("takes messages of a queue, and says which are to come again", async () => {
    const stage = new ScriptStage().start(
      await imageOf(
        `
        export default {
          fetch: () => new Response("no batch"),
          async queue(batch, env, ctx) {
            for (const message of batch.messages) {
              if (message.body.fail) message.retry({ delaySeconds: 2 });
              console.log(batch.queue, message.id, message.attempts, JSON.stringify(message.body));
            }
          },
          schedule({ cron, missed }) { console.log(cron, missed); },
        };
      `,
        "js",
      ),
    );
    const send = (fields: readonly string[], body = "") =>
      stage.ask("/", { head: { method: "POST", fields }, body });
    const told: string[] = [];
    for (const [place, body] of [{}, { fail: true }].entries()) {
      const about = ["noos-message", `m${place}`, "noos-attempt", `${place}`];
      const fields = ["noos-event", "queue", "noos-queue", "jobs", ...about];
      told.push((await send(fields, JSON.stringify(body))).told ?? "");
    }
    assert.deepEqual(told, ["204 ", "503 "]);
    const due = ["noos-due", "1970-01-01T00:00:00.005Z", "noos-times", "* * * * *"];
    const rung = await send(["noos-event", "schedule", ...due], `{"missed":{"count":1}}`);
    assert.equal(rung.told, "204 ");
    assert.equal(stage.printed, 'jobs m0 0 {}\njobs m1 1 {"fail":true}\n* * * * * 1\n');
    assert.equal((await stage.ask()).told, "200 no batch");
  });

  test("prints values as Node does", async () => {
    const stage = await handling(`
      console.log("%s is %d", "one", 1, { a: [1, "x"], b: new Map([["k", null]]) });
      console.error([undefined, 5n, Symbol("s"), () => 1, class A {}, new Date(0), /r/g]);
      const loop = { self: undefined }; loop.self = loop;
      console.info(loop, -0, "");
      return new Response();
    `);
    await stage.ask();
    assert.equal(
      stage.printed,
      "one is 1 { a: [ 1, 'x' ], b: Map(1) { 'k' => null } }\n" +
        "{ self: [Circular] } -0 \n" +
        "[\n  undefined,\n  5n,\n  Symbol(s),\n  [Function (anonymous)],\n  [class A],\n" +
        "  1970-01-01T00:00:00.000Z,\n  /r/g\n]\n",
    );
  });
});

suite("two processes of one script", () => {
  before(ensureBuilt);

  test("share no chance, for it is asked for when it is wanted", async () => {
    const image = await imageOf(`
      const early = Math.random();
      export default {
        fetch: () => Response.json([early, Math.random(), crypto.randomUUID()]),
      };
    `);
    const stage = new ScriptStage().start(image);
    const first = (await stage.ask()).told;
    stage.running.end("the test");
    await stage.end();
    const other = new ScriptStage({ seed: 2 }).start(image);
    const second = (await other.ask()).told;
    const values = [first, second].flatMap((told) => JSON.parse(told.slice(4)) as unknown[]);
    assert.equal(new Set(values).size, 6);
  });
});
