/** What serves, as somebody sees it who has a browser. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import { prepareSite } from "#tools/examples";
import { whyMissing } from "#tools/toolchain";
import { Browser } from "./browser.ts";
import { ownApp, projectFolder, scratch, type Served, serve } from "./served.ts";

const skip = whyMissing(["browser"]) ?? false;

const protocol = `performance.getEntriesByType("navigation")[0].nextHopProtocol`;

/** Each way in, and what a browser speaks over it. */
const ways = [
  ["http", "http/1.1"],
  ["https", "h2"],
] as const;

function example(name: string): string {
  return join(projectFolder, "examples", name);
}

suite("a browser", { skip, timeout: 120_000 }, () => {
  let served: Served;
  let browser: Browser;
  before(async () => {
    [served, browser] = await Promise.all([serve(), Browser.launch()]);
  });

  test("opens the site by either way in, and follows its links", async () => {
    const { target, missing } = await prepareSite({ fetch: false });
    await served.withApp("site", target, async () => {
      for (const [way, spoken] of ways) {
        const tab = await browser.open(`${served[way]}/`);
        await tab.shows("h1", /^The noos site$/);
        assert.equal(await tab.read(protocol), spoken);
        assert.equal(await tab.text("dd"), "hello, world", "asked of the handler in C");
        if (!missing.has("faces")) {
          const isThere = `Array.from(document.images, (it) => it.decode().then(() => it.width))`;
          const widths = await tab.read<readonly number[]>(`Promise.all(${isThere})`);
          assert.deepEqual([widths.length, widths.every((width) => width > 0)], [3, true]);
        }
        await tab.click(`a[href="/greeting"]`);
        await tab.shows("body", /^hello, world$/);
        const link = `${served[way]}/greeting?by=${way}`;
        const made = `fetch("/s/", { method: "POST", body: "${link}" }).then((it) => it.text())`;
        const short = (await tab.read<string>(made)).trim();
        await tab.go(`${served[way]}/`);
        await tab.shows("ul", new RegExp(`${short} to `));
        await tab.click(`a[href="${short}"]`);
        await tab.shows("body", /^hello, world$/);
        assert.equal(await tab.read("location.href"), link);
        await tab.close();
      }
    });
  });

  test("shows in one tab what was said in another", async () => {
    await served.withApp("chat", example("chat"), async () => {
      for (const [way] of ways) {
        const room = `${served[way]}/bakery`;
        const ada = await browser.open(room, "ada");
        await ada.shows("#lines", /^ada came$/);
        const bob = await browser.open(room, "bob");
        await bob.shows("#here", /^Here: ada, bob\.$/);
        await ada.type("[name=text]", "bread?");
        await ada.click("form button");
        await bob.shows("#lines", /^ada: bread\?$/m);
        await bob.type("[name=text]", "<b>rolls</b> & 🥐");
        await bob.click("form button");
        await ada.shows("#lines", /^bob: <b>rolls<\/b> & 🥐$/m);
        await ada.close();
        await bob.shows("#lines", /^ada left$/m);
        await bob.close();
      }
    });
  });

  test("sends a text by a form, and is shown the page when it is there", async () => {
    await served.withApp("markdown", example("markdown"), async () => {
      const tab = await browser.open(`${served.https}/`);
      await tab.shows("h1", /^Markdown on noos$/);
      await tab.type("textarea", "# Bread\n\n- *rolls* <b>\n");
      await tab.click("form button");
      await tab.shows("h1", /^Bread$/);
      assert.equal(await tab.text("li"), "rolls <b>");
      assert.equal(await tab.text("li em"), "rolls");
      await tab.close();
    });
  });

  test("uploads a file, hears answers piece by piece, and is missed", async () => {
    const bytes = Buffer.alloc(3_000_000, "what browsers send, ");
    const file = join(scratch, "a file, with ünusual name.bin");
    writeFileSync(file, bytes);
    const digest = createHash("sha256").update(bytes).digest("hex");
    await served.withApp("clients", ownApp, async () => {
      for (const [way] of ways) {
        const tab = await browser.open(`${served[way]}/?round=${way}`);
        assert.equal(await tab.shows("#fetched", / and over$/), "123 and over");
        assert.equal(await tab.shows("#told", / and over$/), "123 and over");
        const sent = way === "https" ? "onetwothree, and over" : "";
        assert.equal(await tab.text("#sent"), sent);
        await tab.choose("[name=file]", file);
        await tab.type("[name=remark]", "with a remark");
        await tab.click("form button");
        const received = ["a file, with ünusual name.bin", bytes.length, "with a remark", digest];
        assert.equal(await tab.shows("pre", /./), received.join("\n"));

        await tab.go(`${served[way]}/?stay=${way}-closed`);
        await tab.shows("title", /^heard 1$/);
        await tab.close();
        const left = await fetch(`${served.http}/left?round=${way}-closed`);
        assert.equal(await left.text(), "left after 1\n");
      }
    });
  });

  test("asks three hundred times at once, and is answered each time what it asked", async () => {
    const ask = `(it) => fetch("/echo", { method: "POST", body: it }).then((it) => it.text())`;
    const numbers = `Array.from({ length: 300 }, (_, at) => String(at))`;
    await served.withApp("clients", ownApp, async () => {
      for (const [way] of ways) {
        const tab = await browser.open(`${served[way]}/`);
        await tab.shows("title", /^What browsers do$/);
        const answers = await tab.read<readonly string[]>(`Promise.all(${numbers}.map(${ask}))`);
        assert.deepEqual(
          answers,
          Array.from({ length: 300 }, (_, at) => String(at)),
        );
        await tab.close();
      }
    });
  });

  test("closes all that it has open with itself", async () => {
    await served.withApp("clients", ownApp, async () => {
      const tab = await browser.open(`${served.https}/?stay=gone`);
      await tab.shows("title", /^heard 1$/);
      await browser.close();
      const left = await fetch(`${served.http}/left?round=gone`);
      assert.equal(await left.text(), "left after 1\n");
    });
  });
});
