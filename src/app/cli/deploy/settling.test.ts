import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ProcessView, StatusView } from "#pool/api";
import { Settling } from "./settling.ts";

type AppStatus = StatusView["apps"][number];

function status(app: Partial<AppStatus>): Pick<StatusView, "apps"> {
  const usual: AppStatus = {
    name: "shop",
    revision: 1,
    wanted: 3,
    running: 3,
    waiting: 0,
    failed: 0,
    state: "running",
  };
  return {
    apps: [
      { ...usual, name: "other", running: 0 },
      { ...usual, ...app },
    ],
  };
}

/** What is made of looks, a tenth of a second apart. */
function judge(...looks: readonly Pick<StatusView, "apps">[]): readonly string[] {
  const settling = new Settling("shop");
  return looks.map((look, index) => settling.judge(look, 100 * index).kind);
}

function waiting(restarts: number, path: string = "shop/worker"): ProcessView {
  return { path, kind: "process", state: "waiting", restarts };
}

suite("settling", () => {
  const up = status({});

  test("takes an app for up that has run as a whole for a while", () => {
    assert.deepEqual(judge(status({ running: 1 }), up, up, up, up), [
      ...Array.from({ length: 4 }, () => "coming"),
      "up",
    ]);
  });

  test("begins anew with one that stopped", () => {
    const looks = [up, up, up, status({ running: 2, waiting: 1 }), up, up, up, up];
    assert.equal(judge(...looks).indexOf("up"), 7);
  });

  test("takes for up what has nothing to run", () => {
    const none = status({ wanted: 0, running: 0, state: "done" });
    assert.equal(judge(none, none, none, none).at(-1), "up");
  });

  test("does not take for up what is ending, to be started anew", () => {
    const ending = status({ wanted: 0, running: 0, state: "ending" });
    assert.equal(judge(ending, ending, ending, ending, ending).at(-1), "coming");
  });

  test("says at once that an app gave up, or is gone", () => {
    assert.deepEqual(judge(status({ state: "failed" })), ["failing"]);
    assert.deepEqual(judge({ apps: [] }), ["gone"]);
  });

  test("wants a closer look where something waits", () => {
    const settling = new Settling("shop");
    const found = settling.judge(status({ running: 2, waiting: 1 }), 0);
    assert.deepEqual(found, { kind: "coming", text: "shop: 2 of 3 run", needsLook: true });
  });

  test("wants a closer look after a second in which nothing came up", () => {
    const settling = new Settling("shop");
    const looks = [0, 900, 1000, 1900, 2100].map((nowMs) =>
      settling.judge(status({ running: nowMs < 1000 ? 0 : 1 }), nowMs),
    );
    assert.deepEqual(
      looks.map((look) => look.kind === "coming" && look.needsLook),
      [false, false, false, false, true],
    );
  });

  test("finds stuck what starts for half a minute while nothing else comes up", () => {
    const settling = new Settling("shop");
    const starting: ProcessView = { ...waiting(0), state: "starting" };
    const found = [0, 20_000, 49_999, 50_000].map((nowMs) => {
      settling.judge(status({ running: nowMs === 0 ? 0 : 1 }), nowMs);
      return settling.findStuck([starting, waiting(0)], nowMs).length;
    });
    assert.deepEqual(found, [0, 0, 0, 1]);
  });

  test("tells of an app that is up how many of it have failed for good", () => {
    const settling = new Settling("shop");
    const looks = [0, 300].map((nowMs) => settling.judge(status({ failed: 2 }), nowMs));
    assert.deepEqual(looks[1], { kind: "up", running: 3, failed: 2 });
  });

  test("finds failing what is restarted again and again, whatever it was before", () => {
    const settling = new Settling("shop");
    const seen = [7, 7, 8, 9].map((restarts) => settling.findFailing([waiting(restarts)]).length);
    assert.deepEqual(seen, [0, 0, 0, 1]);
  });

  test("does not find failing what failed once each", () => {
    const settling = new Settling("shop");
    for (const path of ["shop/a", "shop/b", "shop/c"]) {
      assert.deepEqual(settling.findFailing([waiting(1, path)]), []);
    }
  });
});
