import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { formatManifest, type Manifest, ManifestError, parseManifest } from "#pool/manifest";
import { applyPlan, formatPlan, planChanges } from "#pool/manifest/plan";

function parse(content: string | Uint8Array): Manifest {
  return parseManifest({ name: "noos.yaml", content }).manifest;
}

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
const variable = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,3}$/);
const anyText = fc.oneof(
  fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", "")),
  fc.constantFrom("", "no", "null", "1.10", " a ", "- x", "a: b", "#", "'", "~", "x\ny\n", ".inf"),
);
const giveUp = fc.constantFrom("never", "3 in 10s", "0 in 1500ms", "10 in 1h");
const restart = fc.constantFrom("always", "on-failure", "never");
const strategy = fc.constantFrom("one-for-one", "one-for-all", "rest-for-one");

/** A manifest as somebody may write it, in the JSON that YAML has in it. */
const writtenProcess = fc
  .record(
    {
      image: anyText.filter((text) => text !== ""),
      isScript: fc.boolean(),
      args: fc.array(anyText, { maxLength: 3 }),
      count: fc.nat(20),
      restart,
      "give-up": giveUp,
      grace: fc.constantFrom("0s", "1500ms", "1m30s"),
      memory: fc.nat(2 ** 33),
      "cpu-share": fc.constantFrom(0.5, "25%", 1),
      serve: fc.constantFrom({}, { instances: "1..3", calls: 5, idle: "1500ms" }),
      consume: fc.constantFrom("jobs", "post", { queue: "jobs", "at-once": 3 }),
      times: fc.constantFrom(
        { every: "90s", missed: "skip" },
        { cron: "30 2 * * 1-5", zone: "Europe/Berlin" },
        { cron: "* * * * *" },
      ),
      "wall-time": fc.constantFrom("unlimited", "1h30m", "1234567ns"),
      uses: fc.record(
        {
          files: fc.uniqueArray(word, { maxLength: 3 }),
          connect: fc.constantFrom([], [":80"], ["[::1]:0", "unix:/x"]),
          env: fc.dictionary(
            variable.map((name) => `E${name}`),
            anyText,
            { maxKeys: 3 },
          ),
          config: fc.subarray(["A", "B"]),
          secrets: fc.uniqueArray(
            variable.map((name) => `S${name}`),
            { maxLength: 2 },
          ),
          spawn: fc.constant([]),
          unlisted: fc.constantFrom("refuse", "count"),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ["image", "isScript"] },
  )
  .map(({ count, image, isScript, times, ...others }) => {
    const program = isScript ? { source: `${image}.ts` } : { image };
    const process = { ...program, ...others, ...times };
    // What serves is as many as its requests want.
    const serves = ["serve", "consume", "every", "cron"].some((key) => key in process);
    return serves || count === undefined ? process : { count, ...process };
  });

const writtenApp = fc
  .record({
    app: word,
    config: fc.record({ A: anyText, B: anyText }),
    queues: fc.constantFrom(
      {},
      { jobs: {} },
      { jobs: { lease: "1500ms" }, mail: { bytes: "1GiB" } },
    ),
    processes: fc.uniqueArray(
      fc.tuple(fc.constantFrom("a", "b", "c", "d", "e", "f"), writtenProcess),
      {
        selector: ([name]) => name,
        maxLength: 6,
      },
    ),
    hasTree: fc.boolean(),
    cut: fc.nat(6),
    top: fc.record({ strategy, restart, "give-up": giveUp, name: fc.constantFrom("top", "all") }),
    nested: fc.record({ strategy, restart, "give-up": giveUp }),
  })
  .map(({ app, config, queues, processes, hasTree, cut, top, nested }) => {
    const names = processes.map(([name]) => name);
    const children = [
      ...names.slice(0, cut),
      { supervisor: { ...nested, children: names.slice(cut) } },
    ];
    const tree = hasTree ? { tree: { ...top, children } } : {};
    return JSON.stringify({
      app,
      config,
      queues,
      processes: Object.fromEntries(processes),
      ...tree,
    });
  })
  // JSON leaves as they are what YAML wants escaped.
  .map((json) =>
    json.replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    }),
  );

