import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ProcessView } from "#pool/api";
import { formatTree } from "./process-tree.ts";

const second = 1e9;
const plain = { hasColours: false, columns: undefined };
const usage = {
  cpuNs: 1.5 * second,
  wallNs: 60 * second,
  memoryBytes: 4.5 * 2 ** 20,
  memoryPeakBytes: 5 * 2 ** 20,
  calls: 7,
  readBytes: 0,
  writtenBytes: 0,
  waitNs: 0,
};

function supervisor(path: string): ProcessView {
  return { path, kind: "supervisor", state: "running", restarts: 0 };
}

function process(path: string, more: Partial<ProcessView> = {}): ProcessView {
  return { path, kind: "process", spec: "x", state: "running", restarts: 0, ...more };
}

function shown(views: readonly ProcessView[]): readonly string[] {
  return formatTree(views, plain).trimEnd().split("\n").slice(1);
}

suite("process tree", () => {
  test("shows what is known of each, below its parent", () => {
    const views = [
      supervisor("shop"),
      process("shop/worker", { ageNs: 60 * second, usage, executor: 0 }),
      process("shop/worker.2", {
        state: "waiting",
        ageNs: 2 * second,
        restarts: 7,
        lastEnd: "exited(1)",
      }),
      supervisor("shop/front"),
      process("shop/front/api"),
      supervisor("blog"),
    ];
    assert.deepEqual(formatTree(views, plain).split("\n"), [
      "NAME         STATE      AGE  RESTARTS    CPU   MEMORY  LAST END",
      "shop         running                0",
      "├─ worker    running   1m0s         0  1.50s  4.5 MiB",
      "├─ worker.2  waiting  in 2s         7                  exited(1)",
      "└─ front     running                0",
      "   └─ api    running                0",
      "blog         running                0",
      "",
    ]);
  });

  test("shows by how many instances one serves, and whether anybody waits for one", () => {
    const serving = { ready: 0, starting: 0, waiting: 0, inFlight: 0, requests: 9 };
    const lines = shown([
      process("web", { serving }),
      process("web", { serving: { ...serving, ready: 2, inFlight: 5 } }),
      process("web", { serving: { ...serving, starting: 1, waiting: 3 } }),
      process("web", { serving: { ...serving, ready: 1 }, state: "ending" }),
    ]);
    assert.deepEqual(
      lines.map((line) => line.replace(/^web +/, "").replace(/ +0$/, "")),
      ["asleep", "serving by 2", "serving by 0, 1 starting, 3 waiting", "ending"],
    );
  });

  test("shows for whom one waits, by name where that is enough", () => {
    const lines = shown([
      supervisor("shop"),
      process("shop/worker", { state: "starting" }),
      process("shop/api", { state: "idle", waitsFor: "shop/worker" }),
      { ...supervisor("shop/front"), state: "idle", waitsFor: "shop/worker" },
      process("shop/front/web", { state: "idle", waitsFor: "shop/worker" }),
      process("shop/last", { state: "idle", waitsFor: "shop/mid/db" }),
    ]);
    assert.deepEqual(
      lines.map((line) => /waiting for \S+/.exec(line)?.[0]),
      [
        undefined,
        undefined,
        "waiting for worker",
        "waiting for worker",
        "waiting for shop/worker",
        "waiting for shop/mid/db",
      ],
    );
  });

  test("draws lines past a branch that goes on", () => {
    const paths = ["a", "a/s", "a/s/x", "a/s/y", "a/z"].map((path) => process(path));
    assert.deepEqual(
      shown(paths).map((line) => line.replace(/ +running.*/, "")),
      ["a", "├─ s", "│  ├─ x", "│  └─ y", "└─ z"],
    );
  });

  test("puts children below their parents in whatever order they come", () => {
    const paths = ["a", "b", "a/x", "b/y"].map((path) => process(path));
    assert.deepEqual(
      shown(paths).map((line) => line.replace(/ +running.*/, "")),
      ["a", "└─ x", "b", "└─ y"],
    );
  });

  test("shows at the top what has a parent that nobody told of", () => {
    assert.match(shown([process("a/b/c")])[0] ?? "", /^c +running/);
  });

  test("shows what is in a name or an end, and has no terminal obey it", () => {
    const [line = ""] = shown([process("a", { lastEnd: "trapped(\u001b[2J)" })]);
    assert.match(line, /trapped\(\\u001b\[2J\)$/);
  });

  test("colours states on request", () => {
    const text = formatTree([process("a", { state: "waiting" })], { ...plain, hasColours: true });
    assert.ok(text.includes("\u001b[33mwaiting\u001b[0m"));
  });
});
