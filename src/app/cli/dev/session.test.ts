import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, suite, test, type TestContext } from "node:test";
import { connect } from "#app/client";
import type { DeployRequest } from "#pool/api";
import { serveScripted } from "#test/management";
import { scriptedTerminal } from "#test/terminal";
import { ensureBuilt } from "#tools/build";
import { Session } from "./session.ts";

const sound = `export default { fetch: () => new Response("x") };\n`;
const other = sound.replace('"x"', '"y"');
const wrong = "const one = 1;\nconst two: number = ;\n";
const yaml = "app: shop\nprocesses: { web: { source: ./web.ts, serve: / } }\n";

/** A file in a tar begins so far behind its name. */
const tarBlockBytes = 512;

interface Stage {
  readonly session: Session;
  /** Writes files and has the session follow them; answers what the person was told of it. */
  readonly change: (files: Readonly<Record<string, string>>) => Promise<string>;
  readonly deployed: () => readonly DeployRequest[];
  /** The program in the image that was deployed last. */
  readonly image: () => string;
  /** Whether the image that was deployed last tells errors to whoever asks. */
  readonly tellsErrors: () => boolean;
}

async function stage(
  context: TestContext,
  toStay: ReadonlySet<string> = new Set(),
): Promise<Stage> {
  const { management, images, at } = await serveScripted(context);
  const folder = mkdtempSync(join(tmpdir(), "noos-session-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const terminal = scriptedTerminal();
  const session = new Session(connect({ at }), terminal, { operand: folder, toStay });
  const deployed = (): readonly DeployRequest[] =>
    management.asked.flatMap(([name, request]) =>
      name === "deploy" ? [request as DeployRequest] : [],
    );
  const lastImage = (): string => {
    const [digest = ""] = Object.values(deployed().at(-1)?.images ?? {});
    return new TextDecoder("latin1").decode(images.get(digest));
  };
  return {
    session,
    deployed,
    async change(files) {
      const paths = Object.keys(files).map((name) => join(folder, name));
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      terminal.written.err = "";
      await session.follow(new Set(paths));
      return terminal.written.err;
    },
    tellsErrors: () => lastImage().includes("root/app.tells-errors\0"),
    image() {
      const text = lastImage();
      const beginsAt = text.indexOf("root/app.js\0") + tarBlockBytes;
      return text.slice(beginsAt, text.indexOf("\0", beginsAt));
    },
  };
}

suite("an app that follows its sources", () => {
  before(ensureBuilt);

  test("is deployed, and again when what it is of has changed", async (context) => {
    const { session, change, deployed, image } = await stage(context);
    const first = await change({ "noos.yaml": yaml, "web.ts": sound });
    assert.match(first, /^noos: deployed \.\/web\.ts in \d+ ms, revision \d+\n$/);
    assert.ok(session.madeOf.some((path) => path.endsWith("web.ts")));
    assert.equal(session.app, "shop");
    await change({ "web.ts": other });
    assert.equal(deployed().length, 2);
    assert.match(image(), /new Response\("y"\)/);
  });

  test("is left alone when nothing else came of a change", async (context) => {
    const { change, deployed } = await stage(context);
    await change({ "noos.yaml": yaml, "web.ts": sound });
    assert.equal(await change({ "web.ts": `${sound}// a remark\n` }), "");
    assert.equal(deployed().length, 1);
  });

  test("has a mistake told by whoever is asked, once in the terminal, until mended", async (t) => {
    const { session, change, image } = await stage(t);
    await change({ "noos.yaml": yaml, "web.ts": sound });
    const told = await change({ "web.ts": wrong });
    assert.doesNotMatch(told, /deployed/);
    assert.match(told, /web\.ts:2:21\n.*\n +2 \| const two: number = ;\n +\| +\^\n +next: look at/);
    assert.ok(!session.isSound);
    assert.match(image(), /status: 500/);
    assert.match(image(), /web\.ts:2:21\\n/);
    assert.equal(await change({ "web.ts": wrong }), "", "it was told");
    assert.match(await change({ "web.ts": other }), /deployed \.\/web\.ts .*\nnoos: mended\n$/);
    assert.ok(session.isSound);
    assert.match(image(), /new Response\("y"\)/);
  });

  test("begins with a mistake, also in what is imported, and finds it mended", async (context) => {
    const { session, change, image } = await stage(context);
    const web = `import { part } from "./part.ts";\nexport default { fetch: part };\n`;
    await change({ "noos.yaml": yaml, "web.ts": web, "part.ts": wrong });
    assert.match(image(), /part\.ts:2:21/);
    assert.ok(session.madeOf.some((path) => path.endsWith("part.ts")));
    await change({ "part.ts": `export const part = () => new Response("z");\n` });
    assert.match(image(), /new Response\("z"\)/);
  });

  test("finds what was not there", async (context) => {
    const { change, image } = await stage(context);
    assert.match(await change({ "noos.yaml": yaml }), /found "\.\/web\.ts", which is not there/);
    assert.match(image(), /which is not there/);
    await change({ "web.ts": sound });
    assert.match(image(), /new Response\("x"\)/);
  });

  test("goes on as it is with a mistake in its file, and then has all changes", async (context) => {
    const { session, change, deployed, image } = await stage(context);
    await change({ "noos.yaml": yaml, "web.ts": sound });
    assert.match(await change({ "noos.yaml": "app: shop\nprocesses: 7\n" }), /:2:12: processes/);
    assert.ok(!session.isSound);
    await change({ "web.ts": other });
    assert.equal(deployed().length, 1);
    assert.match(await change({ "noos.yaml": yaml }), /noos: mended\n$/);
    assert.match(image(), /new Response\("y"\)/);
  });

  test("tells errors to whoever asks, unless it stays when the work is done", async (context) => {
    const own = await stage(context);
    await own.change({ "noos.yaml": yaml, "web.ts": sound });
    assert.ok(own.tellsErrors());
    const others = await stage(context, new Set(["shop"]));
    await others.change({ "noos.yaml": yaml, "web.ts": sound });
    assert.ok(!others.tellsErrors());
    const silent = await stage(context);
    await silent.change({ "noos.yaml": yaml.replace(", serve: /", ""), "web.ts": sound });
    assert.ok(!silent.tellsErrors(), "nobody asks it");
    await silent.change({ "noos.yaml": yaml });
    assert.ok(silent.tellsErrors(), "now somebody does");
  });

  test("keeps a process that serves nothing as it was sound", async (context) => {
    const { change, deployed } = await stage(context);
    await change({ "noos.yaml": yaml.replace(", serve: /", ""), "web.ts": sound });
    assert.match(await change({ "web.ts": wrong }), /web\.ts:2:21/);
    assert.equal(deployed().length, 1);
  });

  test("keeps who does messages as it was sound: a mistake uses up no attempt", async (t) => {
    for (const summons of ["consume: jobs", "every: 5m"]) {
      const { change, deployed } = await stage(t);
      await change({ "noos.yaml": yaml.replace("serve: /", summons), "web.ts": sound });
      assert.match(await change({ "web.ts": wrong }), /web\.ts:2:21/);
      assert.equal(deployed().length, 1);
    }
  });
});
