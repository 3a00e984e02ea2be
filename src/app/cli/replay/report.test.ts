import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Recording } from "#core/journal/format";
import type { ExitReason } from "#core/sys";
import type { Played, Rehearsed } from "./play.ts";
import { rehearsalJson, rehearsalLines, replayJson, replayLines, untilLines } from "./report.ts";

/** What a hostile guest would have a terminal do. */
const hostile = "\u001B]0;owned\u0007\u001B[2J\u009B31m\r\u202Egpj";

// oxlint-disable-next-line no-control-regex -- these are what must not come through
const control = /[\u0000-\u001F\u007F-\u009F\u202A-\u202E]/;

const usage = {} as Played["exit"]["usage"];
const trapped: ExitReason = {
  kind: "trapped",
  what: hostile,
  stack: [{ functionName: hostile, functionIndex: 1, offset: 2 }],
};

function recordingOf(reason: ExitReason | undefined): Recording {
  return (reason === undefined ? {} : { end: { kind: "ended", reason, sum: 0 } }) as Recording;
}

function played(changes: Partial<Played["result"]> = {}): Played {
  return {
    exit: { reason: trapped, usage } as Played["exit"],
    result: {
      divergence: undefined,
      calls: 7,
      marksChecked: 0,
      sameMemory: true,
      stoppedAt: undefined,
      ...changes,
    },
    lastCalls: [{ number: 7, name: hostile, parameters: [1, -1, 2n], answer: 0 }],
    inHand: [hostile],
    isSummed: true,
  };
}

suite("the report of a replay", () => {
  const all = [
    played(),
    played({ divergence: { call: 3, recorded: hostile, found: hostile } }),
    played({ stoppedAt: "the call asked for" }),
    played({ stoppedAt: "the end of the recording" }),
  ];

  test("lets no control character of a guest reach a terminal", () => {
    for (const one of all) {
      for (const line of replayLines(one)) assert.doesNotMatch(line, control);
      assert.doesNotMatch(replayJson(one, recordingOf(trapped), 0), control);
    }
  });

  test("is one JSON object that a program reads back", () => {
    for (const one of all) {
      const json = JSON.parse(replayJson(one, recordingOf(trapped), 123));
      assert.equal(json.status, 123);
      assert.equal(json.calls, 7);
    }
  });

  test("names a call that was asked for and never made", () => {
    assert.deepEqual(untilLines(9, played()), ["call 9 was never made: there are 7 calls"]);
    assert.deepEqual(untilLines(7, played()), []);
  });
});

suite("the report of a rehearsal", () => {
  const rehearsed: Rehearsed = {
    exit: { reason: trapped, usage } as Rehearsed["exit"],
    result: {
      differences: [
        { stream: `/${hostile}`, offset: 5, line: 2, recorded: hostile, found: undefined },
      ],
      missing: [hostile],
    },
  };

  test("lets no control character of a guest reach a terminal", () => {
    for (const recording of [recordingOf({ kind: "exited", code: 0 }), recordingOf(undefined)]) {
      for (const line of rehearsalLines(rehearsed, recording)) assert.doesNotMatch(line, control);
      assert.doesNotMatch(rehearsalJson(rehearsed, recording, 123), control);
    }
  });

  test("says where an output differs, and how on either side", () => {
    const [first, recorded, found] = rehearsalLines(rehearsed, recordingOf(trapped));
    assert.match(first ?? "", /differs at byte 5, line 2$/);
    assert.match(recorded ?? "", /^ {2}recorded: "/);
    assert.equal(found, "  found:    (nothing more)");
  });
});
