import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { findDeclarationProblems, findMarks, findPathProblems } from "./name-rules.ts";
import { assertNone } from "./problems.ts";
import { readSourceTree } from "./source-tree.ts";

const tree = readSourceTree();

suite("names: the tree", () => {
  test("has files and folders that say what is in them", () => {
    assertNone(findPathProblems(tree));
  });

  test("has types and functions that say what they are", () => {
    assertNone(findDeclarationProblems(tree));
  });

  test("has no marks of unfinished work", () => {
    assertNone(findMarks(tree));
  });
});

suite("names: the rules", () => {
  const at = (path: string, text = ""): { path: string; text: string } => ({ path, text });

  for (const path of [
    "src/core/utils/mod.ts",
    "src/core/base/path-helper.ts",
    "src/core/base/common.ts",
    "src/core/base/info.test.ts",
    "tools/manager.ts",
    "src/core/base/clock-impl.ts",
    "src/core/base/ByteQueue.ts",
    "src/core/base/byte_queue.ts",
  ]) {
    test(`refuse ${path}`, () => {
      assert.equal(findPathProblems([at(path)]).length, 1);
    });
  }

  test("accept empty words where they are part of a term", () => {
    assertNone(findPathProblems([at("src/core/machine/data-segment.ts"), at("tools/check.ts")]));
  });

  test("refuse types named after nothing, and accept acronyms", () => {
    const text = "class ClockImpl {}\ninterface IClock {}\ninterface Ipv4 {}\ntype IoError = 1;\n";
    assert.deepEqual(findDeclarationProblems([at("src/a.ts", text)]), [
      `src/a.ts: "ClockImpl" says nothing about what it is`,
      `src/a.ts: "IClock" says nothing about what it is`,
    ]);
  });

  test("refuse marks of unfinished work in any text, with the line", () => {
    const word = "TO" + "DO";
    assert.deepEqual(findMarks([at("docs/a.md", `Fine.\n${word}: more\n`)]), [
      `docs/a.md:2: ${word}: make it an issue`,
    ]);
    assertNone(findMarks([at("src/a.c", `mkstemp("/tmp/${"X".repeat(6)}");`)]));
  });
});
