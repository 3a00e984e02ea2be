import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import { connect } from "#app/client";
import { PlatformError } from "#core/sys";
import type { EventView, ProcessView } from "#pool/api";
import { serveScripted } from "#test/management";
import { scriptedTerminal } from "#test/terminal";
import { followEvents } from "./events.ts";
import { followOutput } from "./follow-output.ts";
import { showOutput } from "./output.ts";
import { showLive, showOnce } from "./top.ts";

const position = (event: object): string => (event as EventView).position;

suite("top", () => {
  test("looks twice for what it shows once", async (context) => {
    const { at, management } = await serveScripted(context);
    const terminal = scriptedTerminal();
    const waits: number[] = [];
    await showOnce(connect({ at }), terminal, (ms) => {
      waits.push(ms);
      return Promise.resolve(true);
    });
    assert.match(
      terminal.written.out,
      /^noos 0\.1\.0, up 1h0m; .*\n(?:.*\n)+.* shop\/worker\.1\n$/,
    );
    assert.equal(management.asked.filter(([name]) => name === "processes").length, 2);
    assert.equal(waits.length, 1);
  });

  test("draws anew until somebody has had enough, and leaves the screen alone", async (context) => {
    const { at } = await serveScripted(context);
    const terminal = scriptedTerminal({ isTerminal: true, size: { columns: 40, rows: 6 } });
    const answers = [true, true, false];
    await showLive(connect({ at }), terminal, () => Promise.resolve(answers.shift() ?? false));
    const { out } = terminal.written;
    assert.ok(out.startsWith("\u001b[?1049h\u001b[?25l\u001b[H"));
    assert.ok(out.endsWith("\u001b[?25h\u001b[?1049l"));
    const frames = out.split("\u001b[H").slice(1);
    assert.equal(frames.length, 3);
    for (const frame of frames) assert.equal(frame.split("\n").length, 6);
  });

  test("leaves the screen as it was also when the daemon is gone", async (context) => {
    const { at, management } = await serveScripted(context);
    const terminal = scriptedTerminal({ isTerminal: true, size: { columns: 40, rows: 6 } });
    const gone = new PlatformError("gone", { code: "STATE_DAMAGED", hint: "" });
    const daemon = connect({ at });
    const watching = showLive(daemon, terminal, () => {
      management.refusals.set("processes", gone);
      return Promise.resolve(true);
    });
    await assert.rejects(watching, { code: "STATE_DAMAGED" });
    assert.ok(terminal.written.out.endsWith("\u001b[?25h\u001b[?1049l"));
  });
});

suite("events that are followed", () => {
  /** A daemon whose streams are these, one for each time it is asked. */
  function streams(...all: readonly (readonly (string | PlatformError)[])[]) {
    const asked: unknown[] = [];
    const rest = [...all];
    return {
      asked,
      async *events({ after }: { readonly after?: string } = {}): AsyncGenerator<EventView, void> {
        asked.push(after);
        for (const next of rest.shift() ?? []) {
          if (next instanceof PlatformError) throw next;
          yield { position: next, at: "", kind: "process-started" };
        }
      },
    };
  }
  const lost = new PlatformError("not kept", { code: "POSITION_UNKNOWN", hint: "" });

  test("are shown one by one", async () => {
    const daemon = streams(["a", "b"]);
    const terminal = scriptedTerminal();
    await followEvents(daemon, { after: undefined, line: position }, terminal);
    assert.deepEqual(terminal.written, { out: "a\nb\n", err: "" });
    assert.deepEqual(daemon.asked, [undefined]);
  });

  test("go on with all of a daemon that began anew", async () => {
    const daemon = streams(["a-1", lost], ["b-1", "b-2"]);
    const terminal = scriptedTerminal();
    await followEvents(daemon, { after: "a-0", line: position }, terminal);
    assert.equal(terminal.written.out, "a-1\nb-1\nb-2\n");
    assert.match(terminal.written.err, /began anew/);
    assert.deepEqual(daemon.asked, ["a-0", "oldest"]);
  });

  test("of a position that somebody gave and nobody keeps are refused", async () => {
    const daemon = streams([lost]);
    const following = { after: "typo", line: position };
    await assert.rejects(followEvents(daemon, following, scriptedTerminal()), {
      code: "POSITION_UNKNOWN",
    });
  });

  test("end when nobody reads them any more", async () => {
    const terminal = scriptedTerminal({ hasReader: false });
    const following = { after: undefined, line: position };
    assert.equal(await followEvents(streams(["a", "b"]), following, terminal), 0);
    assert.equal(terminal.written.out, "a\n");
  });

  test("come as they happen", async (context) => {
    const { at, management } = await serveScripted(context);
    management.happen("one");
    const terminal = scriptedTerminal();
    const seen = Promise.withResolvers<void>();
    const line = (event: object): string => {
      if (position(event) === "1") management.happen("two");
      if (position(event) === "2") seen.resolve();
      return position(event);
    };
    const controller = new AbortController();
    const client = connect({ at });
    const events: typeof client.events = (options) =>
      client.events({ ...options, signal: controller.signal });
    const following = followEvents({ events }, { after: "oldest", line }, terminal);
    await seen.promise;
    controller.abort();
    await following.catch(() => undefined);
    assert.equal(terminal.written.out, "1\n2\n");
  });
});

