import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { PlatformError } from "#core/sys";
import type { ProcessView } from "#pool/api";
import { type Served, serveScripted } from "#test/management";
import { recordingFile } from "#test/recordings";
import { scriptedTerminal } from "#test/terminal";
import { dispatch } from "./dispatch.ts";

interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

type Noos = (...words: readonly string[]) => Promise<Said>;

/** `noos` before a daemon that a test scripts, over its socket. */
async function before(context: TestContext): Promise<Served & { readonly noos: Noos }> {
  const served = await serveScripted(context);
  const noos: Noos = async (...words) => {
    const [command = "", ...rest] = words;
    const terminal = scriptedTerminal();
    const status = await dispatch([command, "--at", served.at, ...rest], terminal);
    return { status, ...terminal.written };
  };
  return { ...served, noos };
}

/** What the daemon was asked to do, apart from being looked at. */
function deedsOf({ management }: Served): readonly unknown[] {
  return management.asked.filter(([name]) => name !== "processes" && name !== "status");
}

function processAt(path: string, spec: string, more: Partial<ProcessView> = {}): ProcessView {
  return { path, kind: "process", spec, state: "running", restarts: 0, ...more };
}

const views: readonly ProcessView[] = [
  { path: "shop", kind: "supervisor", state: "running", restarts: 0 },
  processAt("shop/worker", "worker"),
  processAt("shop/worker.2", "worker"),
  { path: "shop/front", kind: "supervisor", state: "running", restarts: 0 },
  processAt("shop/front/api", "api"),
  processAt("shop/front/api/job", "worker"),
  { path: "blog", kind: "supervisor", state: "running", restarts: 0 },
  processAt("blog/api", "api"),
];

suite("commands that change something", () => {
  const done: readonly (readonly [line: string, deed: readonly unknown[], out: RegExp])[] = [
    ["end shop/worker.2", ["end", "shop/worker.2"], /^shop\/worker\.2 is ending; .*noos restart/],
    ["end worker.2", ["end", "shop/worker.2"], /^shop\/worker\.2 is ending/],
    ["end front", ["end", "shop/front"], /^shop\/front is ending/],
    ["end api/job", ["end", "shop/front/api/job"], /is ending; shop\/front\/api, .* is told\n$/],
    ["restart front/api", ["restart", "shop/front/api"], /is being restarted/],
    ["restart blog", ["restart", "blog"], /is being restarted/],
    ["scale shop/worker 5", ["scale", "shop", "worker", 5], /^shop\/worker: 5 are wanted/],
    ["scale worker 0", ["scale", "shop", "worker", 0], /0 are wanted/],
    ["scale shop/idle 3", ["scale", "shop", "idle", 3], /3 are wanted/],
    ["rm --no-wait shop", ["remove", "shop"], /^shop is being removed; its secrets are kept/],
    ["secret rm shop DB", ["removeSecret", "shop", "DB"], /^DB of shop is gone/],
  ];
  for (const [line, deed, out] of done) {
    test(`noos ${line}`, async (context) => {
      const { noos, ...served } = await before(context);
      served.management.answers.processes = views;
      const said = await noos(...line.split(" "));
      assert.equal(said.err, "");
      assert.equal(said.status, 0);
      assert.match(said.out, out);
      assert.deepEqual(deedsOf(served), [deed]);
    });
  }

  const refused: readonly (readonly [line: string, err: RegExp])[] = [
    ["end api", /"api" is any of shop\/front\/api, blog\/api\n +next: say which: noos end shop/],
    ["end wroker", /called "wroker"\n +next: did you mean noos end shop\/worker\?/],
    ["end", /cannot end: no PATH is given\n +next: noos end PATH$/m],
    ["end a b", /cannot end: there is nothing to do with "b"/],
    ["restart nothing", /called "nothing"\n +next: noos ps$/m],
    ["scale worker many", /cannot scale "worker" to "many": expected a whole number/],
    ["scale worker -- -1", /to "-1": expected a whole number/],
    ["scale worker", /no N is given/],
    ["scale shop/front/api 2", /no process of an app called "shop\/front\/api"/],
    ["scale api 2", /"api" is any of shop\/api, blog\/api/],
    ["rm shp", /no app called "shp"\n +next: did you mean noos rm shop\?/],
    ["rm", /cannot rm: no APP is given/],
    ["secret", /expected set, list, rm; nothing is given/],
    ["secret show shop DB", /expected set, list, rm; found "show"/],
    ["secret set shop", /cannot secret set: no NAME is given/],
    ["secret set shop DB hunter2", /^(?!.*hunter2).*value does not belong on the command/s],
    ["down now", /nothing to do with "now"/],
  ];
  for (const [line, err] of refused) {
    test(`noos ${line} is refused, and nothing done`, async (context) => {
      const { noos, ...served } = await before(context);
      served.management.answers.processes = views;
      const said = await noos(...line.split(" "));
      assert.equal(said.status, 120);
      assert.match(said.err, err);
      assert.equal(said.out, "");
      assert.deepEqual(deedsOf(served), []);
    });
  }
});

