/** A new build, as somebody tries it who does not want to find out with everybody's requests. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import type { RehearsalReport } from "#pool/renewal";
import { ensureBuilt } from "#tools/build";
import { type Answer, ask, scratch, startNoos } from "./noos-program.ts";

function guest(name: string): string {
  const projectFolder = resolve(import.meta.dirname, "..", "..", "..");
  return join(projectFolder, "guests", "built", `${name}.wasm`);
}

/** A shop in TypeScript whose third item has this price. */
function shop(price: number): string {
  return `let asked = 0;
  export default {
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/echo") return new Response(await request.text() + "\\nthere");
      if (pathname === "/stock") {
        return await fetch("http://stock/").catch(() => new Response("", { status: 502 }));
      }
      asked += 1;
      const items = [{ price: 10 }, { price: 20 }, { price: ${price} }];
      return Response.json({ items, asked, now: Date.now(), id: crypto.randomUUID() });
    },
  };`;
}

const stock = `export default { fetch: () => new Response("42") };`;

/** What a command says, and its status. */
async function noos(...words: readonly string[]): Promise<Answer> {
  const { status, text } = await startNoos(words).ended;
  return { status: status ?? 0, text };
}

function newFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(scratch, "app-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

async function deploy(folder: string): Promise<void> {
  const { status, text } = await noos("deploy", folder);
  assert.equal(status, 0, text);
}

suite("noos rehearse", () => {
  let at = "";
  let daemon: ReturnType<typeof startNoos> | undefined = undefined;

  before(async () => {
    await ensureBuilt();
    daemon = startNoos(["up", "--http", "127.0.0.1:0"]);
    [, at = ""] = await daemon.said(/requests at (http:\/\/127\.0\.0\.1:\d+)/);
  });

  after(() => daemon?.end());

  async function call(path: string, init?: RequestInit): Promise<string> {
    const response = await fetch(`${at}${path}`, init);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return text;
  }

  test("shows what a build answers otherwise, before anybody is answered so", async () => {
    const processes =
      "web: { source: ./web.ts, serve: /, uses: { call: [stock] } }, " +
      "stock: { source: ./stock.ts, serve: stock.example/ }";
    const folder = newFolder({
      "noos.yaml": `app: shop\nprocesses: { ${processes} }\n`,
      "web.ts": shop(300),
      "stock.ts": stock,
      "same.ts": `// It only looks otherwise.\n${shop(300)}`,
      "next.ts": shop(3),
      "broken.ts": `throw new Error("no");\n${shop(300)}`,
    });
    await deploy(folder);
    const rehearse = (name: string, ...words: readonly string[]): Promise<Answer> =>
      noos("rehearse", "web", join(folder, name), ...words);

    const early = await rehearse("same.ts");
    assert.equal(early.status, 2, early.text);
    assert.match(early.text, /nothing is known that shop\/web was asked of late/);

    for (let time = 0; time < 3; time++) await call("/items");
    assert.equal(await call("/echo", { method: "POST", body: "hello" }), "hello\nthere");
    assert.equal(await call("/stock"), "42");

    const same = await rehearse("same.ts");
    assert.equal(same.status, 0, same.text);
    assert.equal(
      same.text,
      [
        "shop/web: requests made again: 5; answers that differ: 0, alike: 4",
        "1 cannot be compared: aside, what serves does not answer as it did",
        "  GET /stock: 200, aside 502",
        "3 requests to others were refused: answers may differ for that",
        "not compared, for there what serves differs from itself:",
        "  GET /items $.now",
        "  GET /items $.id",
        "",
      ].join("\n"),
    );

    const next = await rehearse("next.ts");
    assert.equal(next.status, 1, next.text);
    assert.match(
      next.text,
      /^REQUEST +WHERE +SERVES +NEW\nGET \/items ×3 +\$\.items\[2\]\.price +300 +3\nshop\/web: /m,
    );

    const broken = await rehearse("broken.ts", "--json");
    assert.equal(broken.status, 1, broken.text);
    const { answers } = JSON.parse(/^\{[^]*/m.exec(broken.text)?.[0] ?? "") as RehearsalReport;
    assert.equal(answers.length, 5);
    assert.match(answers[0]?.differences[0]?.after ?? "", /^none: exited\(1\): .*Error: no/);

    // Of all this nobody has noticed anything.
    const { asked } = JSON.parse(await call("/items")) as { readonly asked: number };
    assert.equal(asked, 4);
    assert.match((await noos("crashes")).text, /nothing has crashed/);
    assert.doesNotMatch((await noos("events")).text, /renewal|failed|crash|lost/);

    // Without an image it is what the file says by now.
    writeFileSync(join(folder, "web.ts"), shop(3));
    const wanted = await noos("rehearse", "shop/web", "--app", folder);
    assert.match(wanted.text, /\$\.items\[2\]\.price +300 +3\n/);
    assert.equal(wanted.status, 1);
  });

  test("of a command has no effect on its files", async () => {
    const manifest = (greeting: string): string =>
      `app: paper\nprocesses:\n  notes:\n    image: ${guest("http/notes")}\n` +
      `    args: [${greeting}]\n    serve: /notes\n    uses: { files: ["./data::/data"] }\n`;
    const folder = newFolder({ "noos.yaml": manifest("hello") });
    mkdirSync(join(folder, "data"));
    await deploy(folder);
    await call("/notes", { method: "PUT", body: "one\n" });
    assert.equal(await call("/notes"), "hello\none\n");
    writeFileSync(join(folder, "noos.yaml"), manifest("welcome"));
    const said = await noos("rehearse", "notes", "--app", folder);
    assert.equal(said.status, 1, said.text);
    assert.match(said.text, /^GET \/notes +body line 1 +hello +welcome$/m);
    assert.match(said.text, /^ {2}PUT \/notes: 200, aside 500$/m);
    assert.equal(readFileSync(join(folder, "data", "notes"), "utf8"), "one\n");
    const mute = await noos("rehearse", "notes", guest("hostile/trap"));
    assert.equal(mute.status, 1, mute.text);
    assert.match(mute.text, /^GET \/notes +answer +200 +none: exited\(64\)/m);
  });

  test("says what cannot be rehearsed, and why", async () => {
    const manifest = (rehearsal: string): string =>
      `app: plain\nprocesses:\n  page:\n    image: ${guest("http/hello")}\n` +
      `    serve: { routes: [/page], rehearsal: ${rehearsal} }\n`;
    const folder = newFolder({ "noos.yaml": manifest("off") });
    await deploy(folder);
    await call("/page");
    const off = await noos("rehearse", "page", guest("http/version"));
    assert.equal(off.status, 120, off.text);
    assert.match(off.text, /it keeps no requests to rehearse by: its manifest says rehearsal: off/);
    writeFileSync(join(folder, "noos.yaml"), manifest("on"));
    await deploy(folder);
    await call("/page");
    const noWay = await noos("rehearse", "page", guest("basics/reactor"));
    assert.equal(noWay.status, 122, noWay.text);
    assert.match(noWay.text, /cannot serve: it exports no/);
    const other = await noos("rehearse", "page", guest("http/version"));
    assert.equal(other.status, 1, other.text);
    assert.match(other.text, /^GET \/page +header content-type +text\/plain; charset=utf-8 +text/m);
    assert.deepEqual(await ask(`${at}/page`), { status: 200, text: "hello, world\n" });
  });
});
