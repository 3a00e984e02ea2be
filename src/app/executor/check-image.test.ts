import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { checkImage } from "./check-image.ts";

suite("the image of a process", () => {
  test("is refused when it is not what was deployed any more", async () => {
    const folder = mkdtempSync(join(tmpdir(), "noos-check-"));
    try {
      const path = join(folder, "image");
      const digest = `sha256:${createHash("sha256").update("abc").digest("hex")}`;
      await assert.rejects(checkImage(path, digest), { code: "IMAGE_UNKNOWN" });
      writeFileSync(path, "abc");
      await checkImage(path, digest);
      writeFileSync(path, "abd");
      await assert.rejects(checkImage(path, digest), { code: "IMAGE_UNKNOWN" });
      await assert.rejects(checkImage(folder, digest), { code: "IMAGE_UNKNOWN" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
