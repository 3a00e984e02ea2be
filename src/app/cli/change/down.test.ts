import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { connect } from "#app/client";
import { serveScripted } from "#test/management";
import { scriptedTerminal } from "#test/terminal";
import { endDaemon } from "./down.ts";

suite("down", () => {
  test("answers when the daemon is gone", async (context) => {
    const { at, seen, server } = await serveScripted(context);
    const terminal = scriptedTerminal();
    let waits = 0;
    const wait = async (): Promise<void> => {
      waits += 1;
      if (waits === 3) await server.close();
    };
    assert.equal(await endDaemon(connect({ at }), { terminal, wait }), 0);
    assert.equal(seen.downs, 1);
    assert.equal(waits, 3);
    assert.match(terminal.written.out, /^noos is down; .* noos up\n$/);
  });

  test("takes another daemon in its place for none of its business", async (context) => {
    const { at, management } = await serveScripted(context);
    const wait = (): Promise<void> => {
      management.answers.status = { ...management.answers.status, pid: 4999 };
      return Promise.resolve();
    };
    assert.equal(await endDaemon(connect({ at }), { terminal: scriptedTerminal(), wait }), 0);
  });
});
