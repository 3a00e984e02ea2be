import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { OutputView, ProcessView } from "#pool/api";
import { scriptedTerminal } from "#test/terminal";
import { failureLine } from "./failures.ts";
import { linksOf } from "./links.ts";
import { Outputs } from "./outputs.ts";
import { parseManifest } from "#pool/manifest";

/** A daemon of processes that write what a test says. */
function writing(texts: Readonly<Record<string, string>>): {
  readonly texts: Record<string, string>;
  readonly processes: () => Promise<readonly ProcessView[]>;
  readonly output: (path: string, after?: number) => Promise<OutputView>;
} {
  const written: Record<string, string> = { ...texts };
  const state = { kind: "process", state: "running", restarts: 0 } as const;
  return {
    texts: written,
    processes: async () => Object.keys(written).map((path) => ({ path, ...state })),
    async output(path, after = 0) {
      const text = written[path] ?? "";
      return { path, text: text.slice(after), endBytes: text.length, startBytes: 0, heldBytes: 0 };
    },
  };
}

suite("what processes write", () => {
  test("is shown line by line behind their names, each once", async () => {
    const daemon = writing({
      "shop/web": "one\ntwo\n",
      "shop/front/worker": "",
      "other/x": "no\n",
    });
    const terminal = scriptedTerminal();
    const outputs = new Outputs(daemon, terminal);
    await outputs.look("shop");
    daemon.texts["shop/front/worker"] += "hello\n";
    await outputs.look("shop");
    await outputs.look("shop");
    assert.equal(terminal.written.out, "web | one\nweb | two\nworker | hello\n");
  });

  test("waits for the end of a line, but not for long", async () => {
    const daemon = writing({ "shop/web": "on" });
    const terminal = scriptedTerminal();
    const outputs = new Outputs(daemon, terminal);
    await outputs.look("shop");
    daemon.texts["shop/web"] += "e\ntw";
    await outputs.look("shop");
    assert.equal(terminal.written.out, "web | one\n");
    for (const _ of [1, 2]) await outputs.look("shop");
    assert.equal(terminal.written.out, "web | one\nweb | tw\n");
  });

  test("is passed over as far as it was there before", async () => {
    const daemon = writing({ "shop/web": "old\n" });
    const terminal = scriptedTerminal({ hasColours: true });
    const outputs = new Outputs(daemon, terminal);
    await outputs.passOver("shop");
    daemon.texts["shop/web"] += "new\n";
    await outputs.look("shop");
    assert.equal(terminal.written.out, "\u001b[36mweb | \u001b[0mnew\n");
  });
});

suite("what else a developer is told", () => {
  test("is where each process answers", () => {
    const content =
      "app: a\nprocesses: { w: { image: x, serve: [/, b.example/c, 'tcp:25'] }, v: { image: x } }";
    const { manifest } = parseManifest({ name: "noos.yaml", content });
    assert.deepEqual(linksOf(manifest, "http://127.0.0.1:8080"), [
      "w answers at http://127.0.0.1:8080/",
      "w answers at http://127.0.0.1:8080/c for the host b.example",
      "w takes connections at tcp:127.0.0.1:25",
    ]);
  });

  test("is who fails, and nothing of those who only end", () => {
    const ended = { position: "1", at: "", kind: "process-ended", path: "a/w", text: "exited(3)" };
    const event = { ...ended, kind: "process-ended" } as const;
    assert.equal(failureLine({ ...event, isFailure: true }), "a/w: failed: exited(3)");
    assert.equal(failureLine({ ...event, isFailure: false }), undefined);
    const call = { ...event, kind: "call-unlisted", text: "cart was refused" } as const;
    assert.equal(failureLine({ ...call, isFailure: true }), "a/w: a call: cart was refused");
    assert.equal(failureLine(call), undefined);
  });
});
