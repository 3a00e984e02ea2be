import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { crashShelf } from "./crash-files.ts";

suite("crash shelf", () => {
  test("lists what can be read, whatever else lies in the folder", () => {
    const folder = mkdtempSync(join(tmpdir(), "noos-shelf-"));
    try {
      mkdirSync(join(folder, "folder.json"));
      writeFileSync(join(folder, "one.json"), "{}");
      assert.deepEqual(crashShelf(folder).list(), ["{}"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
