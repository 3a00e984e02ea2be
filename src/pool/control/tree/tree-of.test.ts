import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ChildSpec } from "#core/supervise";
import { treeOf } from "#pool/control/tree";
import { parseManifest } from "#pool/manifest";
import { appText, type AppTexts } from "#test/control";

function tree(texts: AppTexts): ReturnType<typeof treeOf> {
  return treeOf(parseManifest({ name: "noos.yaml", content: appText(texts) }).manifest);
}

function paths(spec: ChildSpec, above = ""): readonly string[] {
  const path = `${above}${spec.name}`;
  if (spec.kind === "process") return [path];
  return [path, ...spec.children.flatMap((child) => paths(child, `${path}/`))];
}

suite("tree of a manifest", () => {
  test("has the app's name at its top, and a leaf for each process that is wanted", () => {
    const made = tree({
      processes: { a: { count: 3 }, b: { count: 0 }, c: {} },
      tree: {
        name: "top",
        strategy: "rest-for-one",
        "give-up": "3 in 10s",
        children: ["c", { supervisor: { strategy: "one-for-all", children: ["a", "b"] } }],
      },
    });
    assert.deepEqual(paths(made), [
      "shop",
      "shop/c",
      "shop/root.2",
      "shop/root.2/a",
      "shop/root.2/a.2",
      "shop/root.2/a.3",
    ]);
    assert.equal(made.strategy, "rest-for-one");
    assert.deepEqual(made.giveUp, { restarts: 3, withinNs: 10e9 });
  });

  test("has in each leaf how it is looked after", () => {
    const leaf = { restart: "on-failure", grace: "2s", "give-up": "1 in 1s", count: 2 };
    const made = tree({ processes: { a: leaf, b: {} } });
    assert.deepEqual(made.children, [
      {
        kind: "process",
        name: "a",
        process: "a",
        restart: "on-failure",
        graceNs: 2e9,
        giveUp: { restarts: 1, withinNs: 1e9 },
      },
      {
        kind: "process",
        name: "a.2",
        process: "a",
        restart: "on-failure",
        graceNs: 2e9,
        giveUp: { restarts: 1, withinNs: 1e9 },
      },
      { kind: "process", name: "b", process: "b", restart: "always", graceNs: 5e9 },
    ]);
  });
});
