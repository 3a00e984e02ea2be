import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { exportedNames, findDoorProblems } from "./door-rules.ts";
import { assertNone } from "./problems.ts";
import { type Source, readSourceTree } from "./source-tree.ts";

suite("doors: the tree", () => {
  test("has a door with a header in each folder of src", () => {
    assertNone(findDoorProblems(readSourceTree()));
  });
});

suite("doors: the rules", () => {
  const header = `/**\n${" * What it knows.\n".repeat(5)} */\n`;
  const door = (text: string): Source => ({ path: "src/core/base/mod.ts", text });

  test("accept a door with a header and a few names", () => {
    assertNone(findDoorProblems([door(`${header}export { a, type B } from "./a.ts";\n`)]));
  });

  test("refuse a folder with modules and no door, but not one of folders only", () => {
    const sources = [door(header), { path: "src/core/vfs/node.ts", text: "" }];
    const ambient = { path: "src/core/globals.d.ts", text: "" };
    assert.deepEqual(findDoorProblems([...sources, ambient]), [
      "src/core/vfs: has modules but no door, mod.ts",
    ]);
  });

  const refused: readonly (readonly [why: string, text: string, word: string])[] = [
    ["a missing header", `export { a } from "./a.ts";\n`, "header"],
    ["a header of one line", `/** Files. */\nexport { a } from "./a.ts";\n`, "header"],
    ["a header of a page", `/**\n${" * More.\n".repeat(16)} */\n`, "header"],
    ["a header that is not at the top", `import "./a.ts";\n${header}`, "header"],
    ["export *", `${header}export * from "./a.ts";\n`, "export *"],
    ["a default export", `${header}export default 1;\n`, "default"],
  ];
  for (const [why, text, word] of refused) {
    test(`refuse ${why}`, () => {
      const [problem, ...others] = findDoorProblems([door(text)]);
      assert.deepEqual(others, []);
      assert.match(problem ?? "", new RegExp(RegExp.escape(word)));
    });
  }

  test("refuse a door of 31 names", () => {
    const names = Array.from({ length: 31 }, (_, index) => `name${index}`);
    const text = (shown: readonly string[]): string =>
      `${header}export {\n${shown.map((name) => `  ${name},\n`).join("")}} from "./a.ts";\n`;
    assertNone(findDoorProblems([door(text(names.slice(1)))]));
    assert.equal(findDoorProblems([door(text(names))]).length, 1);
  });

  test("count a name once, however it is exported", () => {
    const text = [
      `export type { A, B as C } from "./a.ts";`,
      `export { d, type E } from "./d.ts";`,
      `export async function f(): Promise<void> {}`,
      `export const g = 1;`,
      `export type g = number;`,
      `export abstract class H {}`,
      `const hidden = 2;`,
    ].join("\n");
    assert.deepEqual(exportedNames(text), ["A", "C", "d", "E", "f", "g", "H"]);
  });
});
