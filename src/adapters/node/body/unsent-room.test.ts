import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { suite, test } from "node:test";
import { BodySink, UnsentRoom } from "./mod.ts";

/** What a body of this connection takes without waiting, whose client takes nothing. */
function takenAtOnce(room: UnsentRoom): number {
  const writable = new Writable({ write: () => undefined });
  const broken = (why: string): void => assert.fail(why);
  const sink = new BodySink(writable, { bodyBytes: undefined, broken, ended: () => {}, room });
  return Number(sink.tryPush(new Uint8Array(100_000)));
}

suite("what may wait to be sent over one connection", () => {
  test("is shared by its bodies, each of which may have some", () => {
    const room = new UnsentRoom();
    assert.equal(takenAtOnce(room), 65_536);
    const leave = Array.from({ length: 1000 }, () => room.enter());
    assert.equal(takenAtOnce(room), 1024);
    for (const each of leave.splice(100)) each();
    assert.equal(takenAtOnce(room), 2621);
    for (const each of leave) each();
    assert.equal(takenAtOnce(room), 65_536);
  });
});
