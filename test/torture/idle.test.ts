import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { call, upServing } from "./callers.ts";
import { deploy, until } from "./daemon.ts";

const manifest = `app: a
processes:
  w: { image: http/torture, serve: { routes: [/], instances: 0..1, idle: 10ms..30s } }
`;

suite("torture: a process that is called now and then", () => {
  test("stays for as long as its callers stay away, as they did, and no longer", async (t) => {
    const { client, port } = await upServing(t, { words: ["--executors", "1"] });
    await deploy(client, manifest);
    const served: number[] = [];
    for (let calls = 0; calls < 15; calls++) {
      served.push(Number((await call(port, "/count")).text));
      // This is what there is to be learnt.
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    // Before it knew, it stayed for as long as it may: all were for one instance.
    assert.deepEqual(
      served,
      Array.from({ length: 15 }, (_, index) => index + 1),
    );
    await until(async () => (await client.processes("a"))[1]?.serving?.ready === 0);
    const view = await client.why("a/w");
    const finding = view.findings.findLast(({ by }) => by === "idle");
    assert.equal(finding?.why, "so long nearly all gaps between calls last");
    const keptMs = Number(/kept (\d+) ms/.exec(finding?.decided ?? "")?.[1]);
    assert.ok(keptMs > 120 && keptMs < 5000, finding?.decided);
  });
});
