import assert from "node:assert/strict";
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { simulatedHost } from "#adapters/sim";
import type { Codec } from "#core/host";
import { identityOf, knowingDigest } from "./known-digest.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-digest-"));
after(() => rmSync(scratch, { recursive: true }));

const muchLater = Date.now() + 3_600_000;

function identityAt(path: string, nowMs = muchLater): string | undefined {
  const file = openSync(path, "r");
  const identity = identityOf(file, nowMs);
  closeSync(file);
  return identity;
}

suite("known digest: a file", () => {
  const path = join(scratch, "file");
  writeFileSync(path, "content");

  test("is the same as long as nobody changes it", () => {
    assert.notEqual(identityAt(path), undefined);
    assert.equal(identityAt(path), identityAt(path));
  });

  test("is another when its content changes, also when its time is set back", () => {
    const before = identityAt(path);
    utimesSync(path, 1, 1);
    const touched = identityAt(path);
    assert.notEqual(touched, before);
    appendFileSync(path, "more");
    utimesSync(path, 1, 1);
    assert.notEqual(identityAt(path), touched);
  });

  test("has no identity yet when it has only just changed, or is no file", () => {
    const { ctimeMs } = statSync(path);
    assert.equal(identityAt(path, ctimeMs + 1000), undefined);
    assert.notEqual(identityAt(path, ctimeMs + 10_000), undefined);
    assert.equal(identityAt(scratch), undefined);
  });
});

suite("known digest: a codec", () => {
  const program = new Uint8Array([1, 2, 3]);
  const { blobs, codec } = simulatedHost({ seed: 1 });
  let computed = 0;
  const counting: Codec = {
    ...codec,
    sha256(bytes) {
      computed += 1;
      return codec.sha256(bytes);
    },
  };

  test("computes a file's digest once for all runs", () => {
    for (const _run of [1, 2, 3]) {
      const knowing = knowingDigest(counting, blobs, { program, identity: "a" });
      assert.equal(knowing.sha256(program), codec.sha256(program));
    }
    assert.equal(computed, 1);
  });

  test("computes every other digest", () => {
    const knowing = knowingDigest(counting, blobs, { program, identity: "a" });
    const other = new Uint8Array([4]);
    assert.equal(knowing.sha256(other), codec.sha256(other));
    const unsure = knowingDigest(counting, blobs, { program, identity: undefined });
    assert.equal(unsure.sha256(program), codec.sha256(program));
    assert.equal(computed, 3);
  });
});
