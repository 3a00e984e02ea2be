import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { scriptedTerminal } from "#test/terminal";
import { TypeCheck } from "./type-check.ts";

const options = {
  strict: true,
  noEmit: true,
  types: [],
  lib: ["esnext"],
  allowImportingTsExtensions: true,
};
const wrong = `const one = 1;\nexport const two: number = "two";\n`;

interface Stage {
  /** Writes a file and has the types checked; answers what the person was told. */
  readonly change: (name: string, text: string) => Promise<string>;
}

function stage(context: TestContext, { hasCompiler = true } = {}): Stage {
  const folder = mkdtempSync(join(tmpdir(), "noos-types-"));
  context.after(() => rmSync(folder, { recursive: true }));
  if (hasCompiler) {
    const compiler = dirname(fileURLToPath(import.meta.resolve("typescript/package.json")));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(compiler, join(folder, "node_modules", "typescript"));
  }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options }));
  const terminal = scriptedTerminal();
  const types = new TypeCheck(terminal);
  return {
    async change(name, text) {
      writeFileSync(join(folder, name), text);
      terminal.written.err = "";
      await types.check(folder);
      return terminal.written.err;
    },
  };
}

suite("types of an app at work", () => {
  test("are told with their lines, once, and when they are mended", async (t) => {
    const { change } = stage(t);
    assert.equal(await change("web.ts", wrong.replace(`"two"`, "2")), "");
    const told = await change("web.ts", wrong);
    assert.match(told, /^noos: a mistake in types.*: TS2322: Type 'string' is not assignable/);
    assert.match(
      told,
      /web\.ts:2:14\n +1 \| const one = 1;\n +2 \| export const two.*\n +\| {14}\^\n$/,
    );
    assert.equal(await change("web.ts", `${wrong}// a remark\n`), "", "it was told");
    assert.equal(await change("web.ts", "export {};\n"), "noos: types are mended\n");
  });

  test("are told of the first mistakes, and how many others there are", async (context) => {
    const { change } = stage(context);
    const lines = Array.from({ length: 8 }, (_, at) => `export const a${at}: number = "";`);
    const many = await change("web.ts", lines.join("\n"));
    assert.equal(many.split("a mistake in types").length - 1, 5);
    assert.match(many, /\nnoos: and 3 more mistakes in types\n$/);
  });

  test("of packages are not told: nobody mends them here", async (context) => {
    const { change } = stage(context);
    const path = "node_modules/bread.ts";
    assert.equal(await change(path, wrong), "");
    assert.equal(await change("web.ts", `export { two } from "./${path}";\n`), "");
  });

  test("are nobody's business without a compiler of the project's own", async (context) => {
    const { change } = stage(context, { hasCompiler: false });
    assert.equal(await change("web.ts", wrong), "");
  });
});
