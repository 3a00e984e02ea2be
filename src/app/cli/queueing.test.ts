import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { type Served, serveScripted } from "#test/management";
import { scriptedTerminal } from "#test/terminal";
import { dispatch } from "./dispatch.ts";

interface Scene extends Served {
  readonly noos: (...words: readonly string[]) => Promise<string>;
}

/** `noos queue` before a daemon that a test scripts. */
async function before(context: TestContext): Promise<Scene> {
  const served = await serveScripted(context);
  const noos = async (...words: readonly string[]): Promise<string> => {
    const terminal = scriptedTerminal();
    await dispatch(["queue", "--at", served.at, ...words], terminal);
    return terminal.written.out;
  };
  return { ...served, noos };
}

suite("noos queue", () => {
  test("lists queues, and shows one with its bounds", async (t) => {
    const { noos } = await before(t);
    const list = await noos("list");
    assert.match(list, /^QUEUE +READY +HELD +LEASED +DELAYED +DEAD +SIZE +OLDEST +CONSUMED BY\n/);
    assert.match(list, /\nshop\/jobs +3 +1 +2 +0 +1 +4 KiB +1m30s +shop\/worker\n$/);
    assert.match(await noos("show", "jobs"), /^queue +shop\/jobs\n.*\nlease +30s\nattempts +5\n$/s);
    const [view] = JSON.parse(await noos("--json", "list")) as readonly { readonly dead: number }[];
    assert.equal(view?.dead, 1);
  });

  test("looks at messages, with what they say", async (t) => {
    const { noos, management } = await before(t);
    const text = await noos("--from", "3", "--most", "5", "peek", "shop/jobs", "dead");
    assert.match(
      text,
      /^message 17 {2}dead: failed .* 5 attempts .*\n {2}content-type: text\/plain\n/,
    );
    assert.match(text, /\n {2}hello\n$/);
    const range = { standing: "dead", from: 3, most: 5 };
    assert.deepEqual(management.asked.at(-1), ["messages", "shop", "jobs", range]);
  });

  test("sends a file with its key, type and delay", async (t) => {
    const { noos, management, folder } = await before(t);
    const file = join(folder, "order.json");
    writeFileSync(file, "{}");
    const said = ["--key", "a b", "--delay", "10s", "--type", "application/json"];
    assert.equal(
      await noos(...said, "send", "shop/jobs", file),
      "message 18 of shop/jobs is kept\n",
    );
    const about = { type: "application/json", key: "a b", delay: "10s" };
    assert.deepEqual(management.asked.at(-1), ["sendMessage", "shop", "jobs", "{}", about]);
  });

  const deeds: readonly (readonly [line: string, asked: readonly unknown[], out: RegExp])[] = [
    ["redrive shop/jobs", ["redrive", "shop", "jobs", undefined], /^1 dead message of shop\/jobs/],
    ["redrive jobs 3 4", ["redrive", "shop", "jobs", [3, 4]], /ready again\n$/],
    ["purge shop/jobs dead", ["purge", "shop", "jobs", "dead"], /^2 messages .* removed\n$/],
    ["purge shop/jobs all", ["purge", "shop", "jobs", "all"], /removed\n$/],
    ["replay jobs 1", ["replayMessages", "shop", "jobs", { from: 1 }], /^3 messages .* sent again/],
    ["replay jobs 1 9", ["replayMessages", "shop", "jobs", { from: 1, to: 9 }], /sent again/],
  ];
  for (const [line, asked, out] of deeds) {
    test(`does ${line}`, async (t) => {
      const { noos, management } = await before(t);
      assert.match(await noos(...line.split(" ")), out);
      assert.deepEqual(management.asked.at(-1), asked);
    });
  }

  const refused: readonly (readonly [line: string, said: RegExp])[] = [
    ["lst", /expected list, show, .*; found "lst"\n.*noos queue list/],
    ["show", /no APP\/QUEUE is given\n.*noos queue show APP\/QUEUE/],
    ["show jbos", /no queue called "jbos"\n.*shop\/jobs/],
    ["show shop/other", /no queue "other" of "shop"\n.*noos queue list/],
    ["peek shop/jobs ded", /found "ded"\n.*peek shop\/jobs dead/],
    ["redrive shop/jobs x", /"x" is no message.*\n.*noos queue peek/],
    ["purge shop/jobs", /no STANDING is given\n.*noos queue purge APP\/QUEUE STANDING/],
    ["send shop/jobs /nowhere/at/all", /cannot read "\/nowhere\/at\/all"\n.*give a file/],
  ];
  for (const [line, said] of refused) {
    test(`refuses ${line}, and says what to type`, async (t) => {
      const { at, management } = await before(t);
      const terminal = scriptedTerminal();
      assert.notEqual(await dispatch(["queue", "--at", at, ...line.split(" ")], terminal), 0);
      assert.match(terminal.written.err, said);
      assert.ok(management.asked.every(([name]) => name === "queues"));
    });
  }
});
