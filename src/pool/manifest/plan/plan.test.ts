import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Manifest, parseManifest } from "#pool/manifest";
import { formatPlan, planChanges } from "#pool/manifest/plan";

function parse(content: string): Manifest {
  return parseManifest({ name: "noos.yaml", content }).manifest;
}

const two = "app: a\nprocesses:\n  w: { image: w.wasm }\n  v: { image: v.wasm, count: 2 }\n";

const servedText =
  ", as cgi, instances 0..4, spread 1..all, calls unlimited, at-once unlimited, " +
  "timeout 30s, waiting 1000, wait 10s, " +
  "idle 10s..10m, drain 30s, trial 10s";

/** From one text to another, and the lines that show it. */
const shown: readonly (readonly [title: string, before: string, after: string, lines: string[]])[] =
  [
    ["nothing", two, two, ["a: nothing to change, 2 kept"]],
    [
      "what is a script from now on",
      two,
      two.replace("image: w.wasm", "source: w.ts"),
      [
        "a: 1 to restart, 1 kept; 1 process starts, 1 end",
        "~ w: restart",
        "    image: w.wasm → w.ts",
      ],
    ],
    [
      "what has no new start",
      two,
      two.replace("count: 2", "count: 3, restart: never, give-up: 3 in 1s, grace: 1s"),
      [
        "a: 1 to configure, 1 kept; 1 process starts, 0 end",
        "~ v: configure, without a restart",
        "    count: 2 → 3",
        "    restart: always → never",
        "    give-up: never → 3 in 1 s",
        "    grace: 5 s → 1 s",
      ],
    ],
    [
      "what has a new start",
      two,
      two.replace("count: 2", "args: [x], memory: 1GiB, uses: { env: { A: 1 }, secrets: [S] }"),
      [
        "a: 1 to restart, 1 kept; 1 process starts, 2 end",
        "~ v: restart",
        `    args: [] → ["x"]`,
        "    count: 2 → 1",
        "    memory: 4 GiB → 1 GiB",
        `    uses.env: [] → ["A=1"]`,
        `    uses.secrets: [] → ["S"]`,
      ],
    ],
    [
      "that unlisted calls are only counted",
      two.replace("v: {", "v: { uses: { call: [w.b] },"),
      two.replace("v: {", "v: { uses: { call: [w.b], unlisted: count },"),
      [
        "a: 1 to restart, 1 kept; 2 processes start, 2 end",
        "~ v: restart",
        "    uses.unlisted: refuse → count",
      ],
    ],
    [
      "that they are refused again, and one is listed",
      two.replace("v: {", "v: { uses: { unlisted: count },"),
      two.replace("v: {", "v: { uses: { call: [w.b] },"),
      [
        "a: 1 to restart, 1 kept; 2 processes start, 2 end",
        "~ v: restart",
        `    uses.call: [] → ["w.b"]`,
        "    uses.unlisted: count → refuse",
      ],
    ],
    [
      "what serves, beside what it was",
      two.replace("v: {", "v: { serve: /,").replace(", count: 2", ""),
      two.replace("v: {", "v: { serve: /v/, args: [x],").replace(", count: 2", ""),
      [
        "a: 1 to renew, 1 kept; 0 processes start, 0 end",
        "~ v: renew, with the old beside the new until that answers",
        `    args: [] → ["x"]`,
        `    serve: routes ["/"]${servedText} → routes ["/v/"]${servedText}`,
      ],
    ],
    [
      "what begins to serve",
      two,
      two.replace("w.wasm", "w.wasm, serve: /"),
      [
        "a: 1 to restart, 1 kept; 1 process starts, 1 end",
        "~ w: restart",
        `    serve: nothing → routes ["/"]${servedText}`,
      ],
    ],
    [
      "what comes and goes",
      two,
      two.replace("v: {", "u: {"),
      [
        "a: 1 to add, 1 to remove, 1 kept; 2 processes start, 2 end",
        "+ u: 2 of v.wasm",
        "- v: 2 of v.wasm",
      ],
    ],
    [
      "a text of the app, for those that use it",
      `${two}config: { M: x, N: y }`.replace("w.wasm", "w.wasm, uses: { config: [M] }"),
      `${two}config: { M: z, N: z }`.replace("w.wasm", "w.wasm, uses: { config: [M] }"),
      ["a: 1 to restart, 1 kept; 1 process starts, 1 end", "~ w: restart", "    config.M: x → z"],
    ],
    [
      "the tree",
      two,
      `${two}tree:
  strategy: rest-for-one
  children: [w, supervisor: { name: s, children: [v] }]
`,
      [
        "a: 1 to restart, 1 kept; 2 processes start, 2 end",
        "~ v: restart",
        "    tree: root → s",
        "~ supervisor root: strategy one-for-one → rest-for-one",
        "~ supervisor root: children w, v → w",
        "+ supervisor s: one-for-one",
      ],
    ],
    [
      "the order of start",
      two,
      `${two}tree: { children: [v, w] }`,
      ["a: 2 kept; 0 processes start, 0 end", "~ supervisor root: children w, v → v, w"],
    ],
  ];

suite("plan", () => {
  for (const [title, before, after, lines] of shown) {
    test(`shows ${title}`, () => {
      const plan = planChanges(parse(before), parse(after));
      assert.deepEqual(formatPlan(plan).trimEnd().split("\n"), lines);
    });
  }

  test("of a first deploy adds all, and has the tree", () => {
    const plan = planChanges(undefined, parse(two));
    assert.deepEqual(plan.counts, {
      added: 2,
      removed: 0,
      restarted: 0,
      renewed: 0,
      configured: 0,
      kept: 0,
      starts: 3,
      ends: 0,
    });
    assert.deepEqual(plan.tree, parse(two).tree);
    assert.equal(plan.isEmpty, false);
  });

  test("restarts what has an image with other content under the name it had", () => {
    const plan = planChanges(parse(two), parse(two), { rebuilt: new Set(["v"]) });
    assert.deepEqual(formatPlan(plan).trimEnd().split("\n"), [
      "a: 1 to restart, 1 kept; 2 processes start, 2 end",
      "~ v: restart",
      "    image: v.wasm, with other content",
    ]);
  });

  test("says that the app was called something else", () => {
    const plan = planChanges(parse(two), parse(two.replace("app: a", "app: b")));
    assert.match(formatPlan(plan), /it was called a$/m);
    assert.equal(plan.isEmpty, false);
  });
});
