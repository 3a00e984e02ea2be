/** What serves, under ten thousand requests of somebody who has `wrk`. Nothing is measured here. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import { promisify } from "node:util";
import { fileOf, whyMissing } from "#tools/toolchain";
import { ownApp, type Served, serve } from "./served.ts";

const execute = promisify(execFile);
const skip = whyMissing(["wrk"]) ?? false;
const script = join(import.meta.dirname, "right-answers.lua");
const wantedCount = 10_000;

/** What came of requests, as the script has it. */
interface Outcome {
  readonly answered: number;
  readonly wrong: number;
  readonly failed: number;
}

/** Asks for a second by 32 connections, which are closed at its end wherever they are. */
async function askForSecond(url: string, wanted: string): Promise<Outcome> {
  const words = ["-t1", "-c32", "-d1s", "--timeout", "30s", "-s", script, url, "--", wanted];
  const { stdout } = await execute(fileOf("wrk") ?? "", words);
  return JSON.parse(stdout.slice(stdout.indexOf("{"))) as Outcome;
}

suite("wrk", { skip, timeout: 120_000 }, () => {
  let served: Served;
  before(async () => {
    served = await serve();
    await served.deploy(ownApp);
  });

  for (const { what, path } of [
    { what: "a handler", path: "/hello" },
    { what: "a script", path: "/greeting" },
  ]) {
    for (const way of ["http", "https"] as const) {
      test(`asks ${what} ten thousand times over ${way}, and each answer is right`, async (t) => {
        for (let answered = 0; answered < wantedCount;) {
          const outcome = await askForSecond(`${served[way]}${path}`, "hello, world\n");
          t.diagnostic(JSON.stringify(outcome));
          assert.deepEqual(outcome, { answered: outcome.answered, wrong: 0, failed: 0 });
          answered += outcome.answered;
        }
      });
    }
  }
});
