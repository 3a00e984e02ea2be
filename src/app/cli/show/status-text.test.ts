import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { StatusView } from "#pool/api";
import { formatCrashes } from "./crash-table.ts";
import { formatStatus } from "./status-text.ts";

const plain = { hasColours: false, columns: undefined };

const status: StatusView = {
  version: "0.1.0",
  pid: 4711,
  dataFolder: "/srv/noos",
  upNs: 11_520e9,
  memoryBytes: 85 * 2 ** 20,
  executors: [
    { slot: 0, pid: 4712, state: "running", processes: 40, restarts: 0 },
    { slot: 1, pid: undefined, state: "waiting", processes: 0, restarts: 12 },
  ],
  queues: [],
  schedules: [],
  apps: [
    { name: "shop", revision: 7, wanted: 42, running: 40, waiting: 2, failed: 0, state: "running" },
  ],
};

suite("status", () => {
  test("says how the daemon, its executors and its apps stand", () => {
    assert.deepEqual(formatStatus(status, plain).split("\n"), [
      "noos 0.1.0, process 4711, up 3h12m",
      "data in /srv/noos, own memory 85 MiB",
      "requests have no way in",
      "",
      "EXECUTOR  STATE     PID  PROCESSES  RESTARTS",
      "0         running  4712         40         0",
      "1         waiting                0        12",
      "",
      "APP   STATE    RUNNING  WAITING  WANTED  REVISION",
      "shop  running       40        2      42         7",
      "",
    ]);
  });

  test("says where requests come in", () => {
    const lines = formatStatus({ ...status, http: "http://127.0.0.1:8080" }, plain).split("\n");
    assert.equal(lines[2], "requests at http://127.0.0.1:8080");
  });

  test("says what to type where there is no app", () => {
    assert.match(
      formatStatus({ ...status, apps: [] }, plain),
      /\n\nno apps yet; next: noos deploy DIR\n$/,
    );
  });
});

suite("crashes", () => {
  test("are listed with what can be done with them", () => {
    const crash = {
      id: "shop-worker-12",
      app: "shop",
      path: "shop/worker",
      at: "2026-11-21T07:39:28.123Z",
      reason: "exited(7)",
      sizeBytes: 1536,
      isWhole: true,
    };
    const views = [crash, { ...crash, id: "shop-api-3", path: "shop/api", isWhole: false }];
    assert.deepEqual(formatCrashes(views, plain).split("\n"), [
      "CRASH           AT                        PROCESS         SIZE  REPLAYS      REASON",
      "shop-worker-12  2026-11-21T07:39:28.123Z  shop/worker  1.5 KiB  whole        exited(7)",
      "shop-api-3      2026-11-21T07:39:28.123Z  shop/api     1.5 KiB  last inputs  exited(7)",
      "",
    ]);
  });
});
