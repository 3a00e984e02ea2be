import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, suite, test } from "node:test";
import { simulatedHost } from "#adapters/sim";
import type { GrantedPorts } from "#core/host/granted";
import { defaultLimits, Errno, PlatformError } from "#core/sys";
import { type Directory, openPath } from "#core/vfs";
import { type Image, readImage } from "./image.ts";
import { decodeLayer } from "./layer-codec.ts";
import { imageRoot } from "./root.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-image-"));
after(() => rmSync(scratch, { recursive: true }));

/** Makes a folder of files of its own. */
function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(scratch, "image-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

function tar(from: string, to: string): string {
  mkdirSync(dirname(to), { recursive: true });
  execFileSync("tar", ["-C", from, "-cf", to, "."]);
  return to;
}

function rootOf(image: Pick<Image, "root">): Directory {
  const { outside } = simulatedHost({ seed: 1 });
  const clock = { ...outside.clock, cpuNs: () => 0n };
  const ports = { outside: { ...outside, clock } } as GrantedPorts;
  return image.root(ports, defaultLimits);
}

const reading = {
  read: true,
  write: false,
  create: false,
  exclusive: false,
  truncate: false,
  followLast: true,
  directory: false,
};

/** The text of a file, or the name of the error that says why not. */
function textOf(root: Directory, path: string): string {
  const opened = openPath(root, path, reading);
  if (opened instanceof Errno) return opened.name;
  assert.notEqual(opened.kind, "directory");
  if (opened.kind === "directory") return "";
  const target = new Uint8Array(100);
  const count = opened.read(target, 0);
  assert.ok(typeof count === "number");
  opened.close();
  return new TextDecoder().decode(target.subarray(0, count));
}

const layered = folder({ "program.wasm": "\0asm", "root/a": "lowest", "root/b": "lowest" });
const middle = folder({ b: "middle", c: "middle", d: "middle", "deep/er/e": "middle" });
tar(middle, join(layered, "layers", "1-middle.tar"));
tar(folder({ c: "top", ".wh.d": "" }), join(layered, "layers", "2-top.tar"));

suite("image", () => {
  for (const [how, path] of [
    ["a directory", layered],
    ["a tar", tar(layered, join(scratch, "layered.tar"))],
  ] as const) {
    test(`in ${how} has its program, and its layers one over the other`, async () => {
      const image = await readImage(path);
      assert.equal(new TextDecoder().decode(image.program), "\0asm");
      const root = rootOf(image);
      const found = ["a", "b", "c", "d", "deep/er/e"].map((name) => textOf(root, name));
      assert.deepEqual(found, ["lowest", "middle", "top", "ENOENT", "middle"]);
    });
  }

  test("has a root for each process that runs it", async () => {
    const image = await readImage(layered);
    const [one, other] = [rootOf(image), rootOf(image)];
    const made = one.open("new", { ...reading, write: true, create: true });
    assert.ok(!(made instanceof Errno));
    assert.equal(typeof made.write(new Uint8Array(1), 0), "number");
    assert.equal(textOf(one, "new"), "\0");
    assert.equal(textOf(other, "new"), "ENOENT");
  });

  test("comes back from what a recording holds of it", async () => {
    const [program, ...layers] = (await readImage(layered)).attachments();
    assert.deepEqual(
      [program, ...layers].map((attachment) => attachment?.name),
      ["program", "layer 0", "layer 1", "layer 2"],
    );
    const root = rootOf({ root: imageRoot(layers.map(({ bytes }) => decodeLayer(bytes))) });
    assert.equal(textOf(root, "c"), "top");
    assert.equal(textOf(root, "d"), "ENOENT");
  });

  test("takes the only module for its program, unless one is called program.wasm", async () => {
    const program = async (files: Record<string, string>): Promise<string> =>
      new TextDecoder().decode((await readImage(folder(files))).program);
    assert.equal(await program({ "a.wasm": "a" }), "a");
    assert.equal(await program({ "a.wasm": "a", "program.wasm": "p" }), "p");
    await assert.rejects(program({ "a.wasm": "a", "b.wasm": "b" }), { code: "IMAGE_MALFORMED" });
    await assert.rejects(program({ a: "a" }), { code: "IMAGE_MALFORMED" });
  });

  test("follows no link of its own: not to the program, not out of its root folder", async () => {
    const linked = folder({ "root/a": "a" });
    symlinkSync("/etc/passwd", join(linked, "program.wasm"));
    await assert.rejects(readImage(linked), { code: "IMAGE_MALFORMED", message: /is no file/ });

    const led = folder({ "program.wasm": "p" });
    symlinkSync("/etc", join(led, "root"));
    assert.equal(textOf(rootOf(await readImage(led)), "passwd"), "ENOENT");

    const inside = folder({ "program.wasm": "p", "root/a": "a" });
    symlinkSync("/etc/passwd", join(inside, "root", "link"));
    assert.notEqual(textOf(rootOf(await readImage(inside)), "link").slice(0, 5), "root:");
  });

  test("in a tar has a file once that several names lead to, wherever they are", async () => {
    const from = folder({ "program.wasm": "p", "root/a": "a" });
    linkSync(join(from, "program.wasm"), join(from, "root", "program"));
    linkSync(join(from, "root", "a"), join(from, "root", "b"));
    for (const order of [
      ["program.wasm", "root"],
      ["root", "program.wasm"],
    ]) {
      const path = join(scratch, `${order.join("-")}.tar`);
      execFileSync("tar", ["-C", from, "-cf", path, ...order]);
      const image = await readImage(path);
      assert.equal(new TextDecoder().decode(image.program), "p");
      const root = rootOf(image);
      assert.deepEqual(
        ["program", "a", "b"].map((name) => textOf(root, name)),
        ["p", "a", "a"],
      );
    }
  });

  test("in a tar is refused where a path leads elsewhere, or a link to nothing", async () => {
    for (const [transform, message] of [
      ["s,^root,/root,", /"\/root\/a" is an absolute path/],
      ["s,^root,../root,", /"\.\.\/root\/a" leads up/],
      ["s,^root/a,etc/a,R", /"root\/b" links to "etc\/a", which is no file/],
    ] as const) {
      const from = folder({ "program.wasm": "p", "root/a": "a" });
      linkSync(join(from, "root", "a"), join(from, "root", "b"));
      const path = join(scratch, "led.tar");
      const names = ["program.wasm", "root/a", "root/b"];
      execFileSync("tar", ["-P", "-C", from, "--transform", transform, "-cf", path, ...names]);
      await assert.rejects(readImage(path), { code: "IMAGE_MALFORMED", message });
    }
  });

  test("has no file among its layers that is passed over", async () => {
    for (const name of ["1.tar.xz", "notes.txt", "unpacked/file"]) {
      const image = folder({ "program.wasm": "p", [`layers/${name}`]: "?" });
      await assert.rejects(readImage(image), (error) => {
        assert.ok(error instanceof PlatformError);
        assert.match(error.message, /"layers\/[^"]*" is (?:not named .*\.tar\.zst|no file)$/);
        return true;
      });
      const packed = tar(image, join(scratch, "passed-over.tar"));
      await assert.rejects(readImage(packed), { code: "IMAGE_MALFORMED" });
    }
    await readImage(folder({ "program.wasm": "p", "layers/.DS_Store": "?" }));
  });

  test("is refused when it brings too much, before it is read", async () => {
    const large = folder({ "program.wasm": "p", "root/large": "" });
    truncateSync(join(large, "root", "large"), 2 ** 30);
    await assert.rejects(readImage(large), { code: "IMAGE_TOO_LARGE", message: /over 1 GiB/ });
  });

  test("names the layer that is damaged", async () => {
    const damaged = folder({ "program.wasm": "p", "layers/1.tar": "no tar at all".repeat(100) });
    await assert.rejects(readImage(damaged), (error) => {
      assert.ok(error instanceof PlatformError);
      assert.equal(error.code, "IMAGE_MALFORMED");
      assert.match(error.message, /^cannot use "layers\/1\.tar": /);
      return true;
    });
  });
});
