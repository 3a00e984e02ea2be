import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { recipes, recordingFile } from "#test/recordings";
import { noos } from "./noos.ts";

suite("a recording that an earlier build made", () => {
  for (const [name, { status, stdout }] of Object.entries(recipes)) {
    test(`${name} is played as it was recorded`, async () => {
      const replayed = await noos(["replay", recordingFile(name)]);
      assert.equal(replayed.status, status, replayed.stderr);
      assert.match(replayed.stdout, stdout);
      assert.match(replayed.stderr, /^replayed \d+ calls: .*, memory the same at the end/);
    });
  }
});
