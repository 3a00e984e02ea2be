import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { drawLayers } from "./layer-figure.ts";
import { layers } from "./layers.ts";

suite("layer figure", () => {
  test("stands in ARCHITECTURE.md as the table of layers has it", () => {
    const page = readFileSync(join(import.meta.dirname, "..", "..", "ARCHITECTURE.md"), "utf8");
    const [, figure] = /^```layers\n(.*?)^```$/ms.exec(page) ?? [];
    const hint = "put there what node test/architecture/layer-figure.ts prints";
    assert.equal(figure, drawLayers(layers), hint);
  });

  test("draws who is imported below who imports, ring by ring", () => {
    const figure = drawLayers([
      ["core/base", []],
      ["core/sys", []],
      ["core/kernel", ["core/base"]],
      ["adapters/node", ["core/base"]],
      ["app/cli", ["core/kernel", "adapters/node"]],
    ]);
    const lines = ["app        │ cli", "adapters   │ node", "core       │ kernel"];
    assert.equal(figure, [...lines, "           │ base · sys", ""].join("\n"));
  });

  test("breaks a line that would be too long", () => {
    const names = Array.from({ length: 12 }, (_, index) => `core/folder-${index + 10}`);
    const lines = drawLayers(names.map((name) => [name, []]))
      .trimEnd()
      .split("\n");
    assert.ok(lines.length > 1 && lines.every((line) => line.length <= 100), lines.join("\n"));
    assert.equal([...lines.join("").matchAll(/folder-\d+/g)].length, names.length);
  });
});
