/**
 * `npm run pack`: builds the package that would be published into `dist`, judges it, and then does
 * what its first user does: installs the tarball in an empty folder and runs a program with it.
 */
import assert from "node:assert/strict";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type CommandOptions, formatSeconds, projectFolder, runCommand } from "./command.ts";
import { bundleFiles, publishedManifest } from "#tools/bundle";

const dist = join(projectFolder, "dist");
const example = join(projectFolder, "guests", "built", "basics", "hello.wasm");

/** What goes along with the compiled modules, as it is. */
const copied = ["bin", "README.md", "LICENSE", "CHANGELOG.md"];

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
  rmSync(dist, { recursive: true, force: true });
  await step("compile", ["tsc", "-p", "tsconfig.pack.json"]);
  // The library is published module by module, with its types; the command line as a bundle.
  rmSync(join(dist, "app", "cli"), { recursive: true, force: true });
  for (const { path, content } of await bundleFiles()) {
    if (path === "package.json") continue;
    const file = join(dist, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  for (const name of copied) {
    const from = join(projectFolder, name);
    assert.ok(existsSync(from), `${name} belongs into the package`);
    cpSync(from, join(dist, name), { recursive: true });
  }
  const manifest = JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8"));
  writeFileSync(join(dist, "package.json"), publishedManifest(manifest));
}

type Packed = { readonly filename: string; readonly size: number; readonly unpackedSize: number };

async function makeTarball(folder: string): Promise<string> {
  const listing = await step("tarball", [
    "npm",
    "pack",
    dist,
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
  await step("publint", ["publint", "run", "--strict", dist]);
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
    `import { System } from "noos";`,
    `const system: typeof System = System;`,
    `console.log(system.name);\n`,
  ];
  writeFileSync(join(folder, "embed.ts"), embedding.join("\n"));
  // With the compiler's usual libraries, and our declarations judged like the user's own.
  const options = ["--strict", "--noEmit", "--module", "nodenext", "--target", "esnext"] as const;
  await step("types", ["tsc", "--ignoreConfig", ...options, "embed.ts"], { cwd: folder });
  await step("embed", [node, "embed.ts"], { cwd: folder });
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
