import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";
import { collect, type Ended, scratch } from "./noos.ts";

const projectFolder = resolve(import.meta.dirname, "..", "..");

/** An embedder's project: a folder that has noos among its dependencies. */
const folder = join(scratch, "embedder");
mkdirSync(join(folder, "node_modules"), { recursive: true });
symlinkSync(projectFolder, join(folder, "node_modules", "noos"), "dir");
writeFileSync(join(folder, "package.json"), `{ "private": true, "type": "module" }\n`);

/** The one block of the page in this language. */
function blockOf(language: "ts" | "text"): string {
  const page = readFileSync(join(projectFolder, "docs", "embedding.md"), "utf8");
  const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  const [text, ...others] = blocks.filter(([, name]) => name === language).map((match) => match[2]);
  assert.ok(text !== undefined && others.length === 0, `the page has one block of ${language}`);
  return text;
}

/** What was printed, without how long it took. */
function timeless(text: string): string {
  return text.replace(/[\d.]+ ms/, "… ms");
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Runs a program of the embedder's, as the page says: with the project as the present folder. */
function run(program: string, words: readonly string[]): Promise<Ended> {
  const env = { ...process.env, NOOS_CACHE: join(scratch, "cache") };
  return collect(spawn(program, words, { cwd: projectFolder, env }));
}

suite("embedding: the page's example", () => {
  const path = write("example.ts", blockOf("ts"));

  test("runs, and prints what the page says", async () => {
    const { status, stdout, stderr } = await run(process.execPath, [
      "--disable-warning=ExperimentalWarning",
      path,
    ]);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    assert.equal(timeless(stdout), timeless(blockOf("text")));
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
    const config = { extends: base, compilerOptions, include: [], files };
    const project = write("tsconfig.json", JSON.stringify(config));
    const compiler = join(projectFolder, "node_modules", ".bin", "tsc");
    const { status, stdout } = await run(compiler, ["-p", project]);
    assert.deepEqual({ status, stdout }, { status: 0, stdout: "" });
  });
});

suite("embedding: the host", () => {
  for (const [callStackBytes, end] of [
    [64 * 1024, "trapped(call stack exhausted)"],
    [16 * 2 ** 20, "exited(0)"],
  ] as const) {
    test(`gives programs ${callStackBytes / 1024} KiB of stack: ${end}`, async () => {
      const lines = [
        `import { readFileSync } from "node:fs";`,
        `import { describeExit, nodeHost, System } from "noos";`,
        `const system = new System(nodeHost({ callStackBytes: ${callStackBytes} }));`,
        `const program = system.load(readFileSync("guests/built/hostile/recurse.wasm"));`,
        `const { reason } = await system.start(program, { args: ["20000"] }).exit;`,
        `console.log(describeExit(reason));`,
      ];
      const path = write(`stack-${callStackBytes}.ts`, lines.join("\n"));
      assert.equal((await run(process.execPath, [path])).stdout, `${end}\n`);
    });
  }
});
