import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type Manifest, findLockProblems, findManifestProblems } from "./package-rules.ts";
import { assertNone } from "./problems.ts";

function read(path: string): string {
  return readFileSync(join(import.meta.dirname, "..", "..", path), "utf8");
}

suite("package: the tree", () => {
  test("installs without scripts and with exact versions", () => {
    const manifest: Manifest = JSON.parse(read("package.json"));
    assertNone(findManifestProblems(manifest));
  });

  test("locks without naming a registry", () => {
    assertNone(findLockProblems(read("package-lock.json")));
  });
});

suite("package: the rules", () => {
  test("refuse an install script and a range of versions", () => {
    const manifest: Manifest = {
      scripts: { prepare: "node build.ts", test: "node test.ts" },
      devDependencies: { one: "1.2.3", two: "^1.2.3", three: "1.2.3-beta.1", four: "latest" },
    };
    assert.deepEqual(findManifestProblems(manifest), [
      `script "prepare" would run on installation`,
      `"two": "^1.2.3" is not one exact version`,
      `"four": "latest" is not one exact version`,
    ]);
  });

  test("refuse a lock that names a registry or runs an install script", () => {
    const resolved = `"resolved": "https://npm.example.org/a/-/a-1.0.0.tgz"`;
    const lock = `{ ${resolved}, "hasInstallScript": true }`;
    assert.deepEqual(findLockProblems(lock), [
      "package-lock.json names the registry https://npm.example.org",
      "package-lock.json has a package with an install script",
    ]);
  });
});
