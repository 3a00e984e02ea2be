import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { suite, test } from "node:test";
import { findRuntime } from "./runtime.ts";

suite("the runtime of scripts", () => {
  test("that was not built is missed by name, with what to do", () => {
    const folder = mkdtempSync(join(tmpdir(), "noos-runtime-"));
    try {
      const door = pathToFileURL(join(folder, "app/script/mod.js")).href;
      assert.throws(() => findRuntime(door), { code: "RUNTIME_MISSING", hint: "npm run build" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
