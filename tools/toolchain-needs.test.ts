import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { howToGet, isPresent, type Need, needs } from "./toolchain-needs.ts";

const here: Need = {
  name: "wat",
  about: "this file",
  files: [import.meta.filename],
  origin: { kind: "packages", packages: ["one", "two"] },
};

suite("toolchain: needs", () => {
  test("have names of their own", () => {
    assert.equal(new Set(needs.map(({ name }) => name)).size, needs.length);
  });

  test("are present when all their files are there", () => {
    assert.equal(isPresent(here), true);
    assert.equal(isPresent({ ...here, files: [import.meta.filename, "/nowhere/file"] }), false);
    assert.equal(
      isPresent({ ...here, files: [`${import.meta.dirname}/toolchain-*.test.ts`] }),
      true,
    );
  });

  test("are not present when the file is another one", () => {
    assert.equal(isPresent({ ...here, sha256: "0".repeat(64) }), false);
  });

  test("say the next command to type", () => {
    assert.equal(howToGet(here), "apt-get install one two");
  });
});
