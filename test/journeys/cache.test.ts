import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { guest, noos } from "./noos.ts";

suite("a cache that cannot be written", () => {
  for (const folder of ["/proc", "/proc/noos", "/dev/null", "/dev/null/noos"]) {
    test(`${folder} costs time and nothing else`, async () => {
      const env = { NOOS_CACHE: folder, NODE_COMPILE_CACHE: "" };
      const { status, stdout, stderr } = await noos(["run", guest("basics/hello")], { env });
      assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
      assert.match(stdout, /\w/);
    });
  }
});
