import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { runCommand } from "./command.ts";

suite("run command", () => {
  test("answers the status and what was printed on both streams", async () => {
    const result = await runCommand(["sh", "-c", "echo out; echo err >&2; exit 3"]);
    assert.equal(result.status, 3);
    assert.deepEqual(result.output.trim().split("\n").toSorted(), ["err", "out"]);
  });

  test("answers a failure for a program that does not exist", async () => {
    const result = await runCommand(["no-such-program"]);
    assert.notEqual(result.status, 0);
    assert.match(result.output, /cannot start "no-such-program"/);
  });

  test("kills a command over its time together with what it started", async () => {
    const shell = ["sh", "-c", "echo begun; sleep 60 & wait"] as const;
    let timeLimitMs = 100;
    let result = await runCommand(shell, { timeLimitMs });
    // On a busy machine it takes longer until there is something to kill.
    while (!result.output.startsWith("begun\n") && timeLimitMs < 20_000) {
      timeLimitMs *= 2;
      result = await runCommand(shell, { timeLimitMs });
    }
    assert.notEqual(result.status, 0);
    assert.match(result.output, /^begun\n\nkilled: still running after [\d.]+ s\n/);
    assert.ok(result.elapsedMs < 50_000, "the child that kept the pipe open is gone as well");
  });

  test("finds the project's own programs first", async () => {
    const result = await runCommand(["node", "--version"], { env: { EXTRA: "1" } });
    assert.equal(result.output.trim(), process.version);
  });
});
