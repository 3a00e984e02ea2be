import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { compareOutcomes } from "./compare-answers.ts";
import { anyItem, isWithin } from "./difference.ts";
import type { Outcome } from "./exchange.ts";
import { leftOutFields } from "./left-out-fields.ts";

const encoder = new TextEncoder();

function answer(
  body: string | Uint8Array,
  { status = 200, fields = [] }: { status?: number; fields?: readonly string[] } = {},
): Outcome {
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  return { kind: "answer", answer: { head: { status, fields }, body: bytes } };
}

/** Each place with what is before and after. */
function told(before: Outcome, after: Outcome): readonly string[] {
  return compareOutcomes(before, after).map(
    (each) => `${each.place}: ${each.before} -> ${each.after}`,
  );
}

suite("compare answers", () => {
  const rows: readonly (readonly [what: string, Outcome, Outcome, ...places: string[]])[] = [
    ["are alike", answer("x"), answer("x")],
    [
      "have another status",
      answer("", { status: 200 }),
      answer("", { status: 500 }),
      "status: 200 -> 500",
    ],
    [
      "have another header",
      answer("", { fields: ["content-type", "text/html"] }),
      answer("", { fields: ["Content-Type", "text/plain", "vary", "accept"] }),
      "header content-type: text/html -> text/plain",
      "header vary: (nothing) -> accept",
    ],
    [
      "have headers in another order",
      answer("", { fields: ["a", "1", "b", "2", "a", "3"] }),
      answer("", { fields: ["b", "2", "A", "1", "a", "3"] }),
    ],
    [
      "have JSON that differs",
      answer(`{"items":[{"price":1},{"price":2}],"n":1}`),
      answer(` {"n":1,"items":[{"price":1},{"price":"2"},{}],"a b":null}`),
      `$.items[1].price: 2 -> "2"`,
      "$.items[2]: (nothing) -> {}",
      `$["a b"]: (nothing) -> null`,
    ],
    ["have JSON that says the same", answer(`{"a":1,"b":[2]}`), answer(`{"b":[2.0],\n"a":1}`)],
    ["are a list and an object", answer("[]"), answer("{}"), "$: [] -> {}"],
    [
      "have lines that differ",
      answer("<p>\none\n</p>\n"),
      answer("<p>\ntwo\n</p>\nmore"),
      "body line 2: one -> two",
      "body line 4:  -> more",
    ],
    ["have one line less", answer("a\nb"), answer("a"), "body line 2: b -> (nothing)"],
    [
      "say what stands for nothing",
      answer("a\n(nothing)"),
      answer("a"),
      "body line 2: (nothing) -> (nothing)",
    ],
    [
      "are no text",
      answer(new Uint8Array([1, 255, 3])),
      answer(new Uint8Array([1, 255])),
      "body: 3 bytes, others from byte 2 on -> 2 bytes, others from byte 2 on",
    ],
    [
      "are none",
      answer("", { status: 204 }),
      { kind: "none", why: "trapped(unreachable)" },
      "answer: 204 -> none: trapped(unreachable)",
    ],
    ["are none of both", { kind: "none", why: "a" }, { kind: "none", why: "b" }],
  ];
  for (const [what, before, after, ...places] of rows) {
    test(`that ${what}`, () => assert.deepEqual(told(before, after), places));
  }

  test("but for fields that say nothing of a build", () => {
    for (const name of Object.keys(leftOutFields)) {
      assert.deepEqual(told(answer("", { fields: [name, "1"] }), answer("")), [], name);
    }
  });

  test("in no more places than anybody reads, and no longer than a line", () => {
    const [many, others] = ["a", "b"].map((text) => answer(`${text.repeat(300)}\n`.repeat(5000)));
    assert.ok(many !== undefined && others !== undefined);
    const found = compareOutcomes(many, others);
    assert.equal(found.length, 200);
    assert.ok(found.every(({ before }) => before.length === 100));
    const deep = (last: string): Outcome => answer(`${"[".repeat(2000)}${last}${"]".repeat(2000)}`);
    assert.equal(compareOutcomes(deep("1"), deep("2")).length, 1);
  });

  test("finds a difference in JSON where there is one, wherever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const [before, after] = [one, other].map((value) => answer(JSON.stringify([value])));
        assert.ok(before !== undefined && after !== undefined);
        const isSame = isEqualJson(one, other);
        const found = compareOutcomes(before, after);
        assert.equal(found.length === 0, isSame);
        // Told the other way round, it is at the same places.
        const places = (all: typeof found): readonly string[] =>
          all.map(({ place }) => place).sort();
        assert.deepEqual(places(compareOutcomes(after, before)), places(found));
      }),
    );
  });
});

/** Node's own comparison, of what JSON can say. */
function isEqualJson(one: unknown, other: unknown): boolean {
  try {
    assert.deepEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)));
    return true;
  } catch {
    return false;
  }
}

suite("a place", () => {
  const rows = [
    ["$.a.b", "$.a", true],
    ["$.a[0]", "$.a", true],
    ["$.ab", "$.a", false],
    ["$.a", "$.a.b", false],
    ["$.a", "$", true],
    ["$.a", "body", true],
    ["body line 3", "body", true],
    ["body line 12", "body line 1", false],
    ["status", "body", false],
    ["status", "status", true],
  ] as const;
  for (const [place, other, isIt] of rows) {
    test(`${place} is ${isIt ? "" : "not "}in ${other}`, () => {
      assert.equal(isWithin(place, other), isIt);
    });
  }

  test("of an item is the same in each of them", () => {
    assert.equal(anyItem("$.a[12].b[0]"), "$.a[*].b[*]");
    assert.equal(anyItem("body line 3"), "body line 3");
  });
});
