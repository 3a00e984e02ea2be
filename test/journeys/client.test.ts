import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";
import { PlatformError } from "#core/sys";
import { serveScripted } from "#test/management";
import { collect, scratch } from "./noos.ts";

const projectFolder = resolve(import.meta.dirname, "..", "..");

/** A project that has noos among its dependencies. */
const folder = join(scratch, "asking");
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
    const child = spawn(process.execPath, options, { cwd: projectFolder, env });
    const { status, stdout, stderr } = await collect(child);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
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
    const child = spawn(process.execPath, [compiler, "-p", project]);
    const { status, stdout } = await collect(child);
    assert.deepEqual({ status, stdout }, { status: 0, stdout: "" });
  });
});
