import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Outcome, statusOf } from "#app/cli/start";
import type { ExitReason } from "#core/sys";
import { reportLines } from "./report.ts";
import { jsonLine, statsLines } from "./stats.ts";

function outcome(reason: ExitReason): Outcome {
  const usage = { wallNs: 2e9, cpuNs: 1.5e6, memoryPeakBytes: 131_072, calls: 12_345 };
  const phases = [
    { phase: "start node", ns: 20e6 },
    { phase: "compile", ns: 250e3 },
  ];
  return { program: "p.wasm", reason, usage, phases, recording: undefined, isDelivered: true };
}

function frames(count: number, name: string): Extract<ExitReason, { kind: "trapped" }>["stack"] {
  return Array.from({ length: count }, (_, functionIndex) => ({
    functionName: name,
    functionIndex,
    offset: 1,
  }));
}

suite("report", () => {
  test("says nothing when the program ended by itself, whatever its code", () => {
    assert.deepEqual(reportLines(outcome({ kind: "exited", code: 3 })), []);
  });

  test("names the limit that was reached, and the option that allows more", () => {
    const by = { limit: "wall-time", allowed: "10 s" } as const;
    assert.deepEqual(reportLines(outcome({ kind: "killed", by })), [
      `noos: "p.wasm" was ended: it reached its limit of wall-time, 10 s`,
      "      next: if it should go on, allow more with --timeout",
    ]);
  });

  test("shows no control character of a name that a program chose", () => {
    const name = "\u001b]0;title\u0007\nnoos: all is well";
    const trapped: ExitReason = { kind: "trapped", what: name, stack: frames(1, name) };
    const lines = [
      ...reportLines(outcome(trapped)),
      ...statsLines(outcome(trapped)),
      jsonLine(outcome(trapped)),
    ];
    for (const line of lines) assert.doesNotMatch(line, /\p{C}/u);
  });

  test("names who ended it", () => {
    assert.deepEqual(reportLines(outcome({ kind: "killed", by: { who: "Ctrl-C" } })), [
      `noos: "p.wasm" was ended by Ctrl-C`,
    ]);
  });

  test("says when output could not be written, and then a 0 is none", () => {
    const failed = { ...outcome({ kind: "exited", code: 0 }), outputFailed: "ENOSPC" };
    assert.deepEqual(reportLines(failed), [
      `noos: not all that "p.wasm" wrote to stdout could be written: ENOSPC`,
      "      next: look at where stdout goes: is there room?",
    ]);
    assert.equal(statusOf(failed), 123);
    assert.equal(statusOf({ ...failed, reason: { kind: "exited", code: 1 } }), 1);
  });

  test("says when output was lost", () => {
    const ended = outcome({ kind: "killed", by: { who: "Ctrl-C" } });
    assert.equal(
      reportLines({ ...ended, isDelivered: false }).at(-1),
      "noos: the last of its output was not read in time, and is lost",
    );
  });

  test("shows a trap with the first functions of the program's stack", () => {
    const stack = frames(20, "descend");
    const lines = reportLines(outcome({ kind: "trapped", what: "unreachable", stack }));
    assert.equal(lines[0], `noos: "p.wasm" trapped: unreachable`);
    assert.equal(lines.filter((line) => line === "      at descend").length, 12);
    assert.equal(lines[13], "      … and 8 more");
    // The engine tells no more of a stack than so many.
    const endless = { kind: "trapped", what: "unreachable", stack: frames(64, "descend") } as const;
    assert.equal(reportLines(outcome(endless))[13], "      … and many more");
  });

  const advice: readonly (readonly [what: string, name: string, next: RegExp])[] = [
    ["call stack exhausted", "descend", /--call-stack/],
    ["unreachable", "$7", /function names/],
    ["unreachable", "main", /mend the program/],
  ];
  for (const [what, name, next] of advice) {
    test(`advises on "${what}" in ${name}`, () => {
      const lines = reportLines(outcome({ kind: "trapped", what, stack: frames(1, name) }));
      assert.match(lines.at(-1) ?? "", next);
    });
  }

  test("passes on why a program was refused, and what to do", () => {
    const reason = { kind: "refused", code: "IMPORT_MISSING", why: "no", hint: "do" } as const;
    assert.deepEqual(reportLines(outcome(reason)), ["noos: no", "      next: do"]);
  });
});

suite("stats", () => {
  test("tell what was used and how long each phase of the start took", () => {
    assert.deepEqual(statsLines(outcome({ kind: "exited", code: 0 })), [
      "p.wasm: exited(0)",
      "used",
      "  time            2 s",
      "  cpu             1.5 ms",
      "  memory at most  128 KiB",
      "  calls           12 345",
      "start: 20.3 ms",
      "  start node      20 ms",
      "  compile         250 µs",
    ]);
  });

  test("are one JSON object on one line, for programs", () => {
    const line = jsonLine(outcome({ kind: "killed", by: { limit: "memory", allowed: "1 MiB" } }));
    assert.doesNotMatch(line, /\n/);
    assert.deepEqual(JSON.parse(line), {
      program: "p.wasm",
      status: 124,
      exit: { kind: "killed", by: { limit: "memory", allowed: "1 MiB" } },
      usage: { wallNs: 2e9, cpuNs: 1.5e6, memoryPeakBytes: 131_072, calls: 12_345 },
      start: [
        { phase: "start node", ns: 20e6 },
        { phase: "compile", ns: 250e3 },
      ],
      isDelivered: true,
    });
  });

  test("say what became of a recording, and the status says when it is not whole", () => {
    const recording = { file: "r.rec", calls: 7, failed: "no space left" };
    const failed = { ...outcome({ kind: "exited", code: 0 }), recording };
    assert.equal(statsLines(failed).at(-1), "recording: r.rec, 7 calls, stopped: no space left");
    assert.equal(JSON.parse(jsonLine(failed)).status, 123);
  });
});
