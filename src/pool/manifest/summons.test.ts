import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatManifest, type Manifest, ManifestError, parseManifest } from "#pool/manifest";
import { formatPlan, planChanges } from "#pool/manifest/plan";
import { defaultQueueLimits } from "#pool/queue/ledger";

/** An app with `web`, which serves, and `work`, with these fields. */
function parse(fields: string, beside = ""): Manifest {
  const processes = `web: { image: w.wasm, serve: / }\n  work: { image: w.wasm, ${fields} }`;
  const content = `app: a\n${beside}processes:\n  ${processes}\n`;
  const { manifest } = parseManifest({ name: "noos.yaml", content });
  const again = parseManifest({ name: "again", content: formatManifest(manifest) });
  assert.deepEqual(again.manifest, manifest);
  return manifest;
}

function problemsIn(fields: string, beside = ""): string {
  try {
    parse(fields, beside);
  } catch (error) {
    assert.ok(error instanceof ManifestError, String(error));
    return error.report;
  }
  return "";
}

function work(manifest: Manifest): Manifest["processes"][number] | undefined {
  return manifest.processes.find(({ name }) => name === "work");
}

suite("queues of an app", () => {
  test("have the bounds that are said, and others by default; who is consumed is there", () => {
    const { queues } = parse(
      "consume: jobs",
      "queues: { mail: { lease: 1m30s, attempts: 3, bytes: 1MiB } }\n",
    );
    assert.deepEqual(queues, [
      {
        name: "mail",
        limits: { ...defaultQueueLimits, lease: 90_000, attempts: 3, bytes: 2 ** 20 },
      },
      { name: "jobs", limits: defaultQueueLimits },
    ]);
  });

  test("have consumers that serve, by as many instances as there is work for", () => {
    const plain = work(parse("consume: jobs"));
    assert.deepEqual(plain?.consume, { queue: "jobs", atOnce: 100, batch: 1, waitNs: 0 });
    assert.deepEqual(plain?.serve?.instances, { min: 0, max: 4 });
    assert.deepEqual(plain?.serve?.routes, []);
    const bounded = work(parse("consume: { queue: jobs, at-once: 2 }, serve: { instances: 1..9 }"));
    assert.deepEqual(bounded?.consume, { queue: "jobs", atOnce: 2, batch: 1, waitNs: 0 });
    assert.deepEqual(bounded?.serve?.instances, { min: 1, max: 9 });
  });

  test("are given messages in batches where they say so", () => {
    const plain = work(parse("consume: { queue: jobs, batch: 10 }"))?.consume;
    assert.deepEqual(plain, { queue: "jobs", atOnce: 100, batch: 10, waitNs: 1e9 });
    const hasty = work(parse("consume: { queue: jobs, batch: 10, wait: 0s }"))?.consume;
    assert.equal(hasty?.waitNs, 0);
  });

  test("may be called by who was granted that", () => {
    assert.equal(problemsIn("uses: { call: [jobs] }", "queues: { jobs: {} }\n"), "");
    assert.equal(problemsIn("consume: jobs, uses: { call: [jobs, web] }"), "");
    assert.match(
      problemsIn("uses: { call: [jbos] }", "queues: { jobs: {} }\n"),
      /uses\.call: found "jbos", expected the name of a process that serves, or of a queue.*"jobs"/,
    );
  });

  const refused: readonly (readonly [fields: string, beside: string, expected: RegExp])[] = [
    ["consume: Jobs", "", /work\.consume: found "Jobs", expected a name/],
    ["consume: { at-once: 3 }", "", /work\.consume: found what a process consumes without "queue"/],
    ["consume: { queue: jobs, at-once: 0 }", "", /at-once: found the number 0, expected a whole/],
    ["consume: { queue: jobs, prefetch: 3 }", "", /"prefetch".*did you mean "at-once"/],
    ["consume: { queue: jobs, batch: 0 }", "", /batch: found the number 0, expected a whole/],
    [
      "consume: { queue: jobs, batch: 10, at-once: 5 }",
      "",
      /consume\.batch: found the number 10, expected at most 5, as many as it has at-once/,
    ],
    [
      "consume: { queue: jobs, wait: 1s }",
      "",
      /consume\.wait: found "1s", expected batch beside it, of more than 1/,
    ],
    ["consume: web", "", /work\.consume: found "web", expected a name for the queue that no/],
    ["consume: jobs, count: 2", "", /count: found 2 of a process that serves/],
    ["args: []", "queues: { web: {} }\n", /queues: found "web", expected a name for the queue/],
    [
      "args: []",
      "queues: { jobs: { lease: 0s } }\n",
      /jobs\.lease: found "0s", expected .*1ms to 12h/,
    ],
    ["args: []", "queues: { jobs: { lease: 1us } }\n", /jobs\.lease: found "1us", expected/],
    ["args: []", "queues: { jobs: { bytes: 65GiB } }\n", /jobs\.bytes: found "65GiB", expected/],
    ["args: []", "queues: { jobs: { retries: 3 } }\n", /"retries".*did you mean "attempts"/],
    ["args: []", "queues: [jobs]\n", /queues: found a list, expected a map of queues by name/],
  ];
  for (const [fields, beside, expected] of refused) {
    test(`are refused: ${fields} ${beside.trim()}`, () => {
      assert.match(problemsIn(fields, beside), expected);
    });
  }
});

