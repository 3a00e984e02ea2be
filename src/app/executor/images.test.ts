import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { diskBlobs, nodeExecutor, nodeOutside } from "#adapters/node";
import { packFiles } from "#app/image";
import { Launcher } from "#core/system";
import { guestFile } from "#guests";
import { Images } from "./images.ts";

/** Images in a folder as a daemon keeps them; answers them, and what puts one there. */
function stage(context: TestContext): {
  readonly images: Images;
  readonly put: (motd: string) => Promise<string>;
} {
  const folder = mkdtempSync(join(tmpdir(), "noos-images-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const folders = { images: join(folder, "images"), cache: join(folder, "cache") };
  mkdirSync(folders.images);
  const host = { ...nodeExecutor(), outside: nodeOutside(), blobs: diskBlobs(folders.cache) };
  const program = readFileSync(guestFile("basics/hello"));
  return {
    images: new Images(new Launcher(host, {}), folders),
    async put(motd) {
      const packed = await packFiles([
        { path: "program.wasm", bytes: program },
        { path: "root/motd", bytes: Buffer.from(motd) },
      ]);
      const digest = createHash("sha256").update(packed).digest("hex");
      writeFileSync(join(folders.images, digest), packed);
      return `sha256:${digest}`;
    },
  };
}

suite("images of an executor", () => {
  test("have one program where its bytes are the same, each with its own files", async (t) => {
    const { images, put } = stage(t);
    const [one, other] = [await images.get(await put("one")), await images.get(await put("other"))];
    assert.notEqual(one.file, other.file);
    assert.equal(one.program, other.program);
    assert.notEqual(one.file.root, other.file.root);
  });

  test("are made ready once, however often they are asked for meanwhile", async (context) => {
    const { images, put } = stage(context);
    const digest = await put("one");
    const [first, second] = await Promise.all([images.get(digest), images.get(digest)]);
    assert.equal(first, second);
    assert.equal(images.get(digest), first, "and at once from then on");
  });
});
