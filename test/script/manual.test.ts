import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import { supports, supportTable } from "#prelude/supports";
import { ensureBuilt } from "#tools/build";
import { imageOf, ScriptStage } from "./stage.ts";

suite("the table of the web's API", () => {
  before(ensureBuilt);

  test("is the manual's", () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/manual/script.md"), "utf8");
    assert.ok(page.includes(`\n${supportTable()}\n`), "run node tools/manual-pages.ts");
  });

  test("tells what is there from what is not", async () => {
    const names = JSON.stringify(supports.map(([name]) => name));
    const source = `
      const names = ${names};
      export default { fetch: () => Response.json(names.filter((name) => name in globalThis)) };
    `;
    const stage = new ScriptStage().start(await imageOf(source, "js"));
    const found: unknown = JSON.parse((await stage.ask()).told.slice(4));
    const expected = supports.filter(([, level]) => level !== "absent").map(([name]) => name);
    assert.deepEqual(found, expected);
  });

  test("has a row for each global beside ECMAScript", async () => {
    const source = `
      const names = Object.getOwnPropertyNames(globalThis);
      export default { fetch: () => Response.json(names) };
    `;
    const stage = new ScriptStage().start(await imageOf(source, "js"));
    const found = JSON.parse((await stage.ask()).told.slice(4)) as string[];
    const ours = new Set(supports.map(([name]) => name));
    // What Node has as well is ECMAScript's or the web's; the web's are in the table.
    const unknown = found.filter((name) => !ours.has(name) && !(name in globalThis));
    assert.deepEqual(unknown, ["InternalError"]);
  });
});
