import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import fc from "fast-check";
import { type ImageFolder, openImages } from "./mod.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-images-"));
after(() => rmSync(scratch, { recursive: true }));

let folders = 0;
function newFolder(): string {
  folders += 1;
  return join(scratch, String(folders), "images");
}

const digestOf = (bytes: Uint8Array): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

async function* parts(...chunks: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    await Promise.resolve();
    if (chunk instanceof Error) throw chunk;
    yield Buffer.from(chunk);
  }
}

async function putText(images: ImageFolder, text: string): Promise<string> {
  const digest = digestOf(Buffer.from(text));
  await images.put(parts(text), digest);
  return digest;
}

suite("a folder of images", () => {
  test("keeps what was sent in any pieces, for this user only and the next daemon", async () => {
    const folder = newFolder();
    const images = openImages(folder);
    const digest = digestOf(Buffer.from("abcdef"));
    assert.ok(!images.has(digest));
    await images.put(parts("ab", "", "cde", "f"), digest);
    assert.ok(images.has(digest));
    assert.equal(readFileSync(openImages(folder).path(digest), "utf8"), "abcdef");
    assert.equal(statSync(images.path(digest)).mode & 0o777, 0o600);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(folder), [digest.slice("sha256:".length)]);
    assert.ok(images.has(await putText(images, "")));
  });

  test("does not have what was changed behind its back, and takes it anew", async () => {
    const images = openImages(newFolder());
    const digest = await putText(images, "abc");
    assert.ok(images.has(digest));
    writeFileSync(images.path(digest), "abcd");
    assert.ok(!images.has(digest));
    await putText(images, "abc");
    assert.ok(images.has(digest));
  });

  test("keeps nothing of what has another digest, is too large or breaks off", async () => {
    const folder = newFolder();
    const images = openImages(folder, { imageBytesMax: 10 });
    const digest = digestOf(Buffer.from("abc"));
    await assert.rejects(images.put(parts("abd"), digest), { code: "REQUEST_INVALID" });
    const large = parts("abcdefgh", "ijk", "never asked for");
    await assert.rejects(images.put(large, digest), { code: "REQUEST_TOO_LARGE" });
    assert.ok((await large.next()).done);
    const cut = new Error("the sender hung up");
    await assert.rejects(images.put(parts("abc", cut), digest), (thrown) => thrown === cut);
    assert.ok(!images.has(digest));
    assert.deepEqual(readdirSync(folder), []);
    await putText(images, "0123456789");
  });

  test("takes the same image twice at once", async () => {
    const folder = newFolder();
    const images = openImages(folder);
    await Promise.all([putText(images, "same"), putText(images, "same"), putText(images, "other")]);
    assert.equal(readdirSync(folder).length, 2);
  });

  test("names no file elsewhere, whatever it is asked for", async () => {
    const folder = newFolder();
    const images = openImages(folder);
    const outside = join(folder, "..", "outside");
    writeFileSync(outside, "x");
    const hex = "0".repeat(64);
    const wrong = [
      "",
      hex,
      "sha256:",
      "sha256:../outside",
      `sha256:${hex}/../../outside`,
      `sha256:${hex}\n`,
      `sha256:${hex}0`,
      `sha256:${"A".repeat(64)}`,
      `sha512:${hex}`,
      `sha256:${hex.slice(3)}/..`,
    ];
    for (const digest of wrong) {
      for (const deed of [() => images.has(digest), () => images.path(digest)]) {
        assert.throws(deed, { code: "REQUEST_INVALID" }, digest);
      }
      await assert.rejects(images.put(parts("x"), digest), { code: "REQUEST_INVALID" });
    }
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (digest) => {
        assert.throws(() => images.path(digest), { code: "REQUEST_INVALID" });
      }),
    );
    assert.deepEqual(readdirSync(folder), []);
  });

  test("removes what is not in use, but not what has just come, nor other files", async () => {
    const folder = newFolder();
    const images = openImages(folder);
    const used = await putText(images, "used");
    const old = await putText(images, "old");
    const fresh = await putText(images, "fresh");
    for (const digest of [used, old]) utimesSync(images.path(digest), 1000, 1000);
    writeFileSync(join(folder, "README"), "mine");
    assert.deepEqual(images.removeUnused(new Set([used]), 2_000_000), [old]);
    assert.deepEqual(
      [used, old, fresh].map((digest) => images.has(digest)),
      [true, false, true],
    );
    assert.ok(existsSync(join(folder, "README")));
    assert.deepEqual(images.removeUnused(new Set(), Date.now() + 60_000).length, 2);
  });

  test("sent once more counts as just come", async () => {
    const images = openImages(newFolder());
    const digest = await putText(images, "old");
    utimesSync(images.path(digest), 1000, 1000);
    await putText(images, "old");
    assert.deepEqual(images.removeUnused(new Set(), 2_000_000), []);
  });

  test("removes at its start what an earlier daemon did not finish", async () => {
    const folder = newFolder();
    const digest = await putText(openImages(folder), "whole");
    writeFileSync(join(folder, ".draft-1"), "half");
    const images = openImages(folder);
    assert.deepEqual(readdirSync(folder), [digest.slice("sha256:".length)]);
    await putText(images, "another");
  });

  test("cannot be where there is a file, or where others may write", () => {
    const folder = newFolder();
    openImages(folder);
    const file = join(folder, "file");
    writeFileSync(file, "");
    for (const place of [file, join(file, "below")]) {
      assert.throws(() => openImages(place), { code: "STATE_NOT_WRITABLE" });
    }
    if (process.platform === "win32") return;
    chmodSync(folder, 0o777);
    assert.throws(() => openImages(folder), { code: "STATE_NOT_WRITABLE" });
  });
});
