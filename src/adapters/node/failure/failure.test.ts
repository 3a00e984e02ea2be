import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { errno } from "#core/sys";
import { codeOf, errnoOf } from "./mod.ts";

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

suite("failures of Node", () => {
  test("have the error number of their name, or the nearest that guests know", () => {
    const rows = [
      ["ENOENT", errno.ENOENT],
      ["ENFILE", errno.EMFILE],
      ["ERR_ACCESS_DENIED", errno.EACCES],
      ["EOPNOTSUPP", errno.ENOTSUP],
      ["ESTALE", errno.ENOENT],
      ["ENOTFOUND", errno.ENXIO],
      ["ERR_STREAM_DESTROYED", errno.EPIPE],
      ["EREMOTEIO", errno.EIO],
    ] as const;
    for (const [code, expected] of rows) assert.equal(errnoOf(failure(code)), expected, code);
  });

  test("of several addresses are that of the first", () => {
    const all = new AggregateError([failure("ECONNREFUSED"), failure("ENETUNREACH")]);
    assert.equal(codeOf(all), "ECONNREFUSED");
  });

  test("that are our own mistakes fly on", () => {
    const mistake = new TypeError("x is not a function");
    assert.throws(
      () => errnoOf(mistake),
      (thrown) => thrown === mistake,
    );
  });
});
