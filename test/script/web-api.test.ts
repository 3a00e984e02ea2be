import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import { join } from "node:path";
import { buildScript } from "#app/script";
import { ensureBuilt } from "#tools/build";
import { ScriptStage } from "./stage.ts";

/** The program is imported here as well, by its address: its types are of another project. */
interface Snippets {
  readonly cases: Readonly<Record<string, unknown>>;
  readonly answers: () => Promise<Record<string, unknown>>;
}

const program = join(import.meta.dirname, "programs/web-api.ts");
const { answers, cases } = (await import(program)) as Snippets;

suite("the web's API is in scripts what it is in Node", () => {
  let here: Record<string, unknown> = {};
  let there: Record<string, unknown> = {};

  before(async () => {
    await ensureBuilt();
    // Node has no `self`, which the standard asks for.
    Object.assign(globalThis, { self: globalThis });
    there = await answers();
    Reflect.deleteProperty(globalThis, "self");
    const image = await buildScript(program);
    const stage = new ScriptStage().start(image);
    const request = await stage.ask();
    assert.equal(stage.printed, "");
    here = JSON.parse(request.told.slice(4));
  });

  for (const name of Object.keys(cases)) {
    test(name, () => assert.deepEqual(here[name], there[name]));
  }
});
