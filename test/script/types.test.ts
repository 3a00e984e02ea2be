import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const compiler = fileURLToPath(import.meta.resolve("typescript/package.json")).replace(
  /package\.json$/,
  "bin/tsc",
);

suite("noos/guest", () => {
  test("has the types of programs, beside those of the web", async () => {
    const project = join(import.meta.dirname, "programs");
    const { stdout } = await run(process.execPath, [compiler, "-p", project]).catch(
      (error: unknown) => error as { readonly stdout: string },
    );
    assert.equal(stdout, "");
  });
});
