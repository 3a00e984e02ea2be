import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { findPath } from "./find-path.ts";

const paths = [
  "shop",
  "shop/worker",
  "shop/worker.2",
  "shop/front",
  "shop/front/api",
  "blog",
  "blog/api",
  "blog/web",
];

function find(typed: string): string {
  return findPath(paths, { typed, deed: "end", what: "process" });
}

suite("find path", () => {
  const found: readonly (readonly [typed: string, path: string])[] = [
    ["shop/front/api", "shop/front/api"],
    ["front/api", "shop/front/api"],
    ["worker", "shop/worker"],
    ["worker.2", "shop/worker.2"],
    ["shop", "shop"],
    ["web", "blog/web"],
  ];
  for (const [typed, path] of found) {
    test(`takes "${typed}" for ${path}`, () => assert.equal(find(typed), path));
  }

  const refused: readonly (readonly [
    typed: string,
    message: RegExp,
    hint: string,
    code: string,
  ])[] = [
    [
      "api",
      /^"api" is any of shop\/front\/api, blog\/api$/,
      "say which: noos end shop/front/api",
      "USAGE",
    ],
    ["wroker", /"wroker"/, "did you mean noos end shop/worker? (all: noos ps)", "CHILD_UNKNOWN"],
    [
      "shop/frnt/api",
      /no process/,
      "did you mean noos end shop/front/api? (all: noos ps)",
      "CHILD_UNKNOWN",
    ],
    ["orker", /no process/, "did you mean noos end shop/worker? (all: noos ps)", "CHILD_UNKNOWN"],
    ["something", /no process/, "noos ps", "CHILD_UNKNOWN"],
    ["", /no process/, "noos ps", "CHILD_UNKNOWN"],
  ];
  for (const [typed, message, hint, code] of refused) {
    test(`refuses "${typed}", and says what to type`, () => {
      assert.throws(() => find(typed), { code, message, hint });
    });
  }

  test("names a few of many candidates", () => {
    const many = Array.from({ length: 20 }, (_, index) => `app${index}/api`);
    assert.throws(() => findPath(many, { typed: "api", deed: "end", what: "process" }), {
      message: /app7\/api, and 12 more$/,
    });
  });
});
