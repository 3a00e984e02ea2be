import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { listen } from "#adapters/node";
import { Capture } from "#core/stream";
import { guestFile } from "#guests";
import { runWithGrants } from "#test/programs";
import { parseReport } from "./case-report.ts";

const file = guestFile("conformance/sockets");
const env = { GREETING: "hello", EMPTY: "" } as const;

/** A sink that tells when the first line has come through. */
class FirstLine extends Capture {
  readonly seen: PromiseWithResolvers<void> = Promise.withResolvers();

  override tryPush(bytes: Uint8Array): number {
    if (bytes.includes(10)) this.seen.resolve();
    return super.tryPush(bytes);
  }
}

/** Says hello, sends everything back, and calls again whenever it was hung up on. */
function callAgainAndAgain(port: number, isOver: () => boolean): void {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("connect", () => socket.write("hello"));
  socket.on("data", (bytes) => socket.write(bytes));
  socket.on("end", () => socket.end());
  // The program hangs up in the middle of things, and in the end stops listening.
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    if (!isOver()) callAgainAndAgain(port, isOver);
  });
}

// The other runners grant listening sockets in ways of their own, if at all.
const skip = (process.env["NOOS_RUNNER"] ?? "kernel") !== "kernel";

test("wasi-p1: sock_* on a listening socket and its connections", { skip }, async (context) => {
  const listener = await listen({ kind: "tcp", host: "127.0.0.1", port: 0 });
  const { address } = listener;
  assert.ok(address.kind === "tcp");
  const stdout = new FirstLine();
  let isOver = false;
  const run = runWithGrants(
    { file, env },
    { stdout, listeners: [{ name: "test", port: listener }] },
  );
  await Promise.race([stdout.seen.promise, run]);
  callAgainAndAgain(address.port, () => isOver);
  const outcome = await run;
  isOver = true;
  const listed = await runWithGrants({ file, args: ["--list"], env }, {});
  const titles = listed.stdout.trim().split("\n");
  const results = parseReport(stdout.text(), titles);
  for (const title of titles) {
    await context.test(title, () => {
      const result = results.find((candidate) => candidate.title === title);
      assert.equal(result?.verdict, "ok", result?.detail ?? `${outcome.ending} ${outcome.stderr}`);
    });
  }
});
