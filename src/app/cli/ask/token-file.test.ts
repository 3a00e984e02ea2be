import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { PlatformError } from "#core/sys";
import { readTokenFile } from "./token-file.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-token-"));
after(() => rmSync(scratch, { recursive: true }));

const token = "0123456789abcdef0123456789abcdef";

/** A file with this in it. */
function fileOf(content: string): string {
  const file = join(scratch, "token");
  writeFileSync(file, content);
  return file;
}

suite("the file that --token names", () => {
  test("has the token, with space around it or without", () => {
    for (const content of [token, `${token}\n`, ` ${token}\r\n`]) {
      assert.equal(readTokenFile(fileOf(content)), token);
    }
  });

  for (const [what, content, message] of [
    ["is empty", "\n", "the file that --token names is empty"],
    ["has two words", `${token} b`, "the file that --token names has more in it than a token"],
    ["is no text", `${token}\0\u001b`, "the file that --token names has more in it than a token"],
    ["is long", "a".repeat(5000), "the file that --token names has more in it than a token"],
  ] as const) {
    test(`is refused where it ${what}`, () => {
      assert.throws(() => readTokenFile(fileOf(content)), { code: "USAGE", message });
    });
  }

  test("is refused where it is none", () => {
    assert.throws(() => readTokenFile(""), { code: "USAGE", message: /^--token is empty/ });
    assert.throws(() => readTokenFile(scratch), {
      code: "FILE_NOT_READABLE",
      message: "cannot read the file that --token names: EISDIR",
    });
    assert.throws(() => readTokenFile("./token-of-nobody-at-all"), {
      code: "FILE_NOT_READABLE",
      message: "cannot read the file that --token names: ENOENT",
    });
  });
});

suite("a token that is given instead of its file", () => {
  const base64 = Buffer.from(token).toString("base64");
  for (const literal of [token, base64, `${base64.slice(0, 20)}/+${base64}`, "x".repeat(300)]) {
    test(`is refused, told where it belongs, and not printed: ${literal.slice(0, 24)}`, () => {
      assert.throws(
        () => readTokenFile(literal),
        (error) => {
          assert.ok(error instanceof PlatformError);
          assert.match(error.message, /looks like the token itself$/);
          assert.match(error.hint, /^name a file .* NOOS_TOKEN/);
          return error.code === "USAGE" && !`${error.message} ${error.hint}`.includes(literal);
        },
      );
    });
  }
});
