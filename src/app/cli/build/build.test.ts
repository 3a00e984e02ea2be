import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { PlatformError } from "#core/sys";
import { scriptedTerminal } from "#test/terminal";
import { ensureBuilt } from "#tools/build";
import { build } from "./build.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-build-"));
after(() => rmSync(scratch, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(scratch, name);
  writeFileSync(path, text);
  return path;
}

async function noosBuild(file: string, output?: string): Promise<string> {
  const terminal = scriptedTerminal();
  const flags = new Map(output === undefined ? [] : [["output", [output]]]);
  assert.equal(await build({ flags, positionals: [file] }, terminal), 0);
  return terminal.written.out;
}

async function refusal(file: string, output?: string): Promise<PlatformError> {
  return noosBuild(file, output).then(
    () => assert.fail("it was built"),
    (error: unknown) => {
      assert.ok(error instanceof PlatformError, String(error));
      return error;
    },
  );
}

suite("noos build", () => {
  before(ensureBuilt);
  const sound = `export default { fetch: () => new Response("x") };\n`;

  test("writes an image beside the script, over an older one", async () => {
    const file = write("web.ts", sound);
    for (const _ of [1, 2]) {
      assert.match(await noosBuild(file), /web: [\d.]+ MiB, of 1 file, in \d.*s\n$/);
    }
    const names = readdirSync(join(scratch, "web"), { recursive: true }).map(String);
    assert.deepEqual(names.toSorted(), [
      "program.wasm",
      "root",
      "root/app.bytecode",
      "root/app.js",
      "root/app.js.map",
    ]);
    assert.ok(!readdirSync(scratch).some((name) => name.startsWith(".")));
  });

  test("refuses to write over anything else", async () => {
    const file = write("api.ts", sound);
    const folder = join(scratch, "mine");
    mkdirSync(folder);
    writeFileSync(join(folder, "letter.txt"), "dear");
    const { code, message } = await refusal(file, folder);
    assert.equal(code, "FILE_NOT_WRITABLE");
    assert.match(message, /no image of a script: there is letter\.txt$/);
    assert.ok(existsSync(join(folder, "letter.txt")));
    assert.equal((await refusal(file, file)).code, "FILE_NOT_WRITABLE");
  });

  test("shows a mistake in its lines, and writes nothing", async () => {
    const file = write("wrong.ts", "const one = 1;\nconst two: number = ;\n");
    const { code, message } = await refusal(file);
    assert.equal(code, "SCRIPT_UNSOUND");
    assert.match(message, /wrong\.ts:2:21\n.*\n +2 \| const two: number = ;\n +\| +\^$/);
    assert.ok(!existsSync(join(scratch, "wrong")));
  });

  test("says what is not there", async () => {
    const { code, message } = await refusal(join(scratch, "none.ts"));
    assert.deepEqual([code, /there is no file "none\.ts"/.test(message)], ["FILE_NOT_FOUND", true]);
  });
});
