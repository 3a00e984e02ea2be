import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { MalformedBytes } from "#core/base";
import { openLetter, sealLetter } from "#pool/queue";

suite("letter", () => {
  const text = fc.string().filter((one) => one.isWellFormed());

  test("is read as what was written", () => {
    fc.assert(
      fc.property(fc.array(text), fc.uint8Array(), (fields, body) => {
        assert.deepEqual(openLetter(sealLetter({ fields, body })), { fields, body });
      }),
    );
  });

  test("is a letter or malformed, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        try {
          openLetter(bytes);
        } catch (error) {
          assert.ok(error instanceof MalformedBytes, String(error));
        }
      }),
    );
  });
});