suite("commands that look", () => {
  test("noos ps shows all apps as trees", async (context) => {
    const { noos, management } = await before(context);
    management.answers.processes = views;
    const { out, status } = await noos("ps");
    assert.equal(status, 0);
    const tree = /^NAME.*\nshop .*\n├─ worker .*\n├─ worker\.2 .*\n└─ front .*\n {3}└─ api /;
    assert.match(out, tree);
  });

  test("noos ps of an app asks for that alone, and knows what was meant", async (context) => {
    const { noos, management } = await before(context);
    await noos("ps", "shop");
    assert.deepEqual(management.asked.at(-1), ["processes", "shop"]);
    const { err, status } = await noos("ps", "shpo");
    assert.equal(status, 120);
    assert.match(err, /did you mean noos ps shop\?/);
  });

  test("noos ps says what to type where there is nothing", async (context) => {
    const { noos, management } = await before(context);
    management.answers.processes = [];
    assert.deepEqual(await noos("ps"), {
      status: 0,
      out: "",
      err: "noos: there is no app yet\n      next: noos deploy DIR\n",
    });
    assert.equal((await noos("ps", "--json")).out, "[]\n");
  });

  const listed = ["ps", "secret list", "crashes"];
  for (const line of listed) {
    test(`noos ${line} --json prints all as an array, one on each line`, async (context) => {
      const { noos, management } = await before(context);
      const { out } = await noos(...line.split(" "), "--json");
      const { processes, secrets, crashes } = management.answers;
      const expected = { ps: processes, "secret list": secrets, crashes }[line] ?? [];
      assert.deepEqual(JSON.parse(out), expected);
      assert.equal(out.trimEnd().split("\n").length, expected.length + 2);
    });
  }

  test("noos secret list shows names and times, and has no value to show", async (context) => {
    const { noos } = await before(context);
    const { out } = await noos("secret", "list");
    assert.equal(out, "shop  DB_PASSWORD  set 2026-11-21T07:00:00Z\n");
  });

  test("noos status is the daemon's, as text and as JSON", async (context) => {
    const { noos, management } = await before(context);
    assert.match((await noos("status")).out, /^noos 0\.1\.0, process 4711, up 1h0m\n/);
    const { out } = await noos("status", "--json");
    assert.deepEqual(JSON.parse(out), management.answers.status);
  });

  test("noos top listens for whoever has had enough for as long as it draws", async (context) => {
    const { at } = await serveScripted(context);
    const before = process.listenerCount("SIGINT");
    let during = 0;
    const terminal = scriptedTerminal({
      isTerminal: true,
      size: { columns: 80, rows: 24 },
      out(text) {
        if (!String(text).startsWith("\u001b[H")) return;
        during = process.listenerCount("SIGINT");
        throw new PlatformError("full", { code: "OUTPUT_FAILED", hint: "" });
      },
    });
    assert.equal(await dispatch(["top", "--at", at], terminal), 123);
    assert.deepEqual([during, process.listenerCount("SIGINT")], [before + 1, before]);
  });

  test("noos output finds the process by its name, and says what is not kept", async (context) => {
    const { noos, management } = await before(context);
    const said = await noos("output", "worker.1");
    assert.deepEqual(said, {
      status: 0,
      out: "done\n",
      err: "noos: 100 bytes before this are not kept\n",
    });
    assert.deepEqual(management.asked.at(-1), ["output", "shop/worker.1", undefined]);
  });

  test("noos why shows what was decided, why, and what was seen", async (context) => {
    const { noos, management } = await before(context);
    assert.deepEqual(await noos("why", "worker.1"), {
      status: 0,
      out:
        "SINCE  LAST  BY        DECIDED      WHY, AND WHAT WAS SEEN\n" +
        "1m30s    2s  replicas  2 instances  the calls of the last moments need more instances" +
        " (calls per second 12.5, ready 1)\n",
      err: "",
    });
    assert.deepEqual(management.asked.at(-1), ["why", "shop/worker.1"]);
    const { out } = await noos("why", "--json", "worker.1");
    assert.deepEqual(JSON.parse(out), management.answers.why.findings);
  });

  test("noos why says where there is nothing to tell", async (context) => {
    const { noos, management } = await before(context);
    const { path } = management.answers.why;
    management.answers.why = { path, isServing: true, findings: [] };
    assert.match((await noos("why", "worker.1")).err, /nothing was decided yet/);
    management.answers.why = { path, isServing: false, findings: [] };
    assert.match((await noos("why", "worker.1")).err, /worker\.1 serves no requests/);
    assert.match((await noos("why", "wroker.1")).err, /did you mean noos why shop\/worker\.1/);
  });

  test("noos output --after begins after so many bytes", async (context) => {
    const { noos, management } = await before(context);
    const said = await noos("output", "--after", "100", "worker.1");
    assert.deepEqual(said, { status: 0, out: "done\n", err: "" });
    assert.deepEqual(management.asked.at(-1), ["output", "shop/worker.1", 100]);
    const { status, err } = await noos("output", "--after", "-1", "worker.1");
    assert.equal(status, 120);
    assert.match(err, /cannot use --after "-1"/);
  });

  test("noos output is of a process, not of a supervisor", async (context) => {
    const { noos } = await before(context);
    const { err } = await noos("output", "shop");
    assert.match(err, /no process called "shop"/);
  });

  test("noos events shows all that is kept, or what came after a position", async (context) => {
    const { noos, management } = await before(context);
    for (const text of ["one", "two", "three"]) management.happen(text);
    const line = "2026-11-21T07:00:00Z  process-started     shop";
    const all = `${line}  one\n${line}  two\n${line}  three\n`;
    assert.equal((await noos("events")).out, all);
    assert.equal((await noos("events", "--after", "2")).out, `${line}  three\n`);
    const { out } = await noos("events", "--json");
    assert.deepEqual(
      out
        .trimEnd()
        .split("\n")
        .map((text) => JSON.parse(text).position),
      ["1", "2", "3"],
    );
  });

  test("noos events refuses a position that is not kept", async (context) => {
    const { noos } = await before(context);
    const { err, status } = await noos("events", "--after", "77");
    assert.equal(status, 120);
    assert.match(err, /next: begin without a position/);
  });

  test("noos crashes lists them, those of one app on request", async (context) => {
    const { noos } = await before(context);
    assert.match((await noos("crashes")).out, /^CRASH.*\nshop-worker\.1-3 .* whole .*\n$/);
    assert.deepEqual(await noos("crashes", "blog"), {
      status: 0,
      out: "",
      err: "noos: no crash of this app is kept\n",
    });
  });
});

