import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { PlatformError } from "#core/sys";
import { parseManifest } from "#pool/manifest";
import { scriptedTerminal } from "#test/terminal";
import { newApp } from "./new.ts";
import { templateNames } from "./templates.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-new-"));
after(() => rmSync(scratch, { recursive: true }));

async function noosNew(folder: string, template?: string): Promise<string> {
  const terminal = scriptedTerminal();
  const flags = new Map(template === undefined ? [] : [["template", [template]]]);
  assert.equal(await newApp({ flags, positionals: [folder] }, terminal), 0);
  return terminal.written.out;
}

async function refusal(folder: string, template?: string): Promise<PlatformError> {
  return noosNew(folder, template).then(
    () => assert.fail("it was made"),
    (error: unknown) => {
      assert.ok(error instanceof PlatformError, String(error));
      return error;
    },
  );
}

suite("noos new", () => {
  test("makes an app in TypeScript, shows its files and what to type next", async () => {
    const folder = join(scratch, "shop");
    const lines = (await noosNew(folder)).split("\n");
    const shown = lines.filter((line) => /^ {2}\w+\.\w+$/.test(line)).map((line) => line.trim());
    assert.deepEqual(shown, readdirSync(folder));
    assert.deepEqual(lines.slice(-2), ["  noos dev", ""]);
    assert.match(readFileSync(join(folder, "web.ts"), "utf8"), /hello from shop/);
  });

  for (const template of templateNames) {
    test(`has a template ${template} whose app file is sound and bears the name`, async () => {
      const folder = join(scratch, `of-${template}`);
      await noosNew(folder, template);
      const content = readFileSync(join(folder, "noos.yaml"));
      const { manifest } = parseManifest({ name: "noos.yaml", content });
      assert.equal(manifest.app, `of-${template}`);
      assert.ok(manifest.processes.some(({ serve }) => serve?.routes[0] === "/"));
    });
  }

  test("names a module of Go as no package of Go's own is", async () => {
    const folder = join(scratch, "net");
    await noosNew(folder, "go");
    assert.match(readFileSync(join(folder, "go.mod"), "utf8"), /^module example\.com\/net\n/);
    assert.match(readFileSync(join(folder, "main.go"), "utf8"), /hello from net,/);
  });

  test("writes over nothing", async () => {
    const folder = join(scratch, "twice");
    await noosNew(folder);
    const before = readFileSync(join(folder, "web.ts"), "utf8");
    const { code, message } = await refusal(folder, "c");
    assert.equal(code, "FILE_NOT_WRITABLE");
    assert.match(message, /it is there already, and not empty$/);
    assert.equal(readFileSync(join(folder, "web.ts"), "utf8"), before);
  });

  test("refuses names that no app may have, and templates that there are not", async () => {
    assert.match((await refusal(join(scratch, "My App"))).message, /cannot call an app "My App"/);
    const { code, message } = await refusal(join(scratch, "other"), "pyton");
    assert.equal(code, "USAGE");
    assert.match(message, /there are typescript, queue, python, go, c; did you mean python\?/);
  });
});
