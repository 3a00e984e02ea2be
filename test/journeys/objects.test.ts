/** Programs that keep objects on the engine's heap, which they share with all others. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { nodeHost, System } from "#app/embed";
import { assemble, exportOf, functionType, type ModuleParts, Type } from "#core/machine/assembler";
import { guest, noos, scratch } from "./noos.ts";

const { i32, i64 } = Type;
const end = 0x0b;
const memory: ModuleParts = { memories: [[0, 1]] };
const entry = [exportOf("_start", "function", 0), exportOf("memory", "memory", 0)];
const aMillion = [0x41, 0xc0, 0x84, 0x3d];
const nullNode = [0x63, 0];

/** Each of a chain of structs holds the one before, and an array of a megabyte. */
const chainOfArrays = assemble({
  ...memory,
  types: [[0x4e, 2, 0x5f, 2, ...nullNode, 1, 0x63, 1, 1, 0x5e, 0x78, 1], functionType([], [])],
  functions: [
    {
      type: 2,
      code: [3, 64, 35, 0, 65, 7, ...aMillion, 251, 6, 1, 251, 0, 0, 36, 0, 12, 0, end],
    },
  ],
  globals: [[...nullNode, 1, 0xd0, 0, end]],
  exports: entry,
});

const oneLargeArray = assemble({
  ...memory,
  types: [[0x5e, i64, 1], functionType([], [])],
  functions: [{ type: 1, code: [0x42, 7, 0x41, 0x80, 0x80, 0x80, 0xc0, 0, 0xfb, 6, 0, 0x1a] }],
  exports: entry,
});

/** Makes no object but exceptions, each of which holds the one before. */
const exnref = 0x69;
const chainOfExceptions = assemble({
  ...memory,
  types: [functionType([], []), functionType([exnref], [])],
  tags: [
    [0, 0],
    [0, 1],
  ],
  functions: [
    {
      locals: [exnref],
      code: [
        2,
        exnref,
        31,
        64,
        1,
        3,
        0,
        8,
        0,
        end,
        0,
        end,
        33,
        0,
        3,
        64,
        2,
        exnref,
        31,
        64,
        1,
        3,
        0,
        32,
        0,
        8,
        1,
        end,
        0,
        end,
        33,
        0,
        12,
        0,
        end,
      ],
    },
  ],
  exports: entry,
});

/** A global that begins as an array of a gigabyte: nothing can end a program that is not begun. */
const largeGlobal = assemble({
  ...memory,
  types: [[0x5e, i64, 1], functionType([], [])],
  functions: [{ type: 1, code: [] }],
  globals: [[0x63, 0, 0, 0x42, 7, 0x41, 0x80, 0x80, 0x80, 0xc0, 0, 0xfb, 6, 0, end]],
  exports: entry,
});

/** Makes as much as the others, and keeps nothing. */
const garbage = assemble({
  ...memory,
  types: [[0x5e, 0x78, 1], functionType([], [])],
  functions: [
    {
      type: 1,
      locals: [i32],
      code: [
        3,
        64,
        65,
        7,
        ...aMillion,
        251,
        6,
        0,
        26,
        32,
        0,
        65,
        1,
        106,
        34,
        0,
        65,
        128,
        4,
        72,
        13,
        0,
        end,
      ],
    },
  ],
  exports: entry,
});

const bombs = { chainOfArrays, oneLargeArray, chainOfExceptions };

/** The path of a file with this program in it. */
function file(name: string, bytes: Uint8Array): string {
  assert.ok(WebAssembly.validate(bytes), name);
  const path = join(scratch, `${name}.wasm`);
  writeFileSync(path, bytes);
  return path;
}

suite("objects: a program that keeps more than its memory may be is ended", () => {
  for (const [name, bytes] of Object.entries(bombs)) {
    test(name, async () => {
      const words = ["run", "--json", "--memory", "32MiB", file(name, bytes)];
      const { status, stderr } = await noos(words);
      assert.equal(status, 124, stderr);
      assert.deepEqual(JSON.parse(stderr).exit.by, { limit: "memory", allowed: "32 MiB" });
    });
  }

  test("also where checks are not wanted", async () => {
    const words = ["run", "--no-preempt", "--json", "--memory", "32MiB"];
    const { stderr } = await noos([...words, file("unchecked", chainOfArrays)]);
    assert.deepEqual(JSON.parse(stderr).exit.by, { limit: "memory", allowed: "32 MiB" });
  });

  test("and one that keeps none of half a gigabyte is not", async () => {
    const words = ["run", "--memory", "32MiB", file("garbage", garbage)];
    assert.deepEqual(await noos(words), { status: 0, stdout: "", stderr: "" });
  });

  test("and where they are made before anything can end it, it is refused", async () => {
    const { status, stderr } = await noos(["run", file("largeGlobal", largeGlobal)]);
    assert.equal(status, 122);
    assert.match(stderr, /make objects of more than 64 MiB/);
  });
});

test("objects: other processes of the executor live on", async () => {
  const system = new System(nodeHost({ cacheFolder: false }));
  const words = system.load(readFileSync(guest("basics/hello")), { name: "hello" });
  const ends = Object.entries(bombs).map(([name, bytes]) =>
    system.start(system.load(bytes, { name }), { limits: { memory: 32 * 1024 * 1024 } }),
  );
  for (const { exit } of ends) {
    const hello = system.start(words, {});
    const { reason } = await exit;
    assert.deepEqual(reason, { kind: "killed", by: { limit: "memory", allowed: "32 MiB" } });
    assert.deepEqual((await hello.exit).reason, { kind: "exited", code: 0 });
  }
});
