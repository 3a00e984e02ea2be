import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  findImportProblems,
  findLayerProblems,
  findPackageProblems,
  findSiblingProblems,
  findUrlProblems,
} from "./layer-rules.ts";
import { type Layer, layers } from "./layers.ts";
import { assertNone } from "./problems.ts";
import { type Source, readSourceTree } from "./source-tree.ts";

const tree = readSourceTree();

function dependenciesIn(sources: readonly Source[]): readonly string[] {
  const text = sources.find(({ path }) => path === "package.json")?.text ?? "{}";
  const manifest: { dependencies?: Record<string, string> } = JSON.parse(text);
  return Object.keys(manifest.dependencies ?? {});
}

suite("layers: the tree", () => {
  test("imports along the table only, and the table names nothing else", () => {
    assertNone(findLayerProblems(tree, layers));
  });

  test("imports doors, neighbours, packages, and Node only where Node is known", () => {
    assertNone(findImportProblems(tree));
  });

  test("keeps guest contracts apart", () => {
    assertNone(findSiblingProblems(tree));
  });

  test("imports each run-time dependency in exactly one folder", () => {
    assertNone(findPackageProblems(tree, dependenciesIn(tree)));
  });

  test("names no module by a URL that does not survive the build", () => {
    assertNone(findUrlProblems(tree));
  });
});

suite("layers: the rules", () => {
  const base: Source = { path: "src/core/base/mod.ts", text: `export { a } from "./a.ts";\n` };
  const kernel: Source = {
    path: "src/core/kernel/mod.ts",
    text: `import {\n  a,\n  type B,\n} from "#core/base";\n`,
  };
  const table: readonly Layer[] = [
    ["core/base", []],
    ["core/kernel", ["core/base"]],
  ];

  test("accept a tree that is as the table says", () => {
    assert.deepEqual(findLayerProblems([base, kernel], table), []);
    assert.deepEqual(findImportProblems([base, kernel]), []);
  });

  test("refuse an import that the row does not name, a dynamic one too", () => {
    const upward = { path: "src/core/base/a.ts", text: `const k = import("#core/kernel");\n` };
    assert.deepEqual(findLayerProblems([base, upward, kernel], table), [
      `src/core/base imports "#core/kernel", which its row in layers.ts does not name`,
    ]);
  });

  test("leave the tests of a folder out", () => {
    const upward = { path: "src/core/base/a.test.ts", text: `import "#core/kernel";\n` };
    assert.deepEqual(findLayerProblems([base, upward, kernel], table), []);
  });

  test("let a folder start the program of a thread above it, by its door", () => {
    const start = (door: string): Source => ({
      path: "src/core/base/a.ts",
      text: `new Worker(new URL(import.meta.resolve("${door}")));\n`,
    });
    assert.deepEqual(findLayerProblems([base, start("#core/kernel"), kernel], table), []);
    assert.deepEqual(findImportProblems([base, start("#core/kernel"), kernel]), []);
    assert.equal(findImportProblems([base, start("#core/kernel/a.ts"), kernel]).length, 1);
  });

  test("ask for the row of a new folder, as it has to be written", () => {
    const vfs = { path: "src/core/vfs/mod.ts", text: `import { a } from "#core/base";\n` };
    assert.deepEqual(findLayerProblems([base, kernel, vfs], table), [
      `layers.ts: add the row ["core/vfs", ["core/base"]],`,
    ]);
  });

  test("refuse a row without a folder and a name without an import", () => {
    const idle = { path: "src/core/kernel/mod.ts", text: "" };
    assert.deepEqual(findLayerProblems([base, idle], [...table, ["core/net", []]]), [
      `layers.ts: remove the row "core/net": src/core/net has no modules`,
      `layers.ts: row "core/kernel": remove "core/base", which nothing there imports`,
    ]);
  });

  test("refuse a row that names one below it, so that no cycle can be written", () => {
    const reversed = table.toReversed();
    assert.deepEqual(findLayerProblems([base, kernel], reversed), [
      `layers.ts: row "core/kernel" names "core/base", which has no row above it`,
    ]);
  });

  const refused: readonly (readonly [why: string, path: string, specifier: string])[] = [
    ["a folder without a door", "src/core/base/a.ts", "#core/nowhere"],
    ["a file behind a door", "src/core/base/a.ts", "#core/base/a.ts"],
    ["a way up", "src/core/base/a.ts", "../kernel/mod.ts"],
    ["a way down", "src/core/a.ts", "./kernel/mod.ts"],
    ["Node inside the pure rings", "src/core/base/a.ts", "node:fs"],
    ["Node in the simulator", "src/adapters/sim/a.ts", "node:crypto"],
    ["what is not shipped", "src/core/base/a.ts", "#guests"],
    ["an absolute path", "src/core/base/a.ts", "/etc/a.ts"],
  ];
  for (const [why, path, specifier] of refused) {
    test(`refuse ${why}: ${specifier}`, () => {
      const source = { path, text: `import { x } from "${specifier}";\n` };
      const guests = { path: "guests/mod.ts", text: "" };
      const problems = findImportProblems([base, kernel, guests, source]);
      assert.equal(problems.length, 1);
      assert.ok(problems[0]?.startsWith(`${path}: "${specifier}" `));
    });
  }

  test("allow Node in adapters, programs and tests", () => {
    const paths = ["src/adapters/node/mod.ts", "src/app/cli/mod.ts", "src/core/base/a.test.ts"];
    const sources = paths.map((path) => ({ path, text: `import fs from "node:fs";\n` }));
    assert.deepEqual(findImportProblems(sources), []);
  });

  test("allow tests the doors beside the house, and no other way there", () => {
    const doors = ["guests/mod.ts", "test/programs/mod.ts"].map((path) => ({ path, text: "" }));
    const text = `import "#guests";\nimport "#test/programs";\n`;
    const users = ["test/journeys/a.test.ts", "src/core/base/a.test.ts"];
    assert.deepEqual(findImportProblems([...doors, ...users.map((path) => ({ path, text }))]), []);
    const hole = { path: "test/journeys/a.ts", text: `import "#test/nowhere";\n` };
    assert.equal(findImportProblems([...doors, hole]).length, 1);
  });

  test("refuse one guest contract inside another", () => {
    const text = `import { calls } from "#core/personality/wasi-p1";\n`;
    const own = { path: "src/core/personality/wasi-p1/sub/a.ts", text };
    const other = { path: "src/core/personality/component/a.ts", text };
    assert.deepEqual(findSiblingProblems([own, other]), [
      `${other.path}: "#core/personality/wasi-p1" is another guest contract`,
    ]);
  });

  test("refuse a dependency in two folders, in none, and one that is not declared", () => {
    const text = `import { z } from "zod/mini";\nimport y from "@scope/yaml/parse";\n`;
    const sources = ["src/pool/manifest/a.ts", "src/app/cli/a.ts"].map((path) => ({ path, text }));
    assert.deepEqual(findPackageProblems(sources, ["zod", "ws"]), [
      `src/pool/manifest/a.ts: "@scope/yaml" is no run-time dependency in package.json`,
      `src/app/cli/a.ts: "@scope/yaml" is no run-time dependency in package.json`,
      `package.json: "zod" is imported in app/cli, pool/manifest; it belongs in exactly one folder`,
      `package.json: "ws" is imported nowhere; it belongs in exactly one folder`,
    ]);
  });

  test("refuse a worker that is named by a URL", () => {
    const source = {
      path: "src/adapters/node/a.ts",
      text: `new Worker(new URL("./worker.ts", import.meta.url));\n`,
    };
    assert.equal(findUrlProblems([source]).length, 1);
  });
});
