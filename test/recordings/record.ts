/**
 * Makes a recording that every later build must be able to play: `node
 * test/recordings/record.ts NAME`, for a row of `recipes`. One that is there is never made
 * anew: an old recording is of use for being old. A change of the format gets new rows.
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { type Recipe, recipes, recordingFile } from "./mod.ts";

const projectFolder = join(import.meta.dirname, "..", "..");

function make(name: string, { options, program, args, stdin, files }: Recipe): void {
  const target = recordingFile(name);
  assert.ok(!existsSync(target), `${name} is there, and stays as it is`);
  const folder = mkdtempSync(join(tmpdir(), "noos-recording-"));
  mkdirSync(join(folder, "files"));
  for (const [file, content] of Object.entries(files)) {
    writeFileSync(join(folder, "files", file), content);
  }
  const guest = join(projectFolder, "guests", "built", `${program}.wasm`);
  const words = ["run", "--record", target, ...options, guest, ...args];
  const { status, stderr } = spawnSync(join(projectFolder, "bin", "noos"), words, {
    cwd: folder,
    input: stdin,
    encoding: "utf8",
  });
  rmSync(folder, { recursive: true });
  assert.equal(status, recipes[name]?.status, stderr);
}

for (const name of process.argv.slice(2)) {
  const recipe = recipes[name];
  assert.ok(recipe !== undefined, `no recipe is called ${name}`);
  make(name, recipe);
}
