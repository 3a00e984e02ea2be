import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readRequest, refuseOwnFolder } from "#pool/control/desired";
import { allPresent, appText } from "#test/control";

function judge(files: readonly string[], dataFolder: string): void {
  const processes = { a: { uses: { files } } };
  const images = { "a.wasm": "digest" };
  const request = {
    manifest: appText({ processes }),
    file: "noos.yaml",
    base: "/home/app",
    images,
  };
  refuseOwnFolder(readRequest(request, allPresent), dataFolder);
}

suite("the daemon's own data", () => {
  for (const [file, what] of [
    ["/srv/noos::/x:ro", "itself"],
    ["/srv/noos/images::/x", "a part of it"],
    ["../../srv::/x", "what holds it"],
    ["/::/x:ro", "all there is"],
  ] as const) {
    test(`is not granted by a directory that is ${what}`, () => {
      assert.throws(() => judge(["/tmp::/t", file], "/srv/noos"), {
        code: "GRANT_INVALID",
        message: /to "a": it shares files with "\/srv\/noos"/,
      });
    });
  }

  test("does not keep directories beside it from being granted", () => {
    judge(["/srv/noos-data::/a", "/srv/other::/b", "noos::/c"], "/srv/noos");
  });
});
