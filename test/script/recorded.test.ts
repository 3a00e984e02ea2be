import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import { imageRoot } from "#app/image";
import { play, record, serving } from "#test/journal";
import { ensureBuilt } from "#tools/build";
import { imageOf, layerOf } from "./stage.ts";

suite("a recorded script", () => {
  before(ensureBuilt);

  test("replays, with its chance, its clock and its errors", async () => {
    const image = await imageOf(`
      let served = 0;
      export default {
        async fetch(request: Request): Promise<Response> {
          await new Promise((resolve) => setTimeout(resolve, 2));
          if (++served === 3) throw new Error("the third");
          const body = await request.text();
          console.log(Math.random(), Date.now(), crypto.randomUUID(), performance.now());
          return new Response(body.toUpperCase());
        },
      };
    `);
    const root = imageRoot([layerOf(image)]);
    const program = image.files[0]?.bytes ?? new Uint8Array();
    const recorded = await record({
      program,
      options: (host) => ({ root, ...serving(host, { bodies: ["one", "two", "three", "four"] }) }),
    });
    assert.deepEqual(recorded.exit.reason, { kind: "exited", code: 0 });
    const { result, exit } = await play.replay(recorded.bytes, { root });
    assert.equal(result.divergence, undefined);
    assert.equal(result.sameMemory, true);
    assert.deepEqual(exit.reason, recorded.exit.reason);
  });
});
