import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import type { LayerEntry } from "#core/vfs/layer";
import { readArchive } from "./read-archive.ts";
import { writeArchive } from "./write-archive.ts";

const bytesMax = 2 ** 20;

function file(path: string, text: string, modifiedNs = 0n): LayerEntry {
  return { path, kind: "regular", bytes: new TextEncoder().encode(text), modifiedNs };
}

suite("write archive", () => {
  test("writes what is read again, but for times", async () => {
    const entries: readonly LayerEntry[] = [
      { path: "root", kind: "directory", modifiedNs: 0n },
      file("root/a", "text", 77n * 10n ** 9n),
      { path: "root/link", kind: "symlink", target: "../elsewhere", modifiedNs: 0n },
      { path: "root/same", kind: "hardlink", target: "root/a" },
    ];
    const read = await readArchive(await writeArchive(entries), { bytesMax });
    assert.deepEqual(
      read.map((entry) => ({ ...entry, path: entry.path.replace(/\/$/, "") })),
      entries.map((entry) => (entry.kind === "regular" ? file(entry.path, "text") : entry)),
    );
  });

  test("writes the same for the same entries, in whatever order and of whatever time", async () => {
    const one = [file("b", "2", 5n), file("a", "1", 6n)];
    const other = [file("a", "1", 7n), file("b", "2", 8n)];
    assert.deepEqual(await writeArchive(one), await writeArchive(other));
  });

  test("takes names of any length and any letters", async () => {
    const unit = fc.constantFrom("a", "é", "語", "😀", " ");
    const name = fc.string({ unit, minLength: 1, maxLength: 120 });
    const paths = fc.uniqueArray(
      fc.array(name, { minLength: 1, maxLength: 8 }).map((names) => names.join("/")),
      { minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(paths, async (all) => {
        const archive = await writeArchive(all.map((path) => file(path, path)));
        const read = await readArchive(archive, { bytesMax });
        assert.deepEqual(
          read.map(({ path }) => path),
          all.toSorted((a, b) => (a < b ? -1 : 1)),
        );
      }),
    );
  });
});
