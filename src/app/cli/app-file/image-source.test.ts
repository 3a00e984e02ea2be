import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { identifyImage, ImageProblem } from "./image-source.ts";

suite("image source", () => {
  test("refuses a pipe or device, which could be waited for without end", async () => {
    await assert.rejects(
      identifyImage("/dev/null", "/"),
      new ImageProblem("which is neither a file nor a directory"),
    );
  });
});
