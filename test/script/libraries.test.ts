import assert from "node:assert/strict";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import { buildScript } from "#app/script";
import { ensureBuilt } from "#tools/build";
import { type RequestOptions, ScriptStage } from "./stage.ts";

/** What is sent, and what is to be told: status and body. */
type Exchange = readonly [target: string, told: string | RegExp, options?: RequestOptions];

async function check(program: string, exchanges: readonly Exchange[]): Promise<void> {
  const image = await buildScript(join(import.meta.dirname, `programs/${program}.ts`));
  const stage = new ScriptStage().start(image);
  for (const [target, told, options] of exchanges) {
    const request = await stage.ask(target, options);
    if (typeof told === "string") assert.equal(request.told, told, target);
    else assert.match(request.told, told, target);
  }
  assert.equal(stage.printed, "");
}

const posted = (body: string): RequestOptions => ({
  head: { fields: ["content-type", "application/json"] },
  body,
});

suite("packages of npm run as they are", () => {
  before(ensureBuilt);

  test("hono", async () => {
    await check("hono", [
      ["/", "200 hello from hono"],
      ["/users/7?q=x%20y", '200 {"id":"7","q":"x y"}'],
      ["/echo", '200 {"a":[1]}', posted('{"a":[1]}')],
      ["/html", "200 <p>hi</p>"],
      ["/nowhere", "404 404 Not Found"],
      ["/fail", "500 sorry: as it should"],
      ["/token", /^200 eyJ/],
      ["/private/me", "500 sorry: no authorization included in request"],
      ["/stream", "200 one two three"],
    ]);
  });

  test("hono: a token it signed lets in", async () => {
    const image = await buildScript(join(import.meta.dirname, "programs/hono.ts"));
    const stage = new ScriptStage().start(image);
    const token = (await stage.ask("/token")).told.slice(4);
    const fields = ["authorization", `Bearer ${token}`];
    const request = await stage.ask("/private/me", { head: { fields } });
    assert.equal(request.told, '200 {"sub":"me"}');
  });

  test("itty-router", async () => {
    await check("itty-router", [
      ["/", '200 "hello from itty-router"'],
      ["/things/5?a=b", '200 {"id":"5","a":"b"}'],
      ["/things", '200 {"got":{"x":1}}', posted('{"x":1}')],
      ["/teapot", '418 {"status":418,"error":"short and stout"}'],
      ["/nowhere", '404 {"status":404,"error":"Not Found"}'],
    ]);
  });

  test("zod", async () => {
    await check("zod", [
      ["/", '200 {"item":"bread","count":2}', posted('{"item":"bread","count":"2"}')],
      ["/", /^400 ✖ Too small.*\n.*→ at item/s, posted('{"item":"b","count":0}')],
    ]);
  });

  test("marked", async () => {
    await check("marked", [
      ["/", "200 <h1>Hi</h1>\n<p><em>there</em></p>\n", { body: "# Hi\n\n*there*" }],
    ]);
  });

  test("date-fns", async () => {
    await check("date-fns", [
      ["/", '200 {"later":"2026-03-02 10:00","german":"Freitag, 27. Februar 2026","days":308}'],
    ]);
  });

  test("imports of text, JSON and bytes; and what TypeScript adds", async () => {
    const told = '{"text":"some words\\n","settings":{"a":[1]},"bytes":[1,2,255],"colour":"red"}';
    await check("kinds", [["/", `200 ${told}`]]);
  });
});
