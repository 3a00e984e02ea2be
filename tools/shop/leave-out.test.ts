import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";
import { parseManifest } from "#pool/manifest";
import { leaveOut } from "./leave-out.ts";

const file = join(resolve(import.meta.dirname, "..", ".."), "examples", "shop", "noos.yaml");
const whole = readFileSync(file, "utf8");

/** Throws for what is no manifest. */
function specsOf(content: string): readonly string[] {
  const { manifest } = parseManifest({ name: "noos.yaml", content });
  return manifest.processes.map(({ name }) => name);
}

suite("the example app without a spec", () => {
  for (const names of [[], ["till"], ["till", "menu"], ["menu", "till", "window"]]) {
    test(`is a manifest that has all but ${names.join(", ") || "nothing"}`, () => {
      const rest = specsOf(leaveOut(whole, new Set(names)));
      const left = specsOf(whole).filter((name) => !names.includes(name));
      assert.deepEqual(rest, left);
    });
  }
});
