/**
 * `npm run pack`: builds the package that would be published into `dist`, judges it, and then does
 * what its first user does: installs the tarball in an empty folder and runs a program with it.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildInto, distFolder } from "./build.ts";
import { type CommandOptions, formatSeconds, projectFolder, runCommand } from "./command.ts";

const example = join(projectFolder, "guests", "built", "basics", "hello.wasm");

/** What goes along with what is built, as it is. */
const copied = [
  "bin",
  "README.md",
  "LICENSE",
  "CHANGELOG.md",
  "docs/schema",
  "guests/sdk",
  "templates",
];

/** Runs one step, prints its line, and ends the whole with its output if it fails. */
async function step(
  name: string,
  argv: readonly [string, ...string[]],
  options: CommandOptions = {},
): Promise<string> {
  const { status, output, elapsedMs } = await runCommand(argv, options);
  const mark = status === 0 ? "✓" : "✗";
  console.log(`${mark} ${name.padEnd(12)} ${formatSeconds(elapsedMs).padStart(7)}`);
  if (status === 0) return output;
  console.log(`\n$ ${argv.join(" ")}\n${output.trimEnd()}`);
  process.exit(1);
}

async function build(): Promise<void> {
  await buildInto(distFolder);
  await step("types", ["tsc", "-p", "tsconfig.pack.json"]);
  for (const name of copied) {
    const from = join(projectFolder, name);
    assert.ok(existsSync(from), `${name} belongs into the package`);
    cpSync(from, join(distFolder, name), { recursive: true });
  }
}

type Packed = { readonly filename: string; readonly size: number; readonly unpackedSize: number };

async function makeTarball(folder: string): Promise<string> {
  const listing = await step("tarball", [
    "npm",
    "pack",
    distFolder,
    "--json",
    "--pack-destination",
    folder,
  ]);
  const [packed]: readonly Packed[] = JSON.parse(listing.slice(listing.indexOf("[")));
  assert.ok(packed, "npm pack tells what it made");
  const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;
  console.log(
    `  ${packed.filename}: ${kilobytes(packed.size)}, unpacked ${kilobytes(packed.unpackedSize)}`,
  );
  return join(folder, packed.filename);
}

async function judge(tarball: string): Promise<void> {
  await step("publint", ["publint", "run", "--strict", distFolder]);
  await step("attw", [
    "attw",
    "--profile",
    "esm-only",
    "--no-emoji",
    "--no-definitely-typed",
    tarball,
  ]);
}

/** The environment of somebody who has just Node's npm: the scratch folder's programs only. */
async function use(tarball: string, folder: string): Promise<void> {
  writeFileSync(join(folder, "package.json"), `{ "private": true, "type": "module" }\n`);
  await step("install", ["npm", "install", tarball], { cwd: folder });
  const [noos, node] = ["noos", "node"].map((name) => join(folder, "node_modules", ".bin", name));
  assert.ok(noos !== undefined && node !== undefined);
  console.log(
    `\n$ noos run hello.wasm\n${await step("run", [noos, "run", example], { cwd: folder })}`,
  );
  const embedding = [
    `import { PlatformError, System } from "noos";`,
    `import { connect, PlatformError as Refused } from "noos/client";`,
    `import type { Program } from "noos/guest";`,
    `const system: typeof System = System;`,
    `const socket = (): WebSocket => new WebSocketPair()[0];`,
    `const program: Program = { fetch: () => new Response(null, { webSocket: socket() }) };`,
    `const { at }: { readonly at: string } = connect({ at: "/run/noos.sock" });`,
    // Both doors lead into one house: what one throws, the other's class knows.
    `if (at !== "unix:/run/noos.sock" || Refused !== PlatformError) throw new Error(at);`,
    `console.log(system.name, Object.keys(program));\n`,
  ];
  writeFileSync(join(folder, "embed.ts"), embedding.join("\n"));
  // With the compiler's usual libraries, and our declarations judged like the user's own.
  const options = ["--strict", "--noEmit", "--module", "nodenext", "--target", "esnext"] as const;
  await step("types", ["tsc", "--ignoreConfig", ...options, "embed.ts"], { cwd: folder });
  await step("embed", [node, "embed.ts"], { cwd: folder });
  await step("new", [noos, "new", "web"], { cwd: folder });
  await serve(noos, join(folder, "web"));
}

/**
 * A script behind a front, by a daemon with its executors: what they read of the package and of
 * the libraries beside it they may read only where it is installed.
 */
async function serve(noos: string, folder: string): Promise<void> {
  const data = join(folder, "data");
  const words = ["up", "--data", data, "--http", "127.0.0.1:0", folder];
  const daemon = spawn(noos, words, { stdio: ["ignore", "pipe", "pipe"] });
  const gone = once(daemon, "exit");
  let said = "";
  const isUp = new Promise<void>((resolve) => {
    for (const stream of [daemon.stdout, daemon.stderr]) {
      stream.on("data", (bytes) => {
        said += String(bytes);
        if (said.includes("web is up")) resolve();
      });
    }
  });
  await Promise.race([isUp, gone]);
  const address = /requests at (http:\S+:\d+)/.exec(said)?.[1];
  assert.ok(address !== undefined, said);
  const answer = await fetch(address);
  assert.equal(answer.status, 200, said);
  console.log(`\n$ noos up web\n${await answer.text()}`);
  daemon.kill();
  await gone;
}

await build();
const scratch = mkdtempSync(join(tmpdir(), "noos-pack-"));
try {
  const tarball = await makeTarball(scratch);
  await judge(tarball);
  await use(tarball, scratch);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
