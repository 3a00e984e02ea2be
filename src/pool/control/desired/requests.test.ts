import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readRequest, readScale, rebuiltIn, type DesiredApp } from "#pool/control/desired";
import { appText, code } from "#test/control";

function read(image: string, images: Readonly<Record<string, string>>): DesiredApp {
  const manifest = appText({ processes: { a: { image } } });
  return readRequest({ manifest, file: "noos.yaml", base: "/", images }, () => true);
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
    assert.throws(() => readRequest(request, () => false), code("IMAGE_UNKNOWN"));
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
    return readRequest({ manifest, file: "noos.yaml", base, images }, () => true);
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
