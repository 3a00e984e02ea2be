import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { simulatedHost } from "#adapters/sim";
import { onlyTail, readAnyRecording, type TailRecording } from "#core/journal/format";
import { fly, type Scene, scriptProgram } from "#test/journal";
import { readTail, tailJson, tailLines } from "./tail.ts";

const KiB = 1024;
const { codec } = simulatedHost({ seed: 1 });

/** What a hostile peer would have a terminal do. */
const hostile = "\u001B]0;owned\u0007\u001B[2Jend";

// oxlint-disable-next-line no-control-regex -- these are what must not come through
const control = /[\u0000-\u001F\u007F-\u009F]/;

const looks = Array.from({ length: 1000 }, () => ({
  call: "clock_time_get",
  parameters: [1, 0n, 2048],
}));

/** Looks at the clock a thousand times, reads once, and fails. */
const scene: Scene = {
  program: scriptProgram([
    ...looks,
    { call: "fd_read", parameters: [0, 512 + 2 * 8, 1, 2048] },
    { call: "proc_exit", parameters: [9] },
  ]),
  options: () => ({ stdin: hostile }),
};

async function tail(): Promise<TailRecording> {
  const { bytes } = await fly(scene, { bytesMax: 8 * KiB });
  const recording = readAnyRecording(bytes, codec);
  assert.equal(recording.program, undefined);
  return recording as TailRecording;
}

suite("the tail of a journal", () => {
  test("tells the last calls with what came in, the end, and what was in hand", async () => {
    const lines = tailLines(readTail(await tail()));
    assert.match(lines[0] ?? "", /not reach back to the start: \d+ of 1002 calls are missing/);
    assert.deepEqual([lines[1], lines[3]], ["last inputs:", "last calls:"]);
    assert.match(lines[2] ?? "", /^ {2}1001 ".*end" \(17 bytes\) comes in on stdin$/);
    assert.match(lines[4] ?? "", /^ {2}991 clock_time_get\(1, 0, 2048\) = ok$/);
    assert.match(lines[5] ?? "", /^ {6}reads the monotonic clock: \d+ ns$/);
    const text = lines.join("\n");
    assert.match(
      text,
      /\n {2}1001 fd_read\(0, 528, 1, 2048\) = ok\n {6}".*end" \(17 bytes\) comes in/,
    );
    assert.match(text, /\n {2}1002 proc_exit\(9\)\nended: exited\(9\)\nin hand at the end:\n/);
    assert.match(text, /\n {2}memory {2}256 KiB\n {2}fd 0 {2}input, 17 bytes read/);
  });

  test("can be read up to a call", async () => {
    const { lastCalls } = readTail(await tail(), 900);
    assert.deepEqual([lastCalls[0]?.call?.number, lastCalls.at(-1)?.call?.number], [889, 900]);
    for (const call of [5, 1003]) {
      assert.equal(tailLines(readTail(await tail(), call))[1], `call ${call} is not there`);
    }
  });

  test("tells an input that was too large, though no call is missing", async () => {
    const steps = [
      { call: "fd_read", parameters: [0, 512, 1, 2048] },
      ...looks.slice(0, 20),
      { call: "proc_exit", parameters: [9] },
    ];
    const options = (): { stdin: string } => ({ stdin: "a long line\n".repeat(1000) });
    const { bytes } = await fly({ program: scriptProgram(steps), options }, { bytesMax: 8 * KiB });
    const recording = readAnyRecording(bytes, codec);
    assert.equal(recording.program, undefined);
    assert.match(
      onlyTail(recording as TailRecording).message,
      /: an input or output was too large/,
    );
    const [first, ...lines] = tailLines(readTail(recording as TailRecording));
    assert.match(first ?? "", /holds all 22 calls since the start, but not all that came in/);
    const cut = "comes in on stdin, and 11744 more that were not kept";
    assert.match(lines[1] ?? "", /^ {2}1 "a long line\\n.* comes/);
    assert.equal(lines[1]?.endsWith(cut), true);
  });

  test("lets no control character of a guest or a peer reach a terminal", async () => {
    const told = readTail(await tail());
    for (const line of tailLines(told)) assert.doesNotMatch(line, control);
    assert.doesNotMatch(tailJson(told, { status: 123, code: "RECORDING_TAIL" }), control);
  });

  test("is one JSON object that a program reads back", async () => {
    const told = readTail(await tail());
    const json = JSON.parse(tailJson(told, { status: 123, code: "RECORDING_TAIL" }));
    assert.deepEqual([json.status, json.code, json.calls], [123, "RECORDING_TAIL", 1002]);
    assert.deepEqual(json.recordedExit, { kind: "exited", code: 9 });
    assert.deepEqual(json.lastInputs, told.lastInputs);
    assert.equal(json.missing.calls, told.missing.calls);
    assert.match(json.lastCalls.at(-2).call, /^1001 fd_read\(0, 528, 1, 2048\) = ok$/);
    assert.match(json.lastCalls.at(-2).events[0], /comes in on stdin$/);
  });
});
