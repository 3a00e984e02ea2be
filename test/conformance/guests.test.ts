import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { suite, test } from "node:test";
import { promisify } from "node:util";
import { guestFile, guestSource, guests } from "#guests";
import { whyMissing } from "#tools/toolchain";

const folder = join(import.meta.dirname, "..", "..", "guests");
const execute = promisify(execFile);

/** `basics/hello` for each file that matches. */
function namesIn(pattern: string): readonly string[] {
  return globSync(pattern, { cwd: folder })
    .map((path) => `${basename(dirname(path))}/${basename(path).replace(/\.\w+$/, "")}`)
    .sort();
}

suite("guest programs", () => {
  const names = guests.map(({ kind, name }) => `${kind}/${name}`).sort();

  test("have a source each", () => {
    for (const guest of guests) assert.ok(existsSync(guestSource(guest)), guestSource(guest));
    const kinds = [...new Set(guests.map(({ kind }) => kind))].join();
    assert.deepEqual(namesIn(`{${kinds}}/*.{c,wat,hex}`), names);
  });

  test("have a built module each, and no module is without a source", () => {
    for (const { kind, name } of guests) assert.ok(existsSync(guestFile(`${kind}/${name}`)));
    assert.deepEqual(namesIn("built/*/*.wasm"), names);
  });

  test("are what their sources build", { skip: whyMissing(["c", "wat"]) ?? false }, async () => {
    const { stdout } = await execute(process.execPath, [join(folder, "build.ts"), "--check"]).catch(
      (error: unknown) => ({ stdout: error instanceof Error ? error.message : String(error) }),
    );
    assert.match(
      stdout,
      new RegExp(`^${guests.length} of ${guests.length} are as committed$`, "m"),
    );
  });
});
