import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { PlatformError } from "#core/sys";
import { scriptedTerminal } from "#test/terminal";
import { up } from "./up.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-up-"));
after(() => rmSync(scratch, { recursive: true }));

suite("noos up DIR", () => {
  const wrong: readonly (readonly [what: string, yaml: string | undefined, why: RegExp])[] = [
    ["without an app file", undefined, /cannot deploy ".*": there is no such file/],
    ["with a mistake in its app file", "app: shop\nprocesses: 7\n", /:2:12: processes: found/],
    [
      "with an image that is not there",
      "app: shop\nprocesses: { w: { image: ./none.wasm } }\n",
      /:2:26: processes\.w\.image: found "\.\/none\.wasm", which is not there/,
    ],
    [
      "with a directory that is not there",
      "app: a\nprocesses: { w: { image: ../ok.wasm, uses: { files: [./none, ./noos.yaml] } } }\n",
      /:2:54: processes\.w\.uses\.files\[0\]: found ".*\/none", which is not there, .*2 problems/,
    ],
  ];
  writeFileSync(join(scratch, "ok.wasm"), Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  for (const [what, yaml, why] of wrong) {
    // Otherwise all that was deployed before would be started, and ended at once.
    test(`is refused ${what} before anything is started`, async () => {
      const app = join(scratch, what);
      const data = join(app, "data");
      mkdirSync(app);
      if (yaml !== undefined) writeFileSync(join(app, "noos.yaml"), yaml);
      const terminal = scriptedTerminal();
      const parsed = { flags: new Map([["data", [data]]]), positionals: [app] };
      await assert.rejects(up(parsed, terminal), (error) => {
        assert.ok(error instanceof PlatformError);
        assert.match(error.message, why);
        return true;
      });
      assert.ok(!existsSync(data), "nothing was made for a daemon");
      assert.equal(terminal.written.err, "");
    });
  }
});
