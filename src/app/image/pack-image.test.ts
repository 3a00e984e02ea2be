import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, suite, test } from "node:test";
import { readArchive } from "#adapters/node/archive";
import { readImage } from "./image.ts";
import { packFiles, packImage } from "./pack-image.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-pack-"));
after(() => rmSync(scratch, { recursive: true }));

function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(scratch, "image-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

async function digest(path: string): Promise<string> {
  return createHash("sha256")
    .update(await packImage(path))
    .digest("hex");
}

const files = { "program.wasm": "P", "root/b": "2", "root/a/x": "1", "layers/.keep": "" };

suite("pack image", () => {
  test("packs an image that is read as the directory is", async () => {
    const path = folder(files);
    symlinkSync("b", join(path, "root", "link"));
    const packed = join(scratch, "packed.tar");
    writeFileSync(packed, await packImage(path));
    const [one, other] = [await readImage(path), await readImage(packed)];
    assert.deepEqual(Buffer.from(other.program), Buffer.from(one.program));
    assert.equal(other.name, one.name);
    const paths = (await readArchive(await packImage(path), { bytesMax: 2 ** 20 })).map(
      (entry) => entry.path,
    );
    const expected = "layers/ layers/.keep program.wasm root/ root/a/ root/a/x root/b root/link";
    assert.deepEqual(paths, expected.split(" "));
  });

  test("makes of files at hand what it makes of them in a directory", async () => {
    const atHand = Object.entries(files).map(([path, text]) => ({
      path,
      bytes: Buffer.from(text),
    }));
    assert.deepEqual(await packFiles(atHand), await packImage(folder(files)));
  });

  test("makes the same of the same content, at other times", async () => {
    const [one, other] = [folder(files), folder(files)];
    utimesSync(join(other, "root/b"), 77, 77);
    assert.equal(await digest(one), await digest(other));
  });

  test("makes another of other content", async () => {
    const [one, other] = [folder(files), folder({ ...files, "root/b": "3" })];
    assert.notEqual(await digest(one), await digest(other));
  });

  test("leaves out what belongs to no image", async () => {
    const more = folder({ ...files, "src/main.c": "int main", "noos.yaml": "app: x" });
    assert.equal(await digest(more), await digest(folder(files)));
  });

  test("refuses a directory without a program", async () => {
    await assert.rejects(packImage(folder({ "root/a": "1" })), { code: "IMAGE_MALFORMED" });
  });
});