suite("times of a process", () => {
  test("are a time that passes or times on a wall, and it serves", () => {
    const every = work(parse("every: 90s, missed: skip"));
    assert.deepEqual(every?.schedule, { every: "90s", missed: "skip" });
    assert.equal(every?.serve?.timeoutNs, 3600e9);
    const cron = work(parse(`cron: "30 2 * * *", zone: Europe/Berlin, serve: { timeout: 2s }`));
    const schedule = { cron: "30 2 * * *", zone: "Europe/Berlin", missed: "run-once" };
    assert.deepEqual(cron?.schedule, schedule);
    assert.equal(cron?.serve?.timeoutNs, 2e9);
    assert.equal(work(parse(`cron: "0 0 * * 0"`))?.schedule?.zone, "UTC");
  });

  const refused: readonly (readonly [fields: string, expected: RegExp])[] = [
    ["every: 5", /work\.every: found the number 5, expected a duration from 1s to 366 days/],
    ["every: 10ms", /work\.every: found "10ms", expected/],
    [`cron: "@daily"`, /work\.cron: found "@daily", expected five fields/],
    [`cron: "0 0 * *"`, /work\.cron: found/],
    [`every: 5m, cron: "* * * * *"`, /work\.cron: found .*expected either every or cron/],
    ["every: 5m, zone: UTC", /work\.zone: found "UTC", expected no zone without cron/],
    ["missed: skip", /work\.missed: found "skip", expected every or cron beside it/],
    ["every: 5m, missed: never", /work\.missed: found "never", expected "run-once" or "skip"/],
    ["every: 5m, count: 3", /count: found 3 of a process that serves/],
  ];
  for (const [fields, expected] of refused) {
    test(`are refused: ${fields}`, () => assert.match(problemsIn(fields), expected));
  }
});

suite("plan of queues and times", () => {
  test("names what changes, bound by bound, and restarts nobody", () => {
    const before = parse("consume: jobs, every: 5m", "queues: { old: {} }\n");
    const after = parse("consume: jobs, every: 6m", "queues: { jobs: { lease: 1m }, new: {} }\n");
    const plan = planChanges(before, after);
    assert.equal(plan.counts.restarted, 0);
    const text = formatPlan(plan);
    const few = parse("consume: { queue: jobs, batch: 10 }");
    const shown = formatPlan(planChanges(parse("consume: jobs"), few));
    assert.match(shown, /at-once 100 → queue jobs, at-once 100, batch 10, wait 1 s/);
    assert.match(text, /schedule: every 5m, missed run-once → every 6m/);
    assert.match(text, /~ queue jobs: lease 30s → 1m\n\+ queue new\n- queue old/);
    assert.equal(planChanges(after, after).isEmpty, true);
  });
});
