import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";
import { scratch } from "./noos.ts";

const projectFolder = resolve(import.meta.dirname, "..", "..");

/** A command of the README's consoles, and what it is shown to print. */
interface Shown {
  readonly command: string;
  readonly output: string;
}

function shownIn(page: string): readonly Shown[] {
  const consoles = [...page.matchAll(/^```console\n(.*?)^```$/gms)].map(([, text = ""]) => text);
  return consoles.flatMap((text) =>
    text
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf("\n");
        return { command: part.slice(0, end), output: part.slice(end + 1).trimEnd() };
      }),
  );
}

/**
 * Runs a command as somebody in the project's folder does, both streams as they come; but for
 * what it keeps in /tmp, which is ours to remove.
 */
async function shell(command: string): Promise<string> {
  const env = { ...process.env, NOOS_CACHE: join(scratch, "cache"), SCRATCH: scratch };
  const line = command.replaceAll("/tmp/", `"$SCRATCH"/`);
  const child = spawn("bash", ["-c", `exec 2>&1; ${line}`], { cwd: projectFolder, env });
  child.stdin.end();
  const pieces = await child.stdout.setEncoding("utf8").toArray();
  return pieces.join("").trimEnd();
}

/** What differs from one run to the next. */
function lasting(text: string): string {
  return text
    .replace(/^counted at .*$/m, "counted at some time, drawn by lot: some word")
    .replace(/ and at \d+ marks?$/m, ""); // A run that takes long is compared on its way, too.
}

suite("README", () => {
  const page = readFileSync(join(projectFolder, "README.md"), "utf8");
  const shown = shownIn(page).filter(({ command }) => command.startsWith("bin/noos"));
  assert.ok(shown.length > 5, "the README shows commands");

  for (const { command, output } of shown) {
    const skip = /\/tmp\/py\S*/.test(command) && "needs the program it installs just before";
    test(command, { skip }, async () => {
      assert.equal(lasting(await shell(command)), lasting(output));
    });
  }

  test("replays what it has recorded, to the last word", async () => {
    const find = (part: string): string => {
      const found = shown.find(({ command }) => command.includes(part));
      assert.ok(found !== undefined, `README has a command with ${part}`);
      return found.output;
    };
    assert.ok(find("noos replay /tmp").startsWith(find("--record")));
  });

  test("names files that are there", () => {
    const files = [...page.matchAll(/guests\/built\/\S+\.wasm/g)].map(([path]) => path);
    for (const file of files) assert.ok(existsSync(join(projectFolder, file)), file);
  });
});
