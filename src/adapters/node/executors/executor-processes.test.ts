import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { executorProcesses } from "./executor-processes.ts";

/** Does to a file of the folder it is given what programs do, and says how each went. */
const entryText = `
import { closeSync, fsyncSync, futimesSync, openSync, symlinkSync } from "node:fs";
const said = {};
const attempt = (name, deed) => {
  try { deed(); said[name] = "done"; } catch (error) { said[name] = error.code; }
};
process.once("message", ({ folder }) => {
attempt("make", () => closeSync(openSync(folder + "/file", "w")));
attempt("sync", () => fsyncSync(openSync(folder + "/file", "r+")));
attempt("times", () => futimesSync(openSync(folder + "/file", "r+"), 1, 1));
attempt("link", () => symlinkSync("file", folder + "/link"));
process.send([said]);
});
`;

/** What an executor says of a folder, which it was granted as `grant` says. */
async function deeds(context: TestContext, grant: "readable" | "writable"): Promise<unknown> {
  const scratch = mkdtempSync(join(tmpdir(), "noos-executor-"));
  context.after(() => rmSync(scratch, { recursive: true, force: true }));
  const own = join(scratch, "own");
  const folder = join(scratch, "granted");
  for (const path of [own, folder]) mkdirSync(path);
  writeFileSync(join(own, "entry.mjs"), entryText);
  const host = executorProcesses({
    entry: pathToFileURL(join(own, "entry.mjs")),
    inherited: [],
    handleOf: () => undefined,
    start: () => ({ folder }),
    ended: () => undefined,
    reach: { readable: [own], writable: [] },
    environment: {},
  });
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const link = host.start(
    { readable: [], writable: [], [grant]: [folder] },
    { heard: ([said]) => resolve(said), gone: (why) => reject(new Error(why)) },
  );
  return promise.finally(() => link.kill());
}

suite("an executor as an OS process", () => {
  test("can sync, date and link in a folder that was granted to write in", async (context) => {
    const all = { make: "done", sync: "done", times: "done", link: "done" };
    assert.deepEqual(await deeds(context, "writable"), all);
  });

  test("changes nothing in one that was granted to read, or not at all", async (context) => {
    const said = (await deeds(context, "readable")) as { make: string; link: string };
    assert.equal(said.make, "ERR_ACCESS_DENIED");
    assert.equal(said.link, "ERR_ACCESS_DENIED");
  });
});
