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

const top = fileURLToPath(new URL("../../", import.meta.url));
/** Projects of programs: what the compiler has to say of each is nothing. */
const projects = [
  "test/script/programs",
  "test/journeys/clients/app",
  "examples",
  "templates/typescript",
  "templates/queue",
];

suite("noos/guest", () => {
  for (const project of projects) {
    test(`has the types of programs, beside those of the web: ${project}`, async () => {
      const { stdout } = await run(process.execPath, [compiler, "-p", join(top, project)]).catch(
        (error: unknown) => error as { readonly stdout: string },
      );
      assert.equal(stdout, "");
    });
  }
});
