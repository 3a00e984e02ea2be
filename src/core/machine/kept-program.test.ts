import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { guestFile } from "#guests";
import { assemble } from "#core/machine/assembler";
import { describeModule, readModule } from "#core/machine/wasm";
import { restoreProgram, saveProgram } from "./kept-program.ts";

suite("kept program", () => {
  test("is restored as it was saved, also where no maximum is declared", () => {
    const bounds = assemble({
      memories: [
        [0, 1],
        [1, 2, 3],
      ],
      tables: [[0x70, 0, 4]],
    });
    for (const bytes of [bounds, readFileSync(guestFile("basics/hello"))]) {
      const description = describeModule(readModule(bytes));
      const restored = restoreProgram(saveProgram({ bytes, description }));
      assert.deepEqual(restored.description, description);
      assert.deepEqual(Buffer.from(restored.bytes), Buffer.from(bytes));
    }
  });

  test("is nothing that was cut off, or says nothing", () => {
    const bytes = readFileSync(guestFile("basics/nothing"));
    const saved = saveProgram({ bytes, description: describeModule(readModule(bytes)) });
    const descriptionEnd = saved.length - bytes.length;
    for (let length = 0; length < descriptionEnd; length++) {
      assert.throws(() => restoreProgram(saved.subarray(0, length)), `cut to ${length} bytes`);
    }
    assert.throws(() => restoreProgram(Uint8Array.of(4, ...Buffer.from("null"))));
  });
});
