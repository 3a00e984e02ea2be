/** Something of ours breaks inside a call: here the host's chance, by a module loaded before us. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { suite, test } from "node:test";
import { assemble, exportOf, functionType, importOf, Type } from "#core/machine/assembler";
import { noos, scratch } from "./noos.ts";

const breaker = join(scratch, "breaker.mjs");
writeFileSync(
  breaker,
  `import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
const { openSync, readSync } = fs;
let device;
fs.openSync = (path, ...rest) => {
  const opened = openSync(path, ...rest);
  if (path === "/dev/urandom") device = opened;
  return opened;
};
fs.readSync = (file, ...rest) => {
  if (file === device) throw new Error("chance has run out");
  return readSync(file, ...rest);
};
syncBuiltinESMExports();
`,
);

/** Asks for chance inside a `catch_all`, over and over; the call answers no error, it throws. */
const catcher = join(scratch, "catcher.wasm");
const [loop, attempt, catchAll, end, again] = [0x03, 0x06, 0x19, 0x0b, 0x0c];
const nothing = 0x40;
const askForChance = [0x41, 0, 0x41, 8, 0x10, 0, 0x1a];
writeFileSync(
  catcher,
  assemble({
    types: [functionType([], []), functionType([Type.i32, Type.i32], [Type.i32])],
    imports: [importOf("wasi_snapshot_preview1", "random_get", "function", [1])],
    functions: [
      {
        code: [loop, nothing, attempt, nothing, ...askForChance, catchAll, end, again, 0, end],
      },
    ],
    memories: [[0, 1]],
    exports: [exportOf("_start", "function", 1), exportOf("memory", "memory", 0)],
  }),
);

suite("a defect inside a call", () => {
  for (const words of [[], ["--no-preempt"]]) {
    test(`ends noos with 127, whatever the guest catches ${words.join("")}`, async () => {
      // Were it hidden from us, the guest would ask for ever.
      const bounded = ["--timeout", "20s"];
      const env = { NODE_OPTIONS: `--import=${pathToFileURL(breaker).href}` };
      const { status, stdout, stderr } = await noos(["run", ...words, ...bounded, catcher], {
        env,
      });
      assert.deepEqual([status, stdout], [127, ""]);
      assert.match(stderr, /^noos: a defect of noos itself: Error: chance has run out\n/);
      assert.match(stderr, /\n {6}.*next: please report these lines/);
    });
  }
});