suite("output that is followed", () => {
  /** What is shown of these answers, one a look, and after which place each was asked for. */
  async function followed(
    context: TestContext,
    answers: readonly (readonly [startBytes: number, text: string, heldBytes?: number])[],
  ): Promise<{ readonly out: string; readonly err: string; readonly asked: readonly unknown[] }> {
    const { at, management } = await serveScripted(context);
    const rest = [...answers];
    const next = (): boolean => {
      const [startBytes, text, heldBytes = 0] = rest.shift() ?? [];
      if (startBytes === undefined || text === undefined) return false;
      const endBytes = startBytes + Buffer.byteLength(text);
      const path = "shop/worker.1";
      management.answers.output = { path, text, startBytes, endBytes, heldBytes };
      return true;
    };
    next();
    const terminal = scriptedTerminal();
    const wait = (): Promise<boolean> => Promise.resolve(next());
    await followOutput(connect({ at }), "shop/worker.1", { terminal, after: 0, wait });
    const asked = management.asked.flatMap(([name, , after]) => (name === "output" ? [after] : []));
    return { ...terminal.written, asked };
  }

  test("asks each time for what comes after all that was shown", async (context) => {
    const shown = await followed(context, [
      [0, "one\n"],
      [4, "zwölf\n"],
      [11, ""],
      [11, "three\n"],
    ]);
    assert.deepEqual(shown, { out: "one\nzwölf\nthree\n", err: "", asked: [0, 4, 11, 11] });
  });

  test("shows a character that is not gone on with as none, after some looks", async (context) => {
    const held = Array.from({ length: 6 }, () => [1, "", 2] as const);
    const whole = [
      [0, "a", 2],
      [1, "☃"],
    ] as const;
    assert.equal((await followed(context, whole)).out, "a☃");
    const { out, asked } = await followed(context, [[0, "a", 2], ...held.slice(0, 4), [3, "b"]]);
    assert.equal(out, "a\ufffdb");
    assert.deepEqual(asked, [0, 1, 1, 1, 1, 3]);
  });

  test("says how much was lost between two looks, and before the first", async (context) => {
    const { out, err } = await followed(context, [
      [5, "abcd"],
      [20, "xyz"],
    ]);
    const said = [5, 11].map((count) => `noos: ${count} bytes before this are not kept\n`);
    assert.deepEqual([out, err], ["abcdxyz", said.join("")]);
  });

  test("begins anew where the count does", async (context) => {
    const { out, err } = await followed(context, [
      [0, "abcdef"],
      [0, "new"],
    ]);
    assert.deepEqual([out, err], ["abcdefnew", ""]);
  });

  /** What is shown by daemons that have these outputs; between two there is none for a while. */
  async function overRestarts(
    ...outputs: readonly (readonly [position: string, text: string])[]
  ): Promise<{ readonly out: string; readonly err: string }> {
    const gone = new PlatformError("gone", { code: "DAEMON_UNREACHABLE", hint: "" });
    const unknown = new PlatformError("not kept", { code: "POSITION_UNKNOWN", hint: "" });
    const states = outputs.flatMap((one) => [undefined, undefined, one]).slice(2);
    const present = (): readonly [position: string, text: string] => {
      const [state] = states;
      if (state === undefined) throw gone;
      return state;
    };
    const daemon = {
      position: async () => present()[0],
      async *events({ after }: { readonly after?: string }): AsyncGenerator<EventView, void> {
        if (after !== present()[0]) throw unknown;
        yield* [];
      },
      output: async (path: string, after = 0) => {
        const endBytes = present()[1].length;
        const startBytes = after > endBytes ? 0 : after;
        const text = present()[1].slice(startBytes);
        return { path, text, startBytes, endBytes, heldBytes: 0 };
      },
    };
    const terminal = scriptedTerminal();
    const wait = (): Promise<boolean> => {
      states.shift();
      return Promise.resolve(states.length > 0);
    };
    await followOutput(daemon, "a/w", { terminal, after: 0, wait });
    return terminal.written;
  }

  test("goes on where it was when the daemon could not be reached for a while", async () => {
    const shown = await overRestarts(["a-1", "one"], ["a-1", "one two"]);
    assert.deepEqual(shown, { out: "one two", err: "" });
  });

  test("goes on with all of a daemon that began anew, also where that has more", async () => {
    const { out, err } = await overRestarts(["a-1", "one"], ["b-1", "more than before"]);
    assert.equal(out, "onemore than before");
    assert.equal(err, "noos: the daemon began anew; what was written meanwhile may be missing\n");
  });

  test("is refused by a daemon that is not there at first", async () => {
    const daemon = connect({ at: "/nowhere/noos.sock" });
    const wait = (): Promise<boolean> => Promise.resolve(false);
    const following = { terminal: scriptedTerminal(), after: 0, wait };
    await assert.rejects(followOutput(daemon, "a/w", following), { code: "DAEMON_UNREACHABLE" });
  });
});

