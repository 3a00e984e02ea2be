import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import type { RehearsalReport } from "#pool/renewal";
import { type Served, serveScripted } from "#test/management";
import { scriptedTerminal } from "#test/terminal";
import { ensureBuilt } from "#tools/build";
import { dispatch } from "./dispatch.ts";

const moduleBytes = Buffer.from("\0asm\u0001\0\0\0");

const manifest = `app: shop
processes:
  web: { image: ./web.wasm, serve: / }
  job: { image: ./job.wasm }
`;

interface Stage extends Served {
  readonly app: string;
  readonly noos: (
    ...words: readonly string[]
  ) => Promise<{ readonly status: number; readonly out: string; readonly err: string }>;
}

/** A daemon that a test scripts, in which shop/web and blog/page serve; and a folder. */
async function stage(
  context: TestContext,
  rehearsal: Partial<RehearsalReport> = {},
): Promise<Stage> {
  const served = await serveScripted(context);
  const { answers } = served.management;
  const serving = { ready: 1, starting: 0, waiting: 0, inFlight: 0, requests: 5 };
  const plain = { kind: "process", state: "running", restarts: 0 } as const;
  answers.processes = [
    { ...plain, path: "shop/web", spec: "web", serving },
    { ...plain, path: "shop/job", spec: "job" },
    { ...plain, path: "blog/page", spec: "page", serving },
  ];
  answers.rehearsal = { ...answers.rehearsal, ...rehearsal };
  const app = mkdtempSync(join(tmpdir(), "noos-rehearse-"));
  context.after(() => rmSync(app, { recursive: true }));
  writeFileSync(join(app, "noos.yaml"), manifest);
  for (const name of ["web", "job"]) {
    writeFileSync(
      join(app, `${name}.wasm`),
      Buffer.concat([moduleBytes, Buffer.from(`\0\u0005\u0004${name}?`)]),
    );
  }
  const noos: Stage["noos"] = async (...words) => {
    const terminal = scriptedTerminal();
    const status = await dispatch([...words, "--at", served.at], terminal);
    return { status, ...terminal.written };
  };
  return { ...served, app, noos };
}

const price = { place: "$.price", before: "300", after: "3" };

suite("noos rehearse", () => {
  test("uploads an image, shows which answers differ and what is not compared", async (context) => {
    const answer = { method: "GET", target: "/a", differences: [price], more: 0, callsRefused: 1 };
    const { noos, app, management, images } = await stage(context, {
      recent: 14,
      differing: 25,
      callsRefused: 2,
      answers: [answer, answer, { ...answer, target: "/b\u001b[2J", more: 3 }],
    });
    const said = await noos("rehearse", "web", join(app, "web.wasm"));
    assert.equal(said.status, 1);
    assert.match(said.err, /^uploaded \S+web\.wasm, 15 B\n$/);
    assert.equal(
      said.out,
      [
        "REQUEST          WHERE       SERVES  NEW",
        "GET /a ×2        $.price     300     3",
        "GET /b\\u001b[2J  $.price     300     3",
        "                 and 3 more",
        "shop/web: requests made again: 12; answers that differ: 25, alike: 10",
        "only the first 3 are shown",
        "time was over before the other 2 were tried",
        "1 cannot be compared: aside, what serves does not answer as it did",
        "  GET /cart: 200, aside 502",
        "2 requests to others were refused: answers may differ for that",
        "not compared, for there what serves differs from itself:",
        "  GET /items $.now",
        "",
      ].join("\n"),
    );
    const [image] = images.keys();
    assert.deepEqual(management.asked.at(-1), ["rehearse", "shop/web", { image }]);
    assert.ok(!management.asked.some(([name]) => name === "deploy"));
  });

  test("takes what an app file says, of which it uploads one image", async (context) => {
    const { noos, app, management, images } = await stage(context, { differing: 0, answers: [] });
    const said = await noos("rehearse", "shop/web", "--app", app);
    assert.equal(said.status, 0, said.err);
    assert.equal(said.err, "uploaded ./web.wasm, 15 B\n");
    assert.match(
      said.out,
      /^shop\/web: requests made again: 12; answers that differ: 0, alike: 10\n/,
    );
    const [name, path, request] = management.asked.at(-1) ?? [];
    assert.deepEqual([name, path], ["rehearse", "shop/web"]);
    const { app: given } = request as { readonly app: { readonly images: object } };
    assert.deepEqual(Object.keys(given.images), ["./web.wasm", "./job.wasm"]);
    assert.equal(images.size, 1);
  });

  test("builds a script", async (context) => {
    await ensureBuilt();
    const { noos, app, images } = await stage(context, { differing: 0, answers: [] });
    writeFileSync(join(app, "next.ts"), `export default { fetch: () => new Response("x") };`);
    const said = await noos("rehearse", "web", join(app, "next.ts"));
    assert.equal(said.status, 0, said.err);
    assert.match(said.err, /^uploaded \S+next\.ts, [\d.]+ MiB\n$/);
    assert.equal(images.size, 1);
  });

  test("tells a program all of it as JSON", async (context) => {
    const { noos, app, management } = await stage(context);
    const said = await noos("rehearse", "web", join(app, "web.wasm"), "--json");
    assert.equal(said.status, 1);
    const told = JSON.parse(said.out) as object;
    assert.deepEqual(told, { path: "shop/web", ...management.answers.rehearsal });
  });

  test("answers 2 where nobody called, and says what to do", async (context) => {
    const none = { recent: 0, made: 0, same: 0, differing: 0, unsettled: 0, answers: [] };
    const { noos, app } = await stage(context, { ...none, doubts: [], unsteady: [] });
    const said = await noos("rehearse", "page", join(app, "web.wasm"));
    assert.deepEqual([said.status, said.out], [2, ""]);
    assert.match(said.err, /nothing is known that blog\/page was asked.*\n.*\n +next: call it/);
  });

  test("answers 2 where nothing could be compared, and says why", async (context) => {
    const none = { same: 0, differing: 0, unsettled: 12, answers: [], callsRefused: 24 };
    const { noos, app } = await stage(context, none);
    const said = await noos("rehearse", "web", join(app, "web.wasm"));
    assert.deepEqual([said.status, said.out], [2, ""]);
    assert.match(
      said.err,
      /nothing can be said [^]*\(it tried 24 times\)\n.*GET \/cart: 200, aside/,
    );
  });

  const refused: readonly (readonly [what: string, words: readonly string[], err: RegExp])[] = [
    ["what does not serve", ["job", "x.wasm"], /no process that serves called "job"/],
    ["nothing", [], /no PATH is given/],
    ["an image that is not there", ["web", "nowhere.wasm"], /"nowhere.wasm", which is not there/],
    ["a script that is not there", ["web", "nowhere.ts"], /"nowhere.ts", which is not there/],
    ["what is no image", ["web", "package.json"], /neither a module nor an image/],
    ["an image and an app file", ["web", "x.wasm", "--app", "."], /"x.wasm" and with an app file/],
    ["an app file that is not there", ["web", "--app", "nowhere"], /there is no such file/],
  ];
  for (const [what, words, err] of refused) {
    test(`refuses ${what}`, async (context) => {
      const { noos, management } = await stage(context);
      const said = await noos("rehearse", ...words);
      assert.equal(said.status, 120);
      assert.match(said.err, err);
      assert.ok(!management.asked.some(([name]) => name === "rehearse"));
    });
  }
});
