import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { scriptedTerminal } from "#test/terminal";
import { Progress } from "./progress.ts";

const size = { columns: 20, rows: 5 };

suite("progress", () => {
  test("is plain lines where there is no terminal", () => {
    const terminal = scriptedTerminal();
    const progress = new Progress(terminal);
    progress.show("uploading");
    progress.say("uploaded");
    progress.clear();
    assert.equal(terminal.written.err, "uploaded\n");
  });

  test("is a line that changes on a terminal, cut to it, and then gone", () => {
    const terminal = scriptedTerminal({ isErrTerminal: true, size });
    let nowMs = 0;
    const progress = new Progress(terminal, () => nowMs);
    progress.show("one of a very long name");
    nowMs = 60;
    progress.show("two");
    progress.say("done");
    assert.equal(
      terminal.written.err,
      "\rone of a very long \u001b[K\rtwo\u001b[K\r\u001b[Kdone\n",
    );
  });

  test("is not drawn more often than an eye follows", () => {
    const terminal = scriptedTerminal({ isErrTerminal: true, size });
    let nowMs = 0;
    const progress = new Progress(terminal, () => nowMs);
    for (nowMs = 0; nowMs < 200; nowMs += 10) progress.show(`${nowMs}`);
    assert.equal(terminal.written.err, "\r0\u001b[K\r50\u001b[K\r100\u001b[K\r150\u001b[K");
  });
});
