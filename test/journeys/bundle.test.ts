import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { before, suite, test } from "node:test";
import { bundleFiles } from "#tools/bundle";
import { type Ended, guest, noos, scratch } from "./noos.ts";

const projectFolder = resolve(import.meta.dirname, "..", "..");

/** Where the published package would lie, but for its dependencies. */
const installed = join(scratch, "installed");

/** Other journeys take `noos` as the checkout has it; this one always takes what is published. */
suite("noos as it is published", () => {
  before(async () => {
    for (const { path, content } of await bundleFiles()) {
      mkdirSync(dirname(join(installed, path)), { recursive: true });
      writeFileSync(join(installed, path), content);
    }
    cpSync(join(projectFolder, "bin"), join(installed, "bin"), { recursive: true });
    symlinkSync(join(projectFolder, "node_modules"), join(installed, "node_modules"));
  });

  /** By its shell, for a system may let nothing be run that lies where scratch folders do. */
  function published(...words: readonly string[]): Promise<Ended> {
    return noos([join(installed, "bin", "noos"), ...words], { program: "/bin/sh" });
  }

  test("tells its version, its help and an error, each from files that are there", async () => {
    const { version } = JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8"));
    assert.match((await published("--version")).stdout, new RegExp(`^noos ${version} \\(Node `));
    assert.match((await published("help", "run")).stdout, /--no-preempt/);
    const { status, stderr } = await published("run", "missing.wasm");
    assert.equal(status, 120);
    assert.match(stderr, /^noos: cannot run "missing\.wasm": there is no such file\n {6}next: /);
  });

  test("runs a program that is new to it, and again from what it kept", async () => {
    for (const phase of [/^ {2}instrument /m, /^ {2}look up /m]) {
      const { status, stdout, stderr } = await published("run", "--stats", guest("basics/hello"));
      assert.deepEqual({ status, stdout }, { status: 0, stdout: "hello, world\n" });
      assert.match(stderr, phase);
    }
  });

  test("starts its threads: the watchdog's, and one for a program without checks", async () => {
    const spin = await published("run", "--cpu-time", "100ms", guest("hostile/spin"));
    assert.equal(spin.status, 124);
    assert.equal((await published("run", "--no-preempt", guest("basics/hello"))).status, 0);
  });

  test("reads an image, for which it needs a library beside it", async () => {
    const image = join(scratch, "image");
    mkdirSync(image);
    cpSync(guest("basics/hello"), join(image, "program.wasm"));
    execFileSync("tar", ["-C", image, "-czf", join(scratch, "image.tgz"), "."]);
    assert.equal((await published("run", join(scratch, "image.tgz"))).stdout, "hello, world\n");
  });

  test("checks a program, records a run of it and plays that back", async () => {
    const recording = join(scratch, "hello.rec");
    assert.equal((await published("check", guest("basics/hello"))).status, 0);
    const words = ["run", "--dir", ".", "--record", recording, guest("basics/hello")];
    assert.equal((await published(...words)).status, 0);
    assert.equal((await published("replay", recording)).stdout, "hello, world\n");
  });
});
