import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { makeFolder, notWritable, replaceFile } from "./mod.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-disk-"));
after(() => rmSync(scratch, { recursive: true }));

suite("a replaced file", () => {
  test("has the new content, for this user only, and leaves no draft", () => {
    const folder = join(scratch, "replaced");
    mkdirSync(folder);
    const path = join(folder, "file");
    writeFileSync(path, "old", { mode: 0o644 });
    replaceFile(path, Buffer.from("new"));
    assert.equal(readFileSync(path, "utf8"), "new");
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ["file"]);
  });

  test("that cannot take its name leaves what was there, and no draft", () => {
    const folder = join(scratch, "kept");
    mkdirSync(join(folder, "file", "below"), { recursive: true });
    assert.throws(() => replaceFile(join(folder, "file"), Buffer.from("new")), /EISDIR|EEXIST/);
    assert.deepEqual(readdirSync(folder), ["file"]);
  });
});

suite("a folder that is made", () => {
  test("is this user's alone, with those that lead to it; one that is there stays", () => {
    const folder = join(scratch, "above", "below");
    makeFolder(folder);
    makeFolder(folder);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  });

  test("is refused where a file is, by what is wrong, with nothing to do to the file", () => {
    const path = join(scratch, "a-file");
    writeFileSync(path, "");
    for (const folder of [path, join(path, "below")]) {
      assert.throws(() => makeFolder(folder), /a-file/);
    }
    assert.throws(() => makeFolder(path), {
      code: "STATE_NOT_WRITABLE",
      message: `cannot use "${path}": it is a file, not a directory`,
      hint: "give a directory with --data",
    });
  });
});

suite("a file that cannot be written", () => {
  test("is named, with the system's reason and what to do about it", () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), {
      code: "ENOSPC",
    });
    const { code, message, hint } = notWritable("/d/key", full);
    assert.equal(code, "STATE_NOT_WRITABLE");
    assert.equal(message, 'cannot write "/d/key": no space left on device');
    assert.equal(hint, "make room on its disk, then do it again");
    const denied = "EACCES: permission denied, open '/d/key'";
    assert.equal(
      notWritable("/d/key", Object.assign(new Error(denied), { code: "EACCES" })).message,
      'cannot write "/d/key": permission denied',
    );
  });

  test("is not the name for a mistake of our own", () => {
    const mistake = new TypeError("x is not a function");
    assert.throws(
      () => notWritable("/d/key", mistake),
      (thrown) => thrown === mistake,
    );
  });
});
