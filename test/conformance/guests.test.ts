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
    const kinds = new Set(guests.map(({ kind }) => kind)).difference(new Set(["sdk"]));
    const sources = `{${[...kinds].join()}}/*.{c,wat,hex}`;
    const beside = guests.filter(({ kind }) => kind === "sdk").map(({ name }) => `sdk/${name}`);
    assert.deepEqual([...namesIn(sources), ...beside].toSorted(), names);
    const inSdk = namesIn("sdk/assemblyscript/*.ts").map((path) => basename(path));
    assert.deepEqual(
      inSdk.map((name) => `sdk/${name}`),
      beside,
    );
  });

  test("have a built module each, and no module is without a source", () => {
    for (const { kind, name } of guests) assert.ok(existsSync(guestFile(`${kind}/${name}`)));
    assert.deepEqual(namesIn("built/*/*.wasm"), names);
  });

  for (const [language, needs] of [
    ["assemblyscript", ["assemblyscript"]],
    ["others", ["c", "wat"]],
  ] as const) {
    const skip = whyMissing(needs) ?? false;
    test(`are what their sources build: ${language}`, { skip }, async () => {
      const chosen = guests.filter(
        (guest) => (guest.language === "assemblyscript") === (language === "assemblyscript"),
      );
      const paths = chosen.map(({ kind, name }) => `${kind}/${name}`);
      const words = [join(folder, "build.ts"), "--check", ...paths];
      const { stdout } = await execute(process.execPath, words).catch((error: unknown) => ({
        stdout: error instanceof Error ? error.message : String(error),
      }));
      const { length } = chosen;
      assert.match(stdout, new RegExp(`^${length} of ${length} are as committed$`, "m"));
    });
  }
});
