import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, suite, test } from "node:test";
import { promisify } from "node:util";
import { PlatformError } from "#core/sys";
import { serveScripted } from "#test/management";

const projectFolder = resolve(import.meta.dirname, "..", "..", "..");
/** Rejects for a status that is not 0. */
const run = promisify(execFile);

/** A project that has noos among its dependencies. */
const folder = mkdtempSync(join(tmpdir(), "noos-client-page-"));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, "node_modules"), { recursive: true });
symlinkSync(projectFolder, join(folder, "node_modules", "noos"), "dir");
writeFileSync(join(folder, "package.json"), `{ "private": true, "type": "module" }\n`);

/** The one block of the page in this language. */
function blockOf(language: "ts" | "text"): string {
  const page = readFileSync(join(projectFolder, "docs", "manual", "client.md"), "utf8");
  const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  const [text, ...others] = blocks.filter(([, name]) => name === language).map((match) => match[2]);
  assert.ok(text !== undefined && others.length === 0, `the page has one block of ${language}`);
  return text;
}

suite("client: the page's example", () => {
  const path = join(folder, "example.ts");
  writeFileSync(path, blockOf("ts"));

  test("asks a daemon, and prints what the page says", async (t) => {
    const { management, at } = await serveScripted(t);
    management.restart = (restarted) => {
      for (const kind of ["process-ended", "process-starting", "process-started"] as const) {
        management.happen("", { kind, path: restarted });
      }
    };
    management.scale = (app, spec) => {
      throw new PlatformError(`"${app}" has no spec "${spec}"`, {
        code: "CHILD_UNKNOWN",
        hint: "did you mean worker?",
      });
    };
    const options = ["--disable-warning=ExperimentalWarning", path];
    const env = { ...process.env, NOOS_AT: at };
    const { stdout, stderr } = await run(process.execPath, options, { cwd: projectFolder, env });
    assert.equal(stderr, "");
    assert.equal(stdout, blockOf("text"));
  });

  test("passes the compiler at its strictest", async () => {
    const compilerOptions = {
      noEmit: true,
      types: ["node"],
      typeRoots: [join(projectFolder, "node_modules", "@types")],
      rootDir: "/",
    };
    const base = join(projectFolder, "tsconfig.json");
    const files = [path, join(projectFolder, "src", "core", "globals.d.ts")];
    const project = join(folder, "tsconfig.json");
    writeFileSync(project, JSON.stringify({ extends: base, compilerOptions, include: [], files }));
    const compiler = join(projectFolder, "node_modules", ".bin", "tsc");
    const { stdout } = await run(process.execPath, [compiler, "-p", project]);
    assert.equal(stdout, "");
  });
});
