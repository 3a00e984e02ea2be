import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProgramRun } from "./recipe.ts";
import type { GuestRunner } from "./runner.ts";

/** Runs a module as `expected` says, in a folder of its own, and asserts that it went that way. */
export async function checkRun(
  file: string,
  expected: ProgramRun,
  runner: GuestRunner,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "noos-program-"));
  try {
    for (const [name, content] of Object.entries(expected.files)) {
      await writeFile(join(directory, name), content);
    }
    const { args, env = {}, stdin = "" } = expected;
    const outcome = await runner({ file, args, env, stdin, directory });
    assert.equal(outcome.stdout, expected.stdout);
    assert.ok(outcome.stderr.includes(expected.stderr ?? ""), outcome.stderr);
    const exited = `exited(${expected.code})`;
    if (expected.code !== undefined) assert.equal(outcome.ending, exited, outcome.stderr);
    else assert.notEqual(outcome.ending, "exited(0)");
    assert.deepEqual((await readdir(directory)).sort(), expected.filesAfter);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
