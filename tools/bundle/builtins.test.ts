import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { callBuiltins } from "./builtins.ts";

suite("bundled builtins", () => {
  test("are taken by call, under the names they had", () => {
    const code = [
      `import { basename, join as join$1 } from "node:path";`,
      `import { readFile } from "node:fs/promises";`,
      `import { x } from "./other.js";`,
      `console.log('import { a } from "node:fs";');`,
    ];
    assert.deepEqual(callBuiltins(code.join("\n")).split("\n"), [
      `const { basename, join: join$1 } = process.getBuiltinModule("node:path");`,
      `const { readFile } = process.getBuiltinModule("node:fs/promises");`,
      code[2],
      code[3],
    ]);
  });

  test("in any other form are refused, for they would cost what a call saves", () => {
    for (const line of [
      `import * as fs from "node:fs";`,
      `import fs from "node:fs";`,
      `import "node:module";`,
      `export { join } from "node:path";`,
    ]) {
      assert.throws(() => callBuiltins(`"use strict";\n${line}\n`), /cannot bundle this import/);
    }
  });
});
