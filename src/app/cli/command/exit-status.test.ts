import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type ErrorCode, errorCodes, type ExitReason } from "#core/sys";
import { exitStatus, statusOfError, statusOfExit } from "./exit-status.ts";

suite("exit status", () => {
  const ends: readonly (readonly [reason: ExitReason, status: number])[] = [
    [{ kind: "exited", code: 0 }, 0],
    [{ kind: "exited", code: 7 }, 7],
    [{ kind: "exited", code: 256 + 44 }, 44],
    [{ kind: "exited", code: 0xffff_ffff }, 255],
    [{ kind: "killed", by: { limit: "memory", allowed: "1 MiB" } }, 124],
    [{ kind: "killed", by: { who: "Ctrl-C" } }, 125],
    [{ kind: "trapped", what: "unreachable", stack: [] }, 126],
    [{ kind: "refused", code: "IMPORT_MISSING", why: "", hint: "" }, 122],
  ];
  for (const [reason, status] of ends) {
    test(`is ${status} for ${JSON.stringify(reason)}`, () => {
      assert.equal(statusOfExit(reason), status);
    });
  }

  test("of an operator's problem is one of the platform's own", () => {
    const own = new Set<number>(Object.values(exitStatus));
    for (const code of errorCodes) assert.ok(own.has(statusOfError(code)), code);
  });

  test("of a code that only a newer daemon has is one of a refusal", () => {
    assert.equal(statusOfError("LATER_CODE" as ErrorCode), exitStatus.refused);
  });

  test("of what is not whole is the same for a recording and for our own output", () => {
    for (const code of ["OUTPUT_FAILED", "RECORDING_FAILED"] as const) {
      assert.equal(statusOfError(code), exitStatus.incomplete, code);
    }
  });

  test("of the platform stays within 120 to 127, each with one meaning", () => {
    assert.deepEqual(Object.values(exitStatus), [120, 121, 122, 123, 124, 125, 126, 127]);
  });
});
