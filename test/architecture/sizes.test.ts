import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { assertNone } from "./problems.ts";
import { fullFolders, longFiles, suppressionCount, wideLines } from "./ratchets.ts";
import {
  countSuppressions,
  fileLinesMax,
  findRatchetProblems,
  findUnreasonedSuppressions,
  folderFilesMax,
  measureFiles,
  measureFolders,
  measureWideLines,
} from "./size-rules.ts";
import { readSourceTree } from "./source-tree.ts";

const tree = readSourceTree();

suite("sizes: the tree", () => {
  test("has no file over 400 lines", () => {
    const ratchet = { unit: "lines", max: fileLinesMax, known: longFiles };
    assertNone(findRatchetProblems(measureFiles(tree), ratchet));
  });

  test("has no folder over 20 files", () => {
    const ratchet = { unit: "files", max: folderFilesMax, known: fullFolders };
    assertNone(findRatchetProblems(measureFolders(tree), ratchet));
  });

  test("has no line over 100 characters", () => {
    const ratchet = { unit: "lines over 100 characters", max: 0, known: wideLines };
    assertNone(findRatchetProblems(measureWideLines(tree), ratchet));
  });

  test("gives a reason with each suppression", () => {
    assertNone(findUnreasonedSuppressions(tree));
  });

  test("has as many suppressions as ratchets.ts counts", () => {
    assert.equal(countSuppressions(tree), suppressionCount);
  });
});

suite("sizes: the rules", () => {
  const module = (lines: number): string => "x;\n".repeat(lines);

  test("measure modules, and leave out tests and tables that give a reason", () => {
    const sizes = measureFiles([
      { path: "src/a.ts", text: module(401) },
      { path: "src/a.test.ts", text: module(401) },
      { path: "src/table.ts", text: `// table: one row per opcode\n${module(401)}` },
      { path: "src/excuse.ts", text: `// table:\n${module(401)}` },
      { path: "docs/a.md", text: module(401) },
    ]);
    assert.deepEqual([...sizes.keys()], ["src/a.ts", "src/excuse.ts"]);
    assert.equal(sizes.get("src/a.ts"), 401);
  });

  test("count the modules right inside a folder, tests too", () => {
    const paths = ["src/a/b.ts", "src/a/b.test.ts", "src/a/c/d.ts", "src/a/notes.md"];
    const sizes = measureFolders(paths.map((path) => ({ path, text: "" })));
    assert.deepEqual(Object.fromEntries(sizes), { "src/a": 2, "src/a/c": 1 });
  });

  test("count lines of more than 100 characters", () => {
    const text = `${"é".repeat(100)}\n${"x".repeat(101)}\n`;
    assert.equal(measureWideLines([{ path: "src/a.ts", text }]).get("src/a.ts"), 1);
  });

  const sizes = new Map([["a.ts", 410]]);
  const ratchet = (
    known: Readonly<Record<string, number>>,
  ): Parameters<typeof findRatchetProblems>[1] => ({ unit: "lines", max: 400, known });

  test("refuse what is over the bound and not known", () => {
    assert.deepEqual(findRatchetProblems(sizes, ratchet({})), ["a.ts: 410 lines, 400 at most"]);
  });

  test("accept what has its known number", () => {
    assertNone(findRatchetProblems(sizes, ratchet({ "a.ts": 410 })));
  });

  test("refuse what has grown past its known number", () => {
    const problems = findRatchetProblems(sizes, ratchet({ "a.ts": 409 }));
    assert.deepEqual(problems, ["a.ts: 410 lines, 409 at most"]);
  });

  test("ask for a lower number once something has shrunk", () => {
    const problems = findRatchetProblems(sizes, ratchet({ "a.ts": 500, "b.ts": 500 }));
    assert.deepEqual(problems, [
      `ratchets.ts: lower "a.ts" to 410 lines`,
      `ratchets.ts: remove "b.ts", which has 0 lines now`,
    ]);
  });

  test("refuse a suppression without a reason, but not in tests", () => {
    const silent = "// oxlint-disable-next-line no-console\n";
    const reasoned = "// @ts-expect-error -- the type lacks it\n";
    const sources = [
      { path: "src/a.ts", text: silent + reasoned },
      { path: "src/a.test.ts", text: silent },
    ];
    assert.deepEqual(findUnreasonedSuppressions(sources), [
      `src/a.ts: "oxlint-disable-next-line no-console" needs its reason after " -- "`,
    ]);
    assert.equal(countSuppressions(sources), 2);
  });
});
