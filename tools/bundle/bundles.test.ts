import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import { bundleFiles } from "./bundles.ts";

suite("bundles", () => {
  const files = new Map<string, string>();

  before(async () => {
    for (const { path, content } of await bundleFiles()) files.set(path, String(content));
  });

  /** The modules that a file is made of, as its source map names them. */
  function modulesOf(path: string): readonly string[] {
    const map = JSON.parse(files.get(`${path}.map`) ?? "{}");
    return map.sources.map((source: string) => source.replace(/^(?:\.\.\/)+/, ""));
  }

  test("have a file for each door that is started, imported or resolved by its name", () => {
    for (const door of [
      "app/cli",
      "app/embed",
      "app/client",
      "app/cli/run-thread",
      "adapters/node/watchdog-thread",
    ]) {
      assert.ok(files.has(`${door}/mod.js`), door);
    }
  });

  test("let the command line start from one file, with all that every run needs", () => {
    const first = files.get("app/cli/mod.js") ?? "";
    assert.doesNotMatch(first, /^import /m);
    const modules = modulesOf("app/cli/mod.js");
    for (const needed of [
      "src/app/cli/commands/run.ts",
      "src/app/cli/start/run-to-end.ts",
      "src/core/kernel/kernel.ts",
      "src/core/machine/wanted-program.ts",
    ]) {
      assert.ok(modules.includes(needed), needed);
    }
  });

  test("leave out of that file what only some runs need", () => {
    const modules = modulesOf("app/cli/mod.js");
    for (const rare of [
      "src/core/machine/instrument/instrument.ts",
      "src/core/machine/wasm/describe.ts",
      "src/core/journal/record/mod.ts",
      "src/app/image/image.ts",
      "src/adapters/node/socket/mod.ts",
    ]) {
      assert.ok(!modules.includes(rare), rare);
    }
  });

  test("let the watchdog's thread start from a file with nothing else in it", () => {
    const path = "adapters/node/watchdog-thread/mod.js";
    assert.deepEqual(modulesOf(path), ["src/adapters/node/watchdog-thread/mod.ts"]);
    assert.doesNotMatch(files.get(path) ?? "", /^import /m);
  });

  test("keep the threads' addresses as names of doors", () => {
    assert.match(
      files.get("app/cli/mod.js") ?? "",
      /resolve\("#adapters\/node\/watchdog-thread"\)/,
    );
    assert.equal(JSON.parse(files.get("package.json") ?? "{}").imports["#*"], "./*/mod.js");
  });
});
