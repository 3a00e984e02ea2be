import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { simulatedHost } from "#adapters/sim";
import { PlatformError } from "#core/sys";
import type { Life, ProcessOrder } from "#pool/host";
import type { ReadyImage } from "./images.ts";
import { Rehearsing, type RehearsingPorts } from "./rehearsing.ts";

const order: ProcessOrder = {
  life: 1 as Life,
  path: "shop/web",
  image: "sha256:1",
  args: [],
  env: {},
  limits: {},
  directories: [],
  listen: [],
  connect: [],
  call: [],
};

/** Of what serves the image is there when a test says so, and nothing can be started. */
function bench(): {
  readonly rehearsing: Rehearsing;
  readonly image: PromiseWithResolvers<ReadyImage>;
} {
  const { time } = simulatedHost({ seed: 1 });
  const image = Promise.withResolvers<ReadyImage>();
  const nothing = (): never => assert.fail("nothing is started");
  const ports = {
    images: { get: () => image.promise },
    clock: time,
    turns: time,
    flights: { recorder: nothing, ended: nothing },
    tails: { open: nothing, close: nothing },
    outlet: nothing,
  };
  return { rehearsing: new Rehearsing(ports as unknown as RehearsingPorts), image };
}

suite("rehearsals of a process", () => {
  test("are one at a time, and the next may come when one is over", async () => {
    const { rehearsing, image } = bench();
    const orders = { serving: order, fresh: order };
    const first = rehearsing.rehearse(orders, []);
    const second = await rehearsing.rehearse(orders, []);
    assert.equal(second.kind === "not-rehearsed" && second.reason.code, "DAEMON_BUSY");
    image.reject(new PlatformError("it is damaged", { code: "IMAGE_UNKNOWN", hint: "deploy" }));
    const refused = {
      kind: "refused",
      code: "IMAGE_UNKNOWN",
      why: "it is damaged",
      hint: "deploy",
    };
    assert.deepEqual(await first, { kind: "not-rehearsed", reason: refused });
    assert.deepEqual(await rehearsing.rehearse(orders, []), await first);
  });

  test("pass on what is no operator's problem", async () => {
    const { rehearsing, image } = bench();
    const rehearsal = rehearsing.rehearse({ serving: order, fresh: order }, []);
    image.reject(new RangeError("a defect"));
    await assert.rejects(rehearsal, RangeError);
  });
});
