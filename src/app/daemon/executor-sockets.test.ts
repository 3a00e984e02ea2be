import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { PlatformError } from "#core/sys";
import { ExecutorSockets } from "./executor-sockets.ts";

suite("sockets of executors", () => {
  test("have a name of their own each", () => {
    const sockets = new ExecutorSockets("/data/run");
    const paths = Array.from({ length: 100 }, () => sockets.next());
    assert.equal(new Set(paths).size, 100);
    assert.ok(paths.every((path) => /^\/data\/run\/[0-9a-f]{12}\.sock$/.test(path)));
  });

  test("need a folder whose name leaves room for theirs", () => {
    const folder = `/${"x".repeat(84)}`;
    assert.equal(new ExecutorSockets(folder).next().length, 103);
    assert.throws(
      () => new ExecutorSockets(`${folder}x`),
      (error) => {
        assert.ok(error instanceof PlatformError);
        assert.equal(error.code, "LISTEN_FAILED");
        return error.message.endsWith("its name is longer than 103 bytes");
      },
    );
  });
});
