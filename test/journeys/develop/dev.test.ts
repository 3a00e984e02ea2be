import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { ensureBuilt } from "#tools/build";
import { ask, askUntil, type Running, scratch, startNoos } from "./noos-program.ts";

const program = (answer: string): string =>
  [
    `export default {`,
    `  fetch(request: Request): Response {`,
    `    console.log("asked for", new URL(request.url).pathname);`,
    `    return new Response("${answer}");`,
    `  },`,
    `};`,
    ``,
  ].join("\n");

const yaml = "app: site\nprocesses: { web: { source: ./web.ts, serve: / } }\n";

interface Developing extends Running {
  readonly write: (name: string, text: string) => void;
}

/** `noos dev` in a folder of its own, with a port that the system chooses. */
async function developing(context: TestContext, name: string): Promise<Developing> {
  await ensureBuilt();
  const folder = join(scratch, name);
  mkdirSync(folder);
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  write("noos.yaml", yaml);
  write("web.ts", program("one"));
  const running = startNoos(["dev", folder, "--http", "127.0.0.1:0"]);
  context.after(() => running.end());
  return { ...running, write };
}

suite("noos dev", { timeout: 60_000 }, () => {
  test("serves what the sources say, through a mistake and its mending", async (context) => {
    const { write, said, end } = await developing(context, "site");
    const [, url = ""] = await said(/web answers at (http:\S+)/);
    assert.deepEqual(await ask(url), { status: 200, text: "one" });
    await said(/^web \| asked for \/$/m);

    write("web.ts", program("two"));
    await askUntil(url, ({ text }) => text === "two");

    write("web.ts", program("three").replace("new Response", "new ="));
    const broken = await askUntil(url, ({ status }) => status === 500);
    assert.match(broken.text, /web\.ts:4:\d+\n(?:.*\n)* +4 \| +return new =\("three"\);\n +\| +\^/);
    await said(/web\.ts:4:\d+\n(?:.*\n)* +4 \| +return new =/);

    write("web.ts", program("three"));
    await askUntil(url, ({ text }) => text === "three");
    await said(/noos: mended/);

    const [, at = ""] = await said(/from elsewhere: noos ps --at (\S+)/);
    assert.ok(existsSync(at));
    assert.equal(await end(), 0);
    assert.ok(!existsSync(join(at, "..")), "its data are gone");
    await assert.rejects(ask(url));
  });

  test("answers with what is wrong now: what a handler threw, or why nothing starts", async (t) => {
    const { write, said, end } = await developing(t, "wrong");
    const [, url = ""] = await said(/web answers at (http:\S+)/);
    write("web.ts", program("one").replace("new Response", "request.cookies.get"));
    const thrown = await askUntil(url, ({ status }) => status === 500);
    assert.match(
      thrown.text,
      /^uncaught: TypeError: .* 'get' of undefined\n +at .*web\.ts:4:12\)\n$/,
    );
    await said(/^web \| uncaught: TypeError: /m);

    write("web.ts", `import fs from "node:fs";\n${program("two").replace('"two"', "fs")}`);
    await askUntil(url, ({ text }) => text.includes('"node:fs" is not there'));

    write("web.ts", `const first = [].at(0) as any;\nfirst.name;\n${program("two")}`);
    const failed = await askUntil(url, ({ text }) => !text.includes('"node:fs" is not there'));
    assert.equal(failed.status, 500);
    assert.match(
      failed.text,
      /^uncaught: TypeError: .* 'name' of undefined\n +at .*web\.ts:2:1\)\n$/,
    );

    write("web.ts", program("two"));
    await askUntil(url, ({ text }) => text === "two");
    assert.equal(await end(), 0);
  });

  test("goes on with what is not sound at the start, and with a file that comes", async (t) => {
    const { write, said, end } = await developing(t, "late");
    const [, url = ""] = await said(/web answers at (http:\S+)/);
    write("noos.yaml", yaml.replace("./web.ts", "./late.ts"));
    await said(/found "\.\/late\.ts", which is not there/);
    assert.match((await askUntil(url, ({ status }) => status === 500)).text, /is not there/);
    write("late.ts", program("late"));
    await askUntil(url, ({ text }) => text === "late");
    assert.equal(await end(), 0);
  });

  test("has a directory without an app file refused", async () => {
    const { status, text } = await startNoos(["dev", join(scratch, "nowhere")]).ended;
    assert.equal(status, 120);
    assert.match(text, /there is no such file/);
  });
});
