import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { suite, test } from "node:test";
import { connect } from "#app/client";
import { ask, openRaw, readRaw, sendRaw, serveScripted } from "#test/management";

/** What comes until `enough` of it has. */
async function readUntil(socket: Socket, enough: (text: string) => boolean): Promise<string> {
  let text = "";
  while (!enough(text)) {
    const piece = new Promise<Buffer>((resolve) => socket.once("data", resolve));
    text += (await piece).toString();
  }
  return text;
}

suite("followers", () => {
  test("get each event with its position as id, and the position to begin with", async (t) => {
    const served = await serveScripted(t);
    served.management.happen("before");
    const socket = openRaw(served);
    socket.write(ask("GET /v1/events"));
    const head = await readUntil(socket, (text) => text.includes("id: 1\n\n"));
    assert.match(head, /content-type: text\/event-stream/);
    served.management.happen("☃\nnew line");
    const text = await readUntil(socket, (read) => read.includes("id: 2"));
    const [, data = ""] = /^id: 2\ndata: (.*)$/m.exec(text) ?? [];
    assert.equal(JSON.parse(data).text, "☃\nnew line");
    socket.destroy();
  });

  test("may say where they were by the last id, whatever the target says", async (t) => {
    const served = await serveScripted(t);
    for (const text of ["a", "b", "c"]) served.management.happen(text);
    const target = "GET /v1/events?after=oldest&follow=false";
    const { body } = await sendRaw(served, ask(target, { "last-event-id": "2" }));
    assert.deepEqual(body.match(/^id: \d+$/gm), ["id: 2", "id: 3"]);
  });

  test("of an unknown position are refused with 410", async (t) => {
    const served = await serveScripted(t);
    const { status, body } = await sendRaw(served, ask("GET /v1/events?after=99"));
    assert.deepEqual([status, JSON.parse(body).code], [410, "POSITION_UNKNOWN"]);
    assert.equal(served.management.followers, 0);
  });

  test("hear a comment now and then while nothing happens", async (t) => {
    const served = await serveScripted(t, { bounds: { heartbeatMs: 5 } });
    const socket = openRaw(served);
    socket.write(ask("GET /v1/events"));
    await readUntil(socket, (text) => text.split("\n:\n").length > 3);
    socket.destroy();
  });

  test("that do not read hold a bounded number of bytes, and are closed in the end", async (t) => {
    const served = await serveScripted(t, { bounds: { idleMs: 200, heartbeatMs: 10 } });
    const { management } = served;
    const slow = openRaw(served);
    slow.write(ask("GET /v1/events?after=oldest"));
    await new Promise((resolve) => slow.once("data", resolve));
    slow.pause();
    // A batch, and what the system's own buffers take, are far below this.
    const askedMax = 100;
    let asked = 0;
    const events = management.events.bind(management);
    management.events = (after, max) => {
      asked += 1;
      return events(after, max);
    };
    for (let number = 0; number < 9000; number++) management.happen("x".repeat(1000));
    while (management.followers > 0) await new Promise(setImmediate);
    assert.ok(asked < askedMax, `${asked} batches of 64 kB were written`);
    const text = await readRaw(slow.resume());
    assert.doesNotMatch(text, /"position":"9000"/);
  });

  test("that read slowly are told when what comes next is no longer kept", async (t) => {
    const served = await serveScripted(t);
    const { management } = served;
    management.keptMax = 100;
    const slow = openRaw(served);
    slow.write(ask("GET /v1/events?after=oldest"));
    await new Promise((resolve) => slow.once("data", resolve));
    slow.pause();
    for (let round = 0; round < 100; round++) {
      for (let number = 0; number < 90; number++) management.happen("x".repeat(1000));
      await new Promise(setImmediate);
    }
    const text = await readRaw(slow.resume());
    assert.match(text, /event: problem\ndata: \{[^\n]*"code":"POSITION_UNKNOWN"/);
    // In order and without a gap up to there.
    const ids = (text.match(/^id: \d+$/gm) ?? []).map((line) => Number(line.slice(4)));
    assert.ok(ids.length > 100);
    for (const [index, id] of ids.entries()) assert.equal(id, index + (ids[0] ?? 0));
  });

  test("that read keep up beside one that does not", async (t) => {
    const { management, at, ...rest } = await serveScripted(t);
    const slow = openRaw({ management, at, ...rest });
    slow.write(ask("GET /v1/events?after=oldest"));
    await new Promise((resolve) => slow.once("data", resolve));
    slow.pause();
    const events = connect({ at }).events({ after: "oldest" });
    for (let number = 1; number <= 3000; number++) management.happen(`${number}`);
    for (let number = 1; number <= 3000; number++) {
      assert.equal((await events.next()).value?.text, `${number}`);
    }
    await events.return();
    slow.destroy();
  });
});