suite("output of a process that is refused", () => {
  const refused = {
    path: "a/w",
    kind: "process",
    state: "waiting",
    restarts: 3,
    lastEnd: 'refused(cannot grant the directory "/d": it does not exist)',
    lastEndHint: 'create it (mkdir -p "/d") or grant another one',
  } as const;

  async function said(view: ProcessView, text = ""): Promise<string> {
    const terminal = scriptedTerminal();
    const { path } = view;
    const written = { path, text, startBytes: 0, endBytes: text.length, heldBytes: 0 };
    await showOutput({ output: () => Promise.resolve(written) }, view, { terminal });
    assert.equal(terminal.written.out, text);
    return terminal.written.err;
  }

  test("says why, and what to do", async () => {
    const why = 'cannot grant the directory "/d": it does not exist';
    const next = 'create it (mkdir -p "/d") or grant another one; noos restart a/w then starts it';
    const lines = `noos: "a/w" does not start: refused(${why})\n      next: ${next}`;
    assert.equal(await said(refused), `${lines} at once\n`);
    assert.equal(await said({ ...refused, state: "done" }, "before\n"), `${lines} again\n`);
  });

  test("says nothing of it once it runs, or where it ended otherwise", async () => {
    assert.equal(await said({ ...refused, state: "running" }, "works\n"), "");
    const { lastEndHint: _, ...ended } = refused;
    assert.equal(await said({ ...ended, lastEnd: "exited(1)" }), "");
  });

  test("cannot make a terminal obey it", async () => {
    const shown = await said({ ...refused, lastEnd: "refused(\u001b[2J)" });
    assert.ok(!shown.includes("\u001b"));
  });
});
