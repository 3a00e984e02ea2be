import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import { connect } from "#app/client";
import type { ProcessView, StatusView } from "#pool/api";
import { type Served, serveScripted } from "#test/management";
import { scriptedTerminal } from "#test/terminal";
import { removeApp } from "./remove.ts";

interface Told {
  readonly out: string;
  readonly err: string;
}

/** Removes `shop`, which is gone, or another one, after so many looks. */
async function removed(
  context: TestContext,
  looks: number,
  next: (status: StatusView) => StatusView["apps"],
): Promise<Told & { readonly served: Served }> {
  const served = await serveScripted(context);
  const { answers } = served.management;
  answers.processes = ["a", "b", "c", "d", "e", "f", "g"].map((name): ProcessView => ({
    path: `shop/${name}`,
    kind: "process",
    state: name === "a" ? "done" : "ending",
    restarts: 0,
  }));
  const terminal = scriptedTerminal();
  let waits = 0;
  const wait = (): Promise<void> => {
    waits += 1;
    if (waits === looks) answers.status = { ...answers.status, apps: next(answers.status) };
    return Promise.resolve();
  };
  assert.equal(await removeApp(connect({ at: served.at }), "shop", { terminal, wait }), 0);
  assert.equal(waits, looks);
  return { ...terminal.written, served };
}

suite("rm", () => {
  test("answers when nothing of the app is left", async (context) => {
    const { out, err, served } = await removed(context, 3, () => []);
    assert.deepEqual([out, err], ["shop is removed; its secrets are kept\n", ""]);
    assert.equal(served.management.asked.filter(([name]) => name === "remove").length, 1);
  });

  test("says after a while whose end it waits for", async (context) => {
    const { err } = await removed(context, 40, () => []);
    const ending = "shop/b, shop/c, shop/d, shop/e, shop/f, 1 more";
    assert.equal(err, `noos: waiting for the end of ${ending}\n`);
  });

  test("takes an app of that name that was deployed meanwhile for another", async (context) => {
    const { out } = await removed(context, 2, ({ apps }) =>
      apps.map((app) => ({ ...app, revision: app.revision + 1 })),
    );
    assert.match(out, /^shop is removed/);
  });
});
