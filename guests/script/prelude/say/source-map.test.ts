import assert from "node:assert/strict";
import { SourceMap as NodeSourceMap } from "node:module";
import { suite, test } from "node:test";
import { build } from "rolldown";
import { SourceMap } from "./source-map.ts";

suite("source maps", () => {
  test("lead to the same places as Node's, for all of a bundle", async () => {
    const { output } = await build({
      cwd: import.meta.dirname,
      input: "./inspect.ts",
      platform: "neutral",
      tsconfig: false,
      write: false,
      output: { sourcemap: true },
    });
    const [{ code, map }] = output;
    assert.ok(map !== null);
    const ours = new SourceMap(JSON.stringify(map));
    const theirs = new NodeSourceMap(JSON.parse(JSON.stringify(map)));
    let found = 0;
    for (const [row, text] of code.split("\n").entries()) {
      for (let column = 0; column < text.length; column++) {
        const entry = theirs.findEntry(row, column);
        // Node goes on with the line before; a frame's place never lies before a line's first.
        if (!("originalLine" in entry) || entry.generatedLine !== row) continue;
        found += 1;
        assert.deepEqual(ours.find(row + 1, column + 1), {
          source: entry.originalSource,
          line: entry.originalLine + 1,
          column: entry.originalColumn + 1,
        });
      }
    }
    assert.ok(found > 1000);
  });

  test("that are none are refused", () => {
    assert.throws(() => new SourceMap("{"));
  });
});
