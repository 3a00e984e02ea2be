import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { zstdCompressSync } from "node:zlib";
import { guest, noos, scratch } from "./noos.ts";

/** Makes a folder of files; what begins with `guest:` is that guest. */
function folder(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(scratch, name);
  for (const [file, content] of Object.entries(files)) {
    const target = join(path, file);
    mkdirSync(dirname(target), { recursive: true });
    if (content.startsWith("guest:")) copyFileSync(guest(content.slice(6)), target);
    else writeFileSync(target, content);
  }
  return path;
}

/** Packs what is in a folder. */
function tar(from: string, to: string, ...options: readonly string[]): string {
  mkdirSync(dirname(to), { recursive: true });
  execFileSync("tar", ["-C", from, ...options, "-cf", to, "."]);
  return to;
}

/** The same for `zstd`, which not every machine has as a program. */
function tarZstd(from: string, to: string): string {
  writeFileSync(to, zstdCompressSync(readFileSync(tar(from, to))));
  return to;
}

const reader = "guest:basics/files";

suite("images", () => {
  test("give their program a root that it can write, and stay as they are", async () => {
    const image = folder("writable", { "program.wasm": reader });
    const { status, stderr } = await noos(["run", image]);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    assert.deepEqual(execFileSync("ls", [image]).toString(), "program.wasm\n");
  });

  test("lay layers over their root folder, in the order of their names", async () => {
    const image = folder("layered", {
      "program.wasm": reader,
      "root/a": "lowest",
      "root/b": "lowest",
    });
    const layer = folder("layer-1", { b: "middle", c: "middle", d: "middle" });
    const top = folder("layer-2", { c: "top", ".wh.d": "" });
    tar(layer, join(image, "layers", "1.tar.gz"), "--gzip");
    tar(top, join(image, "layers", "2.tar"));
    for (const path of [image, tarZstd(image, join(scratch, "layered.tar.zst"))]) {
      const { stdout } = await noos(["run", path]);
      // The program lists its root in the end.
      assert.equal(stdout.trimEnd().split("\n").at(-1), ".: a b c dev", path);
    }
  });

  test("bound what is written by --file-bytes", async () => {
    const image = folder("bounded", { "filler.wasm": "guest:hostile/fill-disk" });
    const { stdout } = await noos(["run", "--file-bytes", "4MiB", image]);
    assert.match(stdout, /^3 .*ENOSPC/);
  });

  test("are told from their content: a directory, a tar, and both ways to pack one", async () => {
    const image = folder("packed", { "program.wasm": "guest:basics/hello" });
    const packed = [
      image,
      tar(image, join(scratch, "a.tar")),
      tar(image, join(scratch, "b.tar.gz"), "--gzip"),
      tarZstd(image, join(scratch, "c.image")),
    ];
    for (const path of packed) {
      assert.equal((await noos(["run", path, "you"])).stdout, "hello, you\n", path);
    }
  });

  test("without a program, or with too many, say so", async () => {
    const none = folder("none", { "root/file": "" });
    const many = folder("many", { "a.wasm": "guest:basics/hello", "b.wasm": "guest:basics/hello" });
    for (const path of [none, many, tar(many, join(scratch, "many.tar"))]) {
      const { status, stderr } = await noos(["run", path]);
      assert.equal(status, 122);
      assert.match(stderr, /^noos: cannot use the image: .*program\.wasm\n {6}next: .+\n$/);
    }
  });

  test("that are damaged say so", async () => {
    const image = folder("whole", { "program.wasm": "guest:basics/hello" });
    const bytes = readFileSync(tar(image, join(scratch, "whole.tar.gz"), "--gzip"));
    const cut = join(scratch, "cut.tar.gz");
    writeFileSync(cut, bytes.subarray(0, bytes.length / 2));
    const { status, stderr } = await noos(["run", cut]);
    assert.equal(status, 122);
    assert.match(stderr, /^noos: cannot use ".*cut\.tar\.gz": .*damaged\n {6}next: .+\n$/);
  });

  test("cannot be hidden by a directory at their root", async () => {
    const image = folder("hidden", { "program.wasm": "guest:basics/hello" });
    for (const grant of [".", `${scratch}::/`, `${scratch}::./`]) {
      const { status, stderr } = await noos(["run", "--dir", grant, image]);
      assert.equal(status, 120);
      assert.match(stderr, /--dir HOST::\/work/);
    }
  });
});
