import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import { readModule } from "#core/machine/wasm";
import { runtimeFile } from "./runtime-file.ts";

/** With engine and prelude: what a package of noos grows by. */
const bytesMax = 2_500_000;

suite("the runtime of scripts", () => {
  let content: Uint8Array = new Uint8Array();

  before(async () => {
    ({ content } = await runtimeFile());
  });

  test("is the same each time it is made", async () => {
    assert.deepEqual((await runtimeFile()).content, content);
  });

  test("stays within its size", () => {
    assert.ok(content.length <= bytesMax, `${content.length} bytes`);
  });

  test("asks for nothing but noos:http and WASI", () => {
    const modules = new Set(readModule(content).imports.map(({ module }) => module));
    assert.deepEqual([...modules].toSorted(), ["noos:http", "wasi_snapshot_preview1"]);
  });

  test("exports what a program of events does, and what builds with it", () => {
    const names = readModule(content).exports.map(({ name }) => name);
    assert.deepEqual(names, [
      "memory",
      "_initialize",
      "noos_event",
      "noos_concurrency",
      "noos_restored",
      "noos_script_room",
      "noos_script_prepare",
      "noos_script_compile",
    ]);
  });
});
