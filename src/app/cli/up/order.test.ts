import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";
import { PlatformError } from "#core/sys";
import { readUpOrder } from "./order.ts";

/** The order that a command line with these options gives. */
function order(flags: Readonly<Record<string, string>>, environment = { HOME: "/h" }) {
  const given = Object.entries(flags).map(([name, value]) => [name, [value]] as const);
  return readUpOrder({ flags: new Map(given), positionals: [] }, environment);
}

suite("noos up: where its state is", () => {
  test("is what --data says, or the usual place", () => {
    assert.equal(order({ data: "state" }).dataFolder, resolve("state"));
    assert.equal(order({}).dataFolder, "/h/.local/state/noos");
  });

  // As with `--data "$STATE"` where nobody has set STATE: this directory would be filled.
  test("is not the directory one happens to be in because --data is empty", () => {
    assert.throws(() => order({ data: "" }), { code: "USAGE", message: /^--data is empty/ });
  });
});

suite("noos up: its token", () => {
  test("is in the file that --token names, else in NOOS_TOKEN", () => {
    const folder = mkdtempSync(join(tmpdir(), "noos-up-token-"));
    try {
      const token = join(folder, "token");
      writeFileSync(token, "of-the-file\n");
      const environment = { HOME: "/h", NOOS_TOKEN: "of-the-environment" };
      const tokenOf = (flags: Readonly<Record<string, string>>): unknown =>
        order({ listen: "127.0.0.1:0", ...flags }, environment).addresses[1];
      const at = { kind: "tcp", host: "127.0.0.1", port: 0 };
      assert.deepEqual(tokenOf({ token }), { ...at, token: "of-the-file" });
      assert.deepEqual(tokenOf({}), { ...at, token: "of-the-environment" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("is not printed where it was given instead of a file that has it", () => {
    const token = "0123456789abcdef0123456789abcdef";
    assert.throws(
      () => order({ listen: "127.0.0.1:0", token }),
      (error) => {
        assert.ok(error instanceof PlatformError);
        assert.match(error.message, /looks like the token itself$/);
        return !`${error.message} ${error.hint}`.includes(token);
      },
    );
  });
});