suite("noos replay of a crash", () => {
  const id = "shop-worker-0c0ffee0";

  test("plays what the daemon has under that name", async (context) => {
    const { noos, recordings } = await before(context);
    recordings.set(id, readFileSync(recordingFile("1-echo")));
    const { status, err } = await noos("replay", id);
    assert.match(err, /^replayed \d+ calls: exited\(0\), memory the same at the end/m);
    assert.equal(status, 0);
  });

  test("says that the daemon has none of that name", async (context) => {
    const { noos } = await before(context);
    const { status, err } = await noos("replay", id);
    assert.match(err, /next: /);
    assert.equal(status, 120);
  });

  test("takes what is not named like one for a file", async (context) => {
    const { noos } = await before(context);
    const { err } = await noos("replay", "shop-worker");
    assert.match(err, /there is no such file/);
  });
});

suite("commands that ask a daemon on TCP", () => {
  const token = "0123456789abcdef0123456789abcdef";

  async function status(context: TestContext, ...words: readonly string[]): Promise<Said> {
    const { at } = await serveScripted(context, { token });
    const terminal = scriptedTerminal();
    const code = await dispatch(["status", "--at", at, ...words], terminal);
    return { status: code, ...terminal.written };
  }

  test("have its token from the file that --token names", async (context) => {
    const { folder } = await serveScripted(context);
    const file = join(folder, "token");
    writeFileSync(file, `${token}\n`);
    assert.deepEqual((await status(context, "--token", file)).status, 0);
    writeFileSync(file, `${token.slice(1)}0\n`);
    const { status: refused, err } = await status(context, "--token", file);
    assert.equal(refused, 120);
    assert.match(err, /the token is another\n {6}next: .*--token FILE or NOOS_TOKEN/);
  });

  test("refuse the token itself, and do not print it", async (context) => {
    const said = await status(context, "--token", token);
    assert.equal(said.status, 120);
    assert.match(said.err, /looks like the token itself\n {6}next: name a file/);
    assert.ok(!`${said.out}${said.err}`.includes(token));
  });
});

