import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ProcessView, StatusView } from "#pool/api";
import { scriptedTerminal } from "#test/terminal";
import { awaitUp } from "./await-up.ts";
import { Progress } from "./progress.ts";
import { reportEnding } from "./report.ts";

suite("waiting for an app", () => {
  test("says what does not come up, and how many wait for it", async () => {
    const starting = { path: "shop/a", kind: "process", state: "starting", restarts: 0 } as const;
    const idle = { kind: "process", state: "idle", restarts: 0, waitsFor: "shop/a" } as const;
    const views: readonly ProcessView[] = [
      { ...starting, ageNs: 30e9 },
      ...["shop/b", "shop/c"].map((path) => ({ ...idle, path })),
    ];
    const app = { name: "shop", revision: 1, state: "running", waiting: 0, failed: 0 } as const;
    const apps = [{ ...app, wanted: 3, running: 0 }];
    const terminal = scriptedTerminal();
    let nowMs = 0;
    const daemon = {
      status: () => Promise.resolve({ apps } as unknown as StatusView),
      processes: () => Promise.resolve(views),
    };
    const ending = await awaitUp(daemon, "shop", {
      before: new Map(),
      progress: new Progress(terminal),
      nowMs: () => nowMs,
      wait: async (ms) => void (nowMs += ms),
    });
    assert.equal(reportEnding("shop", ending, { isJson: false, terminal }), 1);
    assert.deepEqual(terminal.written.err.split("\n"), [
      `noos: "shop" is deployed, and does not come up:`,
      "      shop/a: starting for 30 s",
      "      processes that wait for that: 2",
      "      next: noos output shop/a",
      "",
    ]);
  });
});