const manifest = writtenApp.map(parse);

suite("manifest: properties", () => {
  test("what is formatted is read as what it was", () => {
    fc.assert(
      fc.property(manifest, (one) => {
        const text = formatManifest(one);
        assert.deepEqual(parse(text), one, text);
        assert.equal(formatManifest(parse(text)), text);
      }),
    );
  });

  test("a manifest is what its JSON says", () => {
    fc.assert(
      fc.property(manifest, (one) => assert.deepEqual(JSON.parse(JSON.stringify(one)), one)),
    );
  });

  test("whatever the text is, there is a manifest or a ManifestError with places in it", () => {
    const keys = [
      "app: ",
      "processes:",
      "tree:",
      "children:",
      "supervisor:",
      "image: x",
      "a",
      "- ",
    ];
    const signs = [
      "\n",
      "  ",
      "{",
      "}",
      "[",
      "]",
      ",",
      ": ",
      "&a ",
      "*a",
      "!t ",
      "'",
      `"`,
      "#",
      "?",
    ];
    const others = ["---", "null", "1", "\t", "\ufffd", "|", ">"];
    const pieces = fc.constantFrom(...keys, ...signs, ...others);
    const mutated = fc
      .tuple(writtenApp, fc.nat(), fc.string({ unit: "binary", maxLength: 4 }))
      .map(([text, at, put]) => {
        const index = at % text.length;
        return text.slice(0, index) + put + text.slice(index + put.length);
      });
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(pieces, { maxLength: 40 }).map((all) => all.join("")),
      mutated,
    );
    fc.assert(
      fc.property(texts, (text) => checkPlaces(text)),
      { numRuns: 1000 },
    );
  });

  test("whatever the bytes are, too", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          parse(bytes);
        } catch (error) {
          assert.ok(error instanceof ManifestError, String(error));
        }
      }),
    );
  });
});

function checkPlaces(text: string): void {
  try {
    parse(text);
  } catch (error) {
    assert.ok(error instanceof ManifestError, String(error));
    assert.ok(error.problems.length > 0);
    const lines = text.split(/\r\n|\n|\r/);
    for (const { span, line, column } of error.problems) {
      assert.ok(span.start >= 0 && span.start <= span.end && span.start <= text.length);
      const characters = Array.from(lines[line - 1] ?? assert.fail(`no line ${line}`));
      assert.ok(column >= 1 && column <= characters.length + 2, `${line}:${column}`);
    }
  }
}

suite("plan: properties", () => {
  test("from a manifest to itself is empty", () => {
    fc.assert(
      fc.property(manifest, (one) => {
        const plan = planChanges(one, structuredClone(one));
        assert.ok(plan.isEmpty);
        assert.equal(plan.counts.starts + plan.counts.ends, 0);
      }),
    );
  });

  test("applied to the manifest before is the manifest after", () => {
    fc.assert(
      fc.property(fc.option(manifest, { nil: undefined }), manifest, (before, after) => {
        const plan = planChanges(before, after);
        assert.deepEqual(applyPlan(before, plan), after);
        assert.equal(plan.isEmpty, before !== undefined && sameText(before, after));
      }),
    );
  });

  test("is shown in lines that move no cursor", () => {
    fc.assert(
      fc.property(manifest, manifest, (before, after) => {
        const text = formatPlan(planChanges(before, after));
        assert.doesNotMatch(text.replaceAll("\n", ""), /\p{Cc}/u);
      }),
    );
  });
});

function sameText(a: Manifest, b: Manifest): boolean {
  return formatManifest(a) === formatManifest(b);
}