suite("commands without a daemon", () => {
  for (const line of ["ps", "status", "top", "events", "events -f", "end x", "rm x", "down"]) {
    test(`noos ${line} says that there is none, and what to type`, async () => {
      const terminal = scriptedTerminal();
      const [command = "", ...rest] = line.split(" ");
      const status = await dispatch([command, "--at", "/nowhere/noos.sock", ...rest], terminal);
      assert.equal(status, 120);
      assert.match(terminal.written.err, /^noos: no daemon answers at .*\n +next: .*noos up/);
    });
  }

  test("noos completion of names says nothing at all", async (context) => {
    at(context, "/nowhere/noos.sock");
    const terminal = scriptedTerminal();
    assert.equal(await dispatch(["completion", "paths"], terminal), 0);
    assert.deepEqual(terminal.written, { out: "", err: "" });
  });
});

/** The environment says where the daemon is, until the test is over. */
function at(context: TestContext, address: string): void {
  const { NOOS_AT: before } = process.env;
  process.env["NOOS_AT"] = address;
  context.after(() => {
    if (before === undefined) delete process.env["NOOS_AT"];
    else process.env["NOOS_AT"] = before;
  });
}

suite("noos completion", () => {
  for (const [kind, names] of [
    ["apps", "shop blog"],
    [
      "paths",
      "shop shop/worker shop/worker.2 shop/front shop/front/api shop/front/api/job blog blog/api",
    ],
    ["specs", "shop/worker shop/api blog/api"],
  ] as const) {
    test(`knows ${kind} of the daemon that the environment names`, async (context) => {
      const { management, at: address } = await serveScripted(context);
      management.answers.processes = views;
      at(context, address);
      const terminal = scriptedTerminal();
      await dispatch(["completion", kind], terminal);
      assert.deepEqual(terminal.written.out.trimEnd().split("\n"), names.split(" "));
    });
  }

  test("refuses a shell it has nothing for", async () => {
    const terminal = scriptedTerminal();
    assert.equal(await dispatch(["completion", "tcsh"], terminal), 120);
    assert.match(
      terminal.written.err,
      /none for "tcsh"\n +next: noos completion bash \| zsh \| fish/,
    );
  });
});
