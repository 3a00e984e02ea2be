import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { RehearsalRequest } from "#pool/api";
import type { ProcessOrder } from "#pool/host";
import type { RehearsalReport } from "#pool/renewal";
import { appText, code, Scene, second } from "#test/control";

const served = { processes: { web: { serve: "/", uses: { files: ["/srv"] } }, job: {} } };

const report: RehearsalReport = {
  recent: 1,
  made: 1,
  same: 1,
  differing: 0,
  unsettled: 0,
  doubts: [],
  callsRefused: 0,
  answers: [],
  unsteady: [],
};

function scene(): Scene {
  const made = new Scene();
  made.deploy(served);
  made.settle();
  made.at("shop/web").executor.rehearsed = { kind: "rehearsed", report };
  return made;
}

function rehearse(
  on: Scene,
  request: RehearsalRequest,
  path = "shop/web",
): Promise<RehearsalReport> {
  return on.host.time.until(on.control.rehearse(path, request));
}

/** What the executor was last told to rehearse. */
function orderOf(on: Scene): ProcessOrder | undefined {
  return on.executor.orders
    .flatMap((order) => (order.kind === "rehearse" ? [order.order] : []))
    .at(-1);
}

function appOf(
  processes: Parameters<typeof appText>[0]["processes"],
  app = "shop",
): RehearsalRequest {
  const images = { "web.wasm": "web.wasm#2", "job.wasm": "job.wasm#2" };
  return { app: { manifest: appText({ app, processes }), file: "noos.yaml", base: "/", images } };
}

suite("control: a rehearsal", () => {
  test("is of another image, run as what serves is, and changes nothing", async () => {
    const on = scene();
    on.take();
    assert.deepEqual(await rehearse(on, { image: "web.wasm#2" }), report);
    const { life, executor } = on.at("shop/web");
    const order = orderOf(on);
    assert.deepEqual([order?.life, order?.image], [life, "web.wasm#2"]);
    assert.deepEqual(order?.directories, [{ host: "/srv", guest: "/srv", readOnly: false }]);
    assert.equal(executor.processes.get(life)?.order.image, "web.wasm#1");
    assert.deepEqual(on.take(), []);
  });

  test("is of what an app file says by now, of which other images need not be there", async () => {
    const on = scene();
    on.lostImages.add("job.wasm#2");
    const web = { serve: "/v2/", args: ["--new"] };
    await rehearse(on, appOf({ web, job: {} }));
    const order = orderOf(on);
    assert.deepEqual([order?.image, order?.args], ["web.wasm#2", ["--new"]]);
    const views = await on.host.time.until(on.control.processes("shop"));
    assert.equal(views.length, 3);
  });

  test("may read a directory that is to be written later, which aside it is not", async () => {
    const on = new Scene();
    on.deploy({ processes: { web: { serve: "/", uses: { files: ["/srv:ro"] } } } });
    on.settle();
    on.at("shop/web").executor.rehearsed = { kind: "rehearsed", report };
    const uses = { files: ["/srv"] };
    assert.deepEqual(await rehearse(on, appOf({ web: { serve: "/", uses } })), report);
  });

  const refused: readonly (readonly [
    what: string,
    request: RehearsalRequest,
    expected: Parameters<typeof code>[0],
    path?: string,
  ])[] = [
    ["an image that is not there", { image: "lost" }, "IMAGE_UNKNOWN"],
    ["what does not serve", { image: "web.wasm#2" }, "CHILD_UNKNOWN", "shop/job"],
    ["what is not there", { image: "web.wasm#2" }, "CHILD_UNKNOWN", "shop/wen"],
    ["an app that is not there", { image: "web.wasm#2" }, "APP_UNKNOWN", "blog/web"],
    ["nothing at all", {}, "REQUEST_INVALID"],
    ["both", { image: "web.wasm#2", ...appOf({ web: { serve: "/" } }) }, "REQUEST_INVALID"],
    ["another app", appOf({ web: { serve: "/" } }, "blog"), "SPEC_INVALID"],
    ["what does not serve in the app file", appOf({ web: {} }), "CHILD_UNKNOWN"],
    ["an app file that is wrong", appOf({ web: { serve: 7 } }), "MANIFEST_INVALID"],
    [
      "the daemon's own data",
      appOf({ web: { serve: "/", uses: { files: ["/data:ro"] } } }),
      "GRANT_INVALID",
    ],
    [
      "directories beyond those that its executor reaches",
      appOf({ web: { serve: "/", uses: { files: ["/elsewhere"] } } }),
      "GRANT_INVALID",
    ],
  ];
  for (const [what, request, expected, path] of refused) {
    test(`of ${what} is refused`, async () => {
      const on = scene();
      on.lostImages.add("lost");
      await assert.rejects(rehearse(on, request, path), code(expected));
      assert.equal(orderOf(on), undefined);
    });
  }

  test("is refused with what its executor says", async () => {
    const on = scene();
    const reason = {
      kind: "refused",
      code: "REHEARSAL_OFF",
      why: "it keeps no requests",
      hint: "rehearsal: on",
    } as const;
    on.at("shop/web").executor.rehearsed = { kind: "not-rehearsed", reason };
    await assert.rejects(rehearse(on, { image: "web.wasm#2" }), {
      code: "REHEARSAL_OFF",
      message: `cannot rehearse "shop/web": it keeps no requests`,
      hint: "rehearsal: on",
    });
  });

  test("is waited for as long as one may take, and no longer", async () => {
    const on = scene();
    on.at("shop/web").executor.isSilent = true;
    const startNs = on.host.time.monotonicNs();
    await assert.rejects(rehearse(on, { image: "web.wasm#2" }), code("REHEARSAL_CUT"));
    const tookNs = on.host.time.monotonicNs() - startNs;
    // A client gives a daemon up after a minute.
    assert.ok(tookNs >= 45 * second && tookNs < 60 * second, `${tookNs}`);
  });

  test("is cut off with its executor, at once; the one after it can be asked", async () => {
    const on = scene();
    const { executor } = on.at("shop/web");
    executor.isSilent = true;
    const startNs = on.host.time.monotonicNs();
    const cut = assert.rejects(rehearse(on, { image: "web.wasm#2" }), code("REHEARSAL_CUT"));
    on.host.time.after(second, () => executor.lose("it was killed"));
    await cut;
    assert.ok(on.host.time.monotonicNs() - startNs < 2 * second);
    on.settle();
    const next = on.at("shop/web").executor;
    assert.notEqual(next, executor);
    next.rehearsed = { kind: "rehearsed", report };
    assert.deepEqual(await rehearse(on, { image: "web.wasm#2" }), report);
  });

  test("is of no daemon that goes down", async () => {
    const on = scene();
    void on.control.close();
    await assert.rejects(rehearse(on, { image: "web.wasm#2" }), code("DAEMON_UNREACHABLE"));
  });
});
