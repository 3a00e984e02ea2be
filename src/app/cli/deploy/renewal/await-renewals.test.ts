import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ProcessView, RenewalView } from "#pool/api";
import { awaitRenewals, type Renewing } from "#app/cli/deploy/renewal";

const serving = { ready: 1, starting: 0, waiting: 0, inFlight: 0 };
const process = { kind: "process", state: "running", restarts: 0 } as const;

/** What is answered at each look: the state of the new build, and how many calls came so far. */
type Look = readonly [state: RenewalView["state"], requests: number, revision?: number];

function viewsOf(looks: readonly Look[]): readonly ProcessView[] {
  return looks.map(([state, requests, revision = 7], index) => ({
    ...process,
    path: `shop/web.${index}`,
    serving: { ...serving, requests, renewal: { state, revision, why: "" } },
  }));
}

/** Answers what it ended with, after how many milliseconds, and what was shown meanwhile. */
async function awaited(
  lookAt: (ms: number) => readonly Look[],
): Promise<{ readonly all: readonly Renewing[]; readonly ms: number; readonly shown: string[] }> {
  let ms = 0;
  const shown: string[] = [];
  const all = await awaitRenewals(
    { processes: () => Promise.resolve(viewsOf(lookAt(ms))) },
    "shop",
    {
      revision: 7,
      progress: { show: (text) => shown.push(text) },
      nowMs: () => ms,
      wait: async (each) => void (ms += each),
    },
  );
  return { all, ms, shown };
}

suite("waiting for new builds", () => {
  test("goes on through their start and their trial, as long as they are called", async () => {
    const { all, ms, shown } = await awaited((now) => {
      if (now < 500) return [["starting", 0]];
      return now < 5000 ? [["trial", now]] : [["kept", now]];
    });
    assert.deepEqual([ms, all[0]?.renewal.state], [5000, "kept"]);
    assert.deepEqual(
      [...new Set(shown)],
      ["shop/web.0: the new build starts", "shop/web.0: the new build is on trial"],
    );
  });

  test("ends a second after the last call of one on trial", async () => {
    const { all, ms } = await awaited((now) => [["trial", Math.min(now, 2000)]]);
    assert.deepEqual([ms, all[0]?.renewal.state], [3000, "trial"]);
  });

  test("ends at once with a canary, and with one that was reverted", async () => {
    assert.equal((await awaited(() => [["canary", 0]])).ms, 0);
    const { all, ms } = await awaited(() => [
      ["starting", 0],
      ["reverted", 0],
    ]);
    assert.deepEqual([ms, all.map(({ renewal }) => renewal.state)], [0, ["starting", "reverted"]]);
  });

  test("looks at nothing of other deploys", async () => {
    const { all, ms } = await awaited(() => [["reverted", 0, 6]]);
    assert.deepEqual([ms, all], [0, []]);
  });

  test("names canaries of other deploys, which have not all calls yet", async () => {
    const { all, ms } = await awaited(() => [
      ["canary", 0, 6],
      ["kept", 0, 6],
    ]);
    assert.deepEqual([ms, all.map(({ path }) => path)], [0, ["shop/web.0"]]);
  });
});
