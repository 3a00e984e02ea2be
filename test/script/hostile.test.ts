import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import { ensureBuilt } from "#tools/build";
import { imageOf, ScriptStage } from "./stage.ts";

/** Starts a program of the body of a `fetch` handler. */
async function handling(body: string): Promise<ScriptStage> {
  return new ScriptStage().start(
    await imageOf(`export default { async fetch(request) { ${body} } };`, "js"),
  );
}

const fine = `return new Response("fine");`;
const when = (target: string, deed: string): string =>
  `if (request.url.endsWith("${target}")) { ${deed} }`;

suite("a hostile script", () => {
  before(ensureBuilt);

  test("that recurses without end gets a RangeError, wherever it stands", async () => {
    const stage = await handling(`
      const deep = () => deep();
      const viaSort = () => [2, 1].sort(viaSort);
      const viaToString = { toString: () => String(viaToString) };
      const viaProxy = new Proxy({}, { get: (_, name) => viaProxy[name + "x"] });
      class Deep { constructor() { new Deep(); } }
      const names = [];
      for (const deed of [deep, viaSort, () => String(viaToString), () => viaProxy.x,
        () => new Deep(), () => "a".replace(/a/, deep), () => JSON.parse("[1]", deep)]) {
        try { deed(); } catch (error) { names.push(error.name); }
      }
      return Response.json(names);
    `);
    const told = JSON.parse((await stage.ask()).told.slice(4));
    assert.deepEqual(new Set(told), new Set(["RangeError"]));
    assert.match((await stage.ask()).told, /^200 /, "and goes on");
  });

  test("is not brought down by JSON that is nested too deeply, whoever sent it", async () => {
    const stage = await handling(`
      try { return Response.json(await request.json()); }
      catch (error) { return new Response(error.name, { status: 400 }); }
    `);
    const depths = [2000, 2001, 200_000];
    const told = [];
    for (const depth of depths) {
      const body = `${"[".repeat(depth)}${"]".repeat(depth)}`;
      told.push((await stage.ask("/", { body })).told.slice(0, 14));
    }
    assert.deepEqual(told, ["200 [[[[[[[[[[", "400 RangeError", "400 RangeError"]);
    const strings = JSON.stringify(["[".repeat(3000), '\\"[', { "]": "{" }]);
    assert.equal((await stage.ask("/", { body: strings })).told, `200 ${strings}`);
  });

  test("that takes all memory gets an error, or ends; it never takes more", async () => {
    const stage = new ScriptStage().start(
      await imageOf(
        `const all = [];
         export default { fetch() { for (;;) all.push("x".repeat(1e6) + all.length); } };`,
      ),
      { limits: { memory: 16 * 2 ** 20 } },
    );
    const request = await stage.ask();
    assert.match(request.told, /^500 |^abandoned/);
  });

  test("clones what is nested as deeply as it likes", async () => {
    const stage = await handling(`
      let nested = [];
      for (let depth = 0; depth < 1e5; depth++) nested = [nested];
      let copy = structuredClone(nested), depth = 0;
      for (; copy.length > 0; depth++) copy = copy[0];
      return new Response(depth);
    `);
    assert.equal((await stage.ask()).told, "200 100000");
  });

  const mebibyte = 2 ** 20;
  const small = { limits: { memory: 32 * mebibyte } };

  test("that leaks ends at its limit, which the end names", async () => {
    for (const leak of [
      `for (let i = 0; i < 2000; i++) kept.push({ a: "x" + Math.random(), b: [i] });`,
      `kept.push(new Uint8Array(1e6).fill(1));`,
      `try { kept.push("x".repeat(1e5) + kept.length); } catch { kept.length -= 1; }`,
    ]) {
      const source = `const kept = [];
        export default { async fetch() { await 0; ${leak} return new Response(""); } };`;
      const stage = new ScriptStage().start(await imageOf(source, "js"), small);
      let last = await stage.ask();
      for (let asked = 1; asked < 1000 && last.told.startsWith("200 "); asked++) {
        last = await stage.ask();
      }
      assert.match(last.told, /^abandoned/, leak);
      assert.equal(
        await stage.end(),
        "trapped(unreachable, with its memory at the limit of 32 MiB)",
      );
      assert.match(stage.printed, /^out of memory: /m);
    }
  });

  test("that asks for far too much at once gets an error, and goes on", async () => {
    const source = `const kept = [];
      export default { fetch() {
        while (kept.length < 150) kept.push(new Uint8Array(1e5));
        const names = [];
        for (const deed of [() => new ArrayBuffer(1e9), () => "x".repeat(2 ** 29),
          () => new Uint8Array(5e8), () => new Array(2e8).fill(1)]) {
          try { deed(); } catch (error) { names.push(error.name); }
        }
        return new Response(names.length);
      } };`;
    const stage = new ScriptStage().start(await imageOf(source, "js"), small);
    for (let asked = 0; asked < 20; asked++) assert.equal((await stage.ask()).told, "200 4");
    assert.equal(stage.printed, "");
  });

  test("whose garbage holds itself goes on when memory is short", async () => {
    const source = `const bytes = new Uint8Array(22e6);
      export default { fetch() {
        for (let i = 0; i < 5; i++) { const one = { bytes: new Uint8Array(5e5) }; one.self = one; }
        return new Response(bytes.length);
      } };`;
    const stage = new ScriptStage().start(await imageOf(source, "js"), small);
    const told = [];
    for (let asked = 0; asked < 50; asked++) told.push((await stage.ask()).told);
    // Now and then it has to fail before the engine looks for garbage.
    assert.ok(told.filter((one) => one === "200 22000000").length > 25, told.join());
  });

  test("cannot keep the driver from answering by what it does to built-in objects", async () => {
    const stage = await handling(`
      ${when(
        "/break",
        `
        const broken = () => { throw new Error("broken") };
        for (const { prototype } of [Array, String, Promise, Map, WeakMap, Set, Function])
          for (const name of Reflect.ownKeys(prototype))
            if (name !== "constructor") try { prototype[name] = broken; } catch {}
        Object.prototype.get = () => 1;
        globalThis.Response = undefined;
      `,
      )}
      return null;
    `);
    await stage.ask("/break");
    const request = await stage.ask("/");
    assert.match(request.told, /^500 |^$|^abandoned/);
    assert.equal(await Promise.race([stage.end(), stage.settle(1e9).then(() => "runs")]), "runs");
  });

  test("is told of rejections that nobody handles, and goes on", async () => {
    const stage = await handling(`
      Promise.reject(new Error("nobody cares"));
      const handled = Promise.reject(new Error("somebody does"));
      handled.catch(() => {});
      ${fine}
    `);
    assert.equal((await stage.ask()).told, "200 fine");
    assert.match(stage.printed, /^unhandled rejection: Error: nobody cares\n/);
    assert.doesNotMatch(stage.printed, /somebody/);
  });

  test("whose promise never settles holds nothing once the client is gone", async () => {
    const stage = await handling(`
      ${when(
        "/",
        `
        const { signal } = request;
        signal.addEventListener("abort", () => console.log("gone:", signal.reason.name));
        await new Promise(() => {});
      `,
      )}
    `);
    const request = await stage.ask();
    assert.equal(request.told, "");
    request.leave();
    await stage.settle();
    assert.equal(stage.printed, "gone: AbortError\n");
  });

  test("with huge strings ends within its memory", async () => {
    const stage = await handling(`
      ${when("/repeat", `return new Response(String("x".repeat(2 ** 30).length));`)}
      ${when("/join", `return new Response(String(Array(2 ** 26).join("ab").length));`)}
      ${fine}
    `);
    for (const target of ["/repeat", "/join"]) {
      assert.match((await stage.ask(target)).told, /^500 |^abandoned|^200 /, target);
    }
  });

  test("answers nothing sensible, and each is a 500 of its own", async () => {
    const stage = await handling(`
      ${when("/undefined", "return undefined;")}
      ${when("/number", "return 5;")}
      ${when("/used", `const used = new Response("x"); await used.text(); return used;`)}
      ${when("/null", "throw null;")}
      ${when("/proxy", `return new Proxy(new Response("x"), {});`)}
      ${when("/getter", `throw { get stack() { throw 1; }, get message() { throw 2; } };`)}
      ${when("/symbol", "throw Symbol('s');")}
      ${fine}
    `);
    for (const target of ["undefined", "number", "used", "null", "proxy", "getter", "symbol"]) {
      assert.equal((await stage.ask(`/${target}`)).told, "500 Internal Server Error\n", target);
    }
    assert.equal((await stage.ask("/")).told, "200 fine");
  });

  test("with headers that are not well formed fails alone", async () => {
    const stage = await handling(`
      ${when("/name", `return new Response("x", { headers: { "a b": "1" } });`)}
      ${when("/split", `return new Response("x", { headers: { a: "1\\r\\nb: 2" } });`)}
      ${when("/status", `return new Response("x", { status: 1000 });`)}
      ${fine}
    `);
    for (const target of ["/name", "/split", "/status"]) {
      assert.equal((await stage.ask(target)).told, "500 Internal Server Error\n", target);
    }
    assert.equal((await stage.ask("/")).told, "200 fine");
  });
});

suite("a script that spins", () => {
  before(ensureBuilt);

  test("is interrupted, and can be ended", async () => {
    const image = await imageOf(`export default { fetch() { for (;;); } };`);
    const stage = new ScriptStage().start(image, { isPreemptible: true });
    const request = await stage.ask();
    stage.running.end("the test");
    assert.equal(await stage.end(), "killed(by the test)");
    assert.match(request.told, /^abandoned/);
  });
});
