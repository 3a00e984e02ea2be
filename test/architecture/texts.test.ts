import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { assertNone } from "./problems.ts";
import { isModule, isTest, type Source, readSourceTree } from "./source-tree.ts";
import { errorCodesIn, findBrokenLinks, findManualProblems, findUnnamed } from "./text-rules.ts";

const tree = readSourceTree();
const projectFolder = join(import.meta.dirname, "..", "..");

function textOf(path: string): string {
  const source = tree.find((candidate) => candidate.path === path);
  assert.ok(source, `${path} is part of the project`);
  return source.text;
}

const codesPath = "src/core/sys/codes.ts";
const codes = errorCodesIn(textOf(codesPath));

suite("texts: the tree", () => {
  test("has links that lead somewhere", () => {
    assertNone(findBrokenLinks(tree, (path) => existsSync(join(projectFolder, path))));
  });

  test("explains each error code in the manual", () => {
    assert.ok(codes.length > 0, "codes.ts lists the codes in errorCodes");
    assertNone(findManualProblems(codes, textOf("docs/manual/errors.md")));
  });

  test("raises each error code somewhere in src", () => {
    const program = tree.filter(
      (source) => source.path.startsWith("src/") && isModule(source) && !isTest(source),
    );
    assertNone(
      findUnnamed(
        codes,
        program.filter(({ path }) => path !== codesPath),
      ),
    );
  });

  test("has a test that names each error code", () => {
    const ownTests = "test/architecture/";
    const tests = tree.filter((source) => isTest(source) && !source.path.startsWith(ownTests));
    assertNone(findUnnamed(codes, tests));
  });
});

suite("texts: the rules", () => {
  const page = (text: string): Source => ({ path: "docs/manual/run.md", text });
  const other: Source = { path: "docs/words.md", text: "# Words\n\n## What a *guest* is: `x`\n" };
  const exists = (path: string): boolean => path === "LICENSE";

  for (const target of [
    "../words.md",
    "../words.md#what-a-guest-is-x",
    "../../LICENSE",
    "#here",
    "https://example.org/x",
  ]) {
    test(`accept a link to ${target}`, () => {
      assertNone(findBrokenLinks([page(`# Here\n\n[x](${target})\n`), other], exists));
    });
  }

  for (const target of ["missing.md", "../words.md#gone", "#gone", "../../../etc/passwd"]) {
    test(`refuse a link to ${target}`, () => {
      assert.equal(findBrokenLinks([page(`# Here\n\n[x](${target})\n`), other], exists).length, 1);
    });
  }

  test("leave out what only looks like a link inside code", () => {
    const text = "```ts\nconst a = b[0](missing);\n```\nand `a[0](gone)`\n";
    assertNone(findBrokenLinks([page(text)], exists));
  });

  test("read codes from a list and from a table", () => {
    const list = `export const errorCodes = [\n  "USAGE",\n  "FILE_NOT_FOUND",\n] as const;\n`;
    const table = `export const errorCodes: X = {\n  USAGE: 1,\n  FILE_NOT_FOUND: 2,\n};\n`;
    assert.deepEqual(errorCodesIn(list), ["USAGE", "FILE_NOT_FOUND"]);
    assert.deepEqual(errorCodesIn(table), ["USAGE", "FILE_NOT_FOUND"]);
  });

  test("take a code for raised where it is given, not where it is compared or told of", () => {
    const named = (text: string): boolean =>
      findUnnamed(["USAGE"], [{ path: "src/x.ts", text }]).length === 0;
    assert.equal(named(`throw failed(why, {\n  code: isOur ? "USAGE" : "OTHER",\n});`), true);
    assert.equal(named(`throw refuse("USAGE", why);`), true);
    assert.equal(named(`if (error.code === "USAGE" || "USAGE" !== code) return;`), false);
    assert.equal(named(`/** Throws "USAGE". */ // or "USAGE"`), false);
    assert.equal(named(`const statusOf = { USAGE: 120 };`), false);
  });

  test("refuse a code without an entry and an entry without a code", () => {
    assert.deepEqual(findManualProblems(["USAGE", "NEW"], "### USAGE\n\n### `OLD_ONE`\n"), [
      "NEW: has no entry",
      "OLD_ONE: is no code",
    ]);
  });
});
