import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readRequest, readScale, rebuiltIn, type DesiredApp } from "#pool/control/desired";
import { ManifestError } from "#pool/manifest";
import { allPresent, appText, code } from "#test/control";

function read(image: string, images: Readonly<Record<string, string>>): DesiredApp {
  const manifest = appText({ processes: { a: { image } } });
  return readRequest({ manifest, file: "noos.yaml", base: "/", images }, allPresent);
}

suite("request of a deploy", () => {
  test("keeps the images that are used", () => {
    const { images } = read("a.wasm", { "a.wasm": "1", "b.wasm": "2" });
    assert.deepEqual(images, { "a.wasm": "1" });
  });

  test("points at the image that did not come with it", () => {
    assert.throws(
      () => read("a.wasm", {}),
      (error) => code("MANIFEST_INVALID")(error) && String(error).includes("processes.a.image"),
    );
    for (const name of ["constructor", "__proto__", "toString"]) {
      assert.throws(() => read(name, {}), code("MANIFEST_INVALID"), name);
    }
  });

  test("refuses an image that is not here any more", () => {
    const manifest = appText({ processes: { a: {} } });
    const request = { manifest, file: "noos.yaml", base: "/", images: { "a.wasm": "1" } };
    assert.throws(
      () => readRequest(request, { ...allPresent, hasImage: () => false }),
      code("IMAGE_UNKNOWN"),
    );
  });
});

suite("directories of a deploy", () => {
  const texts = {
    a: { uses: { files: ["./data:ro", "/srv::/x"] } },
    b: { uses: { files: ["../app/data"] } },
  };
  const manifest = appText({ processes: texts });
  const images = { "a.wasm": "1", "b.wasm": "2" };
  const request = { manifest, file: "noos.yaml", base: "/home/app", images };

  test("that are not there are all told, each at its place", () => {
    const asked: string[] = [];
    const whyNoDirectory = (path: string): string | undefined => {
      asked.push(path);
      return path === "/home/app/data" ? "which is not there" : undefined;
    };
    assert.throws(
      () => readRequest(request, { ...allPresent, whyNoDirectory }),
      (error) => {
        assert.ok(error instanceof ManifestError);
        const found = `"/home/app/data", which is not there`;
        assert.deepEqual(
          error.problems.map((problem) => [problem.path, problem.found]),
          [
            ["processes.a.uses.files[0]", found],
            ["processes.b.uses.files[0]", found],
          ],
        );
        const [column] = error.problems.map((problem) => problem.column);
        assert.equal(column, manifest.indexOf(`"./data:ro"`) + 1);
        return true;
      },
    );
    assert.deepEqual(asked, ["/home/app/data", "/srv"]);
  });

  test("that are there are no matter", () => {
    assert.equal(readRequest(request, allPresent).manifest.processes.length, 2);
  });
});

suite("request to scale", () => {
  const { manifest } = read("a.wasm", { "a.wasm": "1" });

  test("changes one count, and nothing else", () => {
    const scaled = readScale(manifest, "a", 7);
    assert.deepEqual(
      scaled.processes.map(({ count }) => count),
      [7],
    );
    assert.deepEqual(readScale(scaled, "a", 1), manifest);
    assert.equal(readScale(manifest, "a", 0).processes[0]?.count, 0);
  });

  test("says which processes there are", () => {
    assert.throws(
      () => readScale(manifest, "b", 1),
      (error) => code("CHILD_UNKNOWN")(error) && (error as { hint: string }).hint.includes("a"),
    );
  });
});

suite("rebuilt processes", () => {
  function wanted(base: string, file: string, digest: string): DesiredApp {
    const manifest = appText({ processes: { a: { uses: { files: [file] } }, b: {} } });
    const images = { "a.wasm": digest, "b.wasm": "1" };
    return readRequest({ manifest, file: "noos.yaml", base, images }, allPresent);
  }
  const rows = [
    ["nothing changed", wanted("/x", "d", "1"), wanted("/x", "d", "1"), []],
    ["an image has other content", wanted("/x", "d", "1"), wanted("/x", "d", "2"), ["a"]],
    ["a relative folder is another", wanted("/x", "d", "1"), wanted("/y", "d", "1"), ["a"]],
    ["an absolute folder is not", wanted("/x", "/d", "1"), wanted("/y", "/d", "1"), []],
  ] as const;
  for (const [what, before, after, names] of rows) {
    test(`when ${what}: ${names.join(", ") || "none"}`, () => {
      assert.deepEqual([...rebuiltIn(before, after)], names);
    });
  }
});
