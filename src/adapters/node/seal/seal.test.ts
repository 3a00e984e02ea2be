import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import fc from "fast-check";
import { openSeal } from "./mod.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-seal-"));
after(() => rmSync(scratch, { recursive: true }));

let files = 0;
function newPath(): string {
  files += 1;
  const folder = join(scratch, String(files));
  mkdirSync(folder);
  return join(folder, "key");
}

const hasModes = process.platform !== "win32";

suite("a seal", () => {
  test("gives back any text under its label, also to the next daemon", () => {
    const path = newPath();
    const seal = openSeal(path);
    const next = openSeal(path);
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, text, (secret, label) => {
        assert.equal(next.open(seal.seal(secret, label), label), secret);
      }),
    );
  });

  test("seals no text twice alike, nor so that it can be read", () => {
    const seal = openSeal(newPath());
    const sealed = seal.seal("correct horse battery", "a");
    assert.notEqual(seal.seal("correct horse battery", "a"), sealed);
    assert.ok(!Buffer.from(sealed, "base64").includes("horse"));
  });

  test("opens nothing under another label, or that another key sealed", () => {
    const seal = openSeal(newPath());
    const sealed = seal.seal("secret", "shop/DB_PASSWORD");
    for (const open of [
      () => seal.open(sealed, "shop/DB_PASSWORDS"),
      () => seal.open(sealed, ""),
      () => openSeal(newPath()).open(sealed, "shop/DB_PASSWORD"),
    ]) {
      assert.throws(open, { code: "SECRET_UNREADABLE" });
    }
  });

  test("opens nothing of which one bit is another, or that was cut or grew", () => {
    const seal = openSeal(newPath());
    const sealed = Buffer.from(seal.seal("secret", "a"), "base64");
    const others = [sealed.subarray(0, -1), sealed.subarray(0, 20), Buffer.alloc(0)];
    others.push(Buffer.concat([sealed, Buffer.of(0)]));
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      others.push(changed);
    }
    for (const other of others) {
      assert.throws(() => seal.open(other.toString("base64"), "a"), { code: "SECRET_UNREADABLE" });
    }
    assert.throws(() => seal.open("?", "a"), { code: "SECRET_UNREADABLE" });
    assert.throws(() => seal.open(`${sealed.toString("base64")}!`, "a"), {
      code: "SECRET_UNREADABLE",
    });
  });
});

suite("the key of a seal", () => {
  test("is made once, for this user only, and another each time", () => {
    const path = newPath();
    openSeal(path);
    const key = readFileSync(path, "utf8");
    assert.match(key, /^noos-key-1 [0-9a-f]{64} [0-9a-f]{8}\n$/);
    if (hasModes) assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(join(path, "..")), ["key"]);
    openSeal(path);
    assert.equal(readFileSync(path, "utf8"), key);
    const other = newPath();
    openSeal(other);
    assert.notEqual(readFileSync(other, "utf8"), key);
  });

  test("that others may read is refused, and stays as it is", { skip: !hasModes }, () => {
    const path = newPath();
    openSeal(path);
    for (const mode of [0o640, 0o604, 0o620, 0o666]) {
      chmodSync(path, mode);
      assert.throws(() => openSeal(path), { code: "STATE_EXPOSED" });
      assert.equal(statSync(path).mode & 0o777, mode);
    }
    chmodSync(path, 0o400);
    openSeal(path);
  });

  test("that was changed, cut or emptied is no key, and none is made in its place", () => {
    const path = newPath();
    openSeal(path);
    const key = readFileSync(path, "utf8");
    const digit = key[20] === "0" ? "1" : "0";
    for (const text of ["", key.slice(0, 40), key.slice(0, 20) + digit + key.slice(21)]) {
      writeFileSync(path, text);
      assert.throws(() => openSeal(path), { code: "STATE_DAMAGED" });
      assert.equal(readFileSync(path, "utf8"), text);
    }
  });

  test("that is missing is not made anew where it has sealed something", () => {
    const path = newPath();
    assert.throws(() => openSeal(path, { do: "refuse", sealed: "2 secrets" }), {
      code: "STATE_KEY_MISSING",
      message: `the key "${path}" is missing, and only it opens 2 secrets`,
    });
    assert.deepEqual(readdirSync(join(path, "..")), []);
    openSeal(path);
    openSeal(path, { do: "refuse", sealed: "2 secrets" });
  });

  test("cannot be made where there is no folder, nor read through a link", () => {
    const path = newPath();
    assert.throws(() => openSeal(join(scratch, "missing", "key")), { code: "STATE_NOT_WRITABLE" });
    openSeal(path);
    if (!hasModes) return;
    symlinkSync(path, `${path}-link`);
    assert.throws(() => openSeal(`${path}-link`), { code: "FILE_NOT_READABLE" });
  });
});
