import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";
import { parseManifest } from "#pool/manifest";
import { leaveOut } from "./leave-out.ts";

const examples = join(resolve(import.meta.dirname, "..", ".."), "examples");
const [shop, site] = ["shop", "site"].map((name) =>
  readFileSync(join(examples, name, "noos.yaml"), "utf8"),
);
assert.ok(shop !== undefined && site !== undefined);

const apps: readonly (readonly [text: string, names: readonly string[]])[] = [
  [shop, []],
  [shop, ["till"]],
  [shop, ["till", "menu"]],
  [shop, ["menu", "till", "window"]],
  [site, ["words", "faces"]],
];

/** Throws for what is no manifest. */
function specsOf(content: string): readonly string[] {
  const { manifest } = parseManifest({ name: "noos.yaml", content });
  return manifest.processes.map(({ name }) => name);
}

suite("an example app without a spec", () => {
  for (const [whole, names] of apps) {
    test(`is a manifest that has all but ${names.join(", ") || "nothing"}`, () => {
      const rest = specsOf(leaveOut(whole, new Set(names)));
      const left = specsOf(whole).filter((name) => !names.includes(name));
      assert.deepEqual(rest, left);
    });
  }
});
