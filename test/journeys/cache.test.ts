import assert from "node:assert/strict";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { guest, noos, scratch } from "./noos.ts";

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

test("a cache of which a bit has changed is made anew", async () => {
  const env = { NOOS_CACHE: join(scratch, "changed") };
  const kept = join(env.NOOS_CACHE, "programs");
  const path = join(scratch, "kept.wasm");
  copyFileSync(guest("basics/hello"), path);
  const run = async (): Promise<{ readonly output: string; readonly isFound: boolean }> => {
    const { stdout, stderr } = await noos(["run", "--json", path], { env });
    const { start } = JSON.parse(stderr) as {
      readonly start: readonly { readonly phase: string }[];
    };
    return { output: stdout, isFound: !start.some(({ phase }) => phase === "instrument") };
  };
  const output = "hello, world\n";
  assert.deepEqual(await run(), { output, isFound: false });
  assert.deepEqual(await run(), { output, isFound: true });
  for (const name of readdirSync(kept)) {
    const bytes = readFileSync(join(kept, name));
    // In the digest of a file, or in what a module declares: both would still make sense.
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(join(kept, name), bytes);
  }
  assert.deepEqual(await run(), { output, isFound: false });
  assert.deepEqual(await run(), { output, isFound: true });
});
