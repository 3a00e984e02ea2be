import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { SourceWatch } from "./source-watch.ts";

interface Watching {
  readonly watch: SourceWatch;
  readonly path: (name: string) => string;
  readonly write: (name: string, text?: string) => string;
  /** What changed, the next time that something did. */
  readonly next: () => Promise<readonly string[]>;
}

function watching(context: TestContext): Watching {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "noos-watch-")));
  let settle: (paths: readonly string[]) => void = () => undefined;
  const watch = new SourceWatch((paths) => settle([...paths]));
  context.after(() => {
    watch[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });
  const path = (name: string): string => join(folder, name);
  return {
    watch,
    path,
    write(name, text = "x") {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), text);
      return path(name);
    },
    next: () => new Promise((resolve) => (settle = resolve)),
  };
}

suite("watching sources", () => {
  test("tells of a file that is written, and of one that takes its place", async (context) => {
    const { watch, write, path, next } = watching(context);
    const web = write("web.ts");
    watch.follow([web], { isAnyOfUse: false });
    const written = next();
    write("web.ts", "y");
    assert.deepEqual(await written, [web]);
    const replaced = next();
    write("other/web.ts.new");
    renameSync(path("other/web.ts.new"), web);
    assert.deepEqual(await replaced, [web]);
  });

  test("tells nothing of what is beside it, unless anything may be of use", async (context) => {
    const { watch, write, path, next } = watching(context);
    const web = write("web.ts");
    watch.follow([web], { isAnyOfUse: false });
    const first = next();
    write("notes.txt");
    write("web.ts", "y");
    assert.deepEqual(await first, [web]);
    watch.follow([web], { isAnyOfUse: true });
    const second = next();
    write("missing.ts");
    assert.deepEqual(await second, [path("missing.ts")]);
  });

  test("tells of whatever is in a directory, however deep", async (context) => {
    const { watch, write, path, next } = watching(context);
    const deep = write("image/root/etc/motd");
    watch.follow([path("image")], { isAnyOfUse: false });
    const changed = next();
    write("image/root/etc/motd", "y");
    assert.ok((await changed).includes(deep));
  });

  test("tells when something comes that was not there, with its directory", async (context) => {
    const { watch, path, next } = watching(context);
    watch.follow([path("late/web.ts")], { isAnyOfUse: true });
    const changed = next();
    mkdirSync(path("late"));
    assert.deepEqual(await changed, [path("late")]);
  });
});
