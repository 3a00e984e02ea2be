import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ProcessView, StatusView } from "#pool/api";
import { loadsBetween, topFrame } from "./top-frame.ts";

const second = 1e9;

function process(path: string, at: { age: number; cpu: number; memory?: number }): ProcessView {
  const usage = {
    cpuNs: at.cpu * second,
    wallNs: at.age * second,
    memoryBytes: at.memory ?? 0,
    memoryPeakBytes: 0,
    calls: 0,
    readBytes: 0,
    writtenBytes: 0,
    waitNs: 0,
  };
  const ageNs = at.age * second;
  return { path, kind: "process", state: "running", restarts: 0, ageNs, usage };
}

const status: StatusView = {
  version: "0.1.0",
  pid: 7,
  dataFolder: "/srv/noos",
  upNs: 3720 * second,
  memoryBytes: 80 * 2 ** 20,
  executors: [{ slot: 0, pid: 8, state: "running", processes: 3, restarts: 0 }],
  queues: [],
  schedules: [],
  apps: [
    { name: "a", revision: 1, wanted: 3, running: 2, waiting: 1, failed: 0, state: "running" },
  ],
};

suite("top", () => {
  const before = [process("a/x", { age: 10, cpu: 1 }), process("a/y", { age: 5, cpu: 4 })];
  const after = [
    process("a/x", { age: 12, cpu: 2 }),
    process("a/y", { age: 1, cpu: 0.9 }),
    process("a/z", { age: 4, cpu: 1 }),
  ];

  test("knows what a process took since the last look, and of a new life since its start", () => {
    const loads = loadsBetween(before, after).map(({ view, share }) => [view.path, share]);
    assert.deepEqual(loads, [
      ["a/y", 0.9],
      ["a/x", 0.5],
      ["a/z", 0.25],
    ]);
  });

  test("puts the larger of two idle ones first, and leaves out supervisors", () => {
    const idle = [
      process("a/small", { age: 1, cpu: 0, memory: 10 }),
      process("a/large", { age: 1, cpu: 0, memory: 20 }),
      { path: "a", kind: "supervisor", state: "running", restarts: 0 } as const,
    ];
    const paths = loadsBetween([], idle).map(({ view }) => view.path);
    assert.deepEqual(paths, ["a/large", "a/small"]);
  });

  test("of what has just begun, or does not run, is nothing", () => {
    const waiting = { path: "a/w", kind: "process", state: "waiting", restarts: 3 } as const;
    const begun = process("a/b", { age: 0, cpu: 0 });
    assert.deepEqual(
      loadsBetween([], [waiting, begun]).map(({ share }) => share),
      [0, 0],
    );
  });

  test("shows sums, then the busiest", () => {
    const screen = { hasColours: false, columns: undefined, rows: undefined };
    assert.deepEqual(topFrame(status, loadsBetween(before, after), screen), [
      "noos 0.1.0, up 1h2m; its own memory 80 MiB",
      "apps: 1, executors: 1; 2 of 3 processes running, 1 waiting",
      "CPU 165.0% of a core, memory 0 B",
      "",
      " CPU%    CPU  MEMORY  AGE  RESTARTS  STATE    PROCESS",
      "90.0%  0.90s     0 B   1s         0  running  a/y",
      "50.0%  2.00s     0 B  12s         0  running  a/x",
      "25.0%  1.00s     0 B   4s         0  running  a/z",
    ]);
  });

  test("shows how many requests come, where anything serves", () => {
    const screen = { hasColours: false, columns: undefined, rows: undefined };
    const web = (age: number, requests: number): ProcessView => ({
      ...process("a/web", { age, cpu: 0 }),
      serving: { ready: 1, starting: 0, waiting: 0, inFlight: 1, requests },
    });
    const [early, late] = [web(10, 100), web(12, 105)];
    const busy = { ...late, path: "a/busy", ageNs: 2 * second };
    const loads = loadsBetween([...before, early], [...after, late, busy]);
    assert.deepEqual(topFrame(status, loads, screen).slice(4), [
      "REQ/S   CPU%    CPU  MEMORY  AGE  RESTARTS  STATE         PROCESS",
      "       90.0%  0.90s     0 B   1s         0  running       a/y",
      "       50.0%  2.00s     0 B  12s         0  running       a/x",
      "       25.0%  1.00s     0 B   4s         0  running       a/z",
      "  2.5   0.0%  0.00s     0 B  12s         0  serving by 1  a/web",
      "   53   0.0%  0.00s     0 B   2s         0  serving by 1  a/busy",
    ]);
  });

  for (const rows of [1, 4, 6]) {
    test(`has no more than ${rows} lines on a screen of ${rows}`, () => {
      const screen = { hasColours: false, columns: 80, rows };
      assert.equal(topFrame(status, loadsBetween(before, after), screen).length, rows);
    });
  }
});
