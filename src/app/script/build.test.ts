import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, before, suite, test } from "node:test";
import { PlatformError } from "#core/sys";
import { ensureBuilt } from "#tools/build";
import { buildScript, writeScriptImage } from "./build.ts";

suite("building a script", () => {
  let folder = "";

  before(async () => {
    await ensureBuilt();
    folder = mkdtempSync(join(tmpdir(), "noos-build-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  function write(name: string, ...lines: readonly string[]): string {
    const path = join(folder, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, lines.join("\n"));
    return path;
  }

  async function refusal(path: string): Promise<PlatformError> {
    try {
      await buildScript(path);
    } catch (error) {
      assert.ok(error instanceof PlatformError, String(error));
      assert.equal(error.code, "SCRIPT_UNSOUND");
      return error;
    }
    throw new assert.AssertionError({ message: "it was built" });
  }

  const sound = `export default { fetch: () => new Response("x") };`;

  test("makes the same image of the same sources, wherever they lie", async () => {
    const first = await buildScript(write("one/web.ts", sound));
    const second = await buildScript(write("two/web.ts", sound));
    assert.equal(first.digest, second.digest);
    assert.match(first.digest, /^sha256:[0-9a-f]{64}$/);
    const other = await buildScript(write("two/web.ts", sound.replace(`"x"`, `"y"`)));
    assert.notEqual(other.digest, first.digest);
  });

  test("names the sources it was made of", async () => {
    const part = write("parts/part.ts", "export const part: number = 1;");
    const web = write(
      "parts/web.ts",
      `import { part } from "./part.ts";`,
      `export default { part };`,
    );
    const { sources } = await buildScript(web);
    assert.deepEqual(new Set(sources), new Set([part, web]));
  });

  test("writes a folder that is an image", async () => {
    const image = await buildScript(write("written/web.ts", sound));
    const target = join(folder, "image");
    writeScriptImage(image, target);
    assert.match(readFileSync(join(target, "root/app.js"), "utf8"), /new Response/);
    assert.equal(
      JSON.parse(readFileSync(join(target, "root/app.js.map"), "utf8")).sources[0],
      "web.ts",
    );
    assert.equal(
      readFileSync(join(target, "program.wasm")).subarray(0, 4).toString("latin1"),
      "\0asm",
    );
  });

  test("shows a syntax error with the lines around it", async () => {
    const path = write("wrong.ts", "const one = 1;", "const two: number = ;", "export default {};");
    const { message } = await refusal(path);
    assert.match(message, /^cannot build ".*wrong\.ts": Unexpected token\n.*wrong\.ts:2:21\n/);
    const frame = message.split("\n").slice(2);
    assert.deepEqual(frame, [
      "  1 | const one = 1;",
      "  2 | const two: number = ;",
      `    | ${" ".repeat(20)}^`,
    ]);
  });

  test("names a file that is not there", async () => {
    const path = write("lost.ts", "", `import "./nowhere.ts";`);
    const { message } = await refusal(path);
    assert.match(message, /there is no "\.\/nowhere\.ts"\n.*lost\.ts:2:8\n/);
    assert.match((await refusal(join(folder, "none.ts"))).message, /there is no such file/);
  });

  test("names a package that is not installed, and the command that gets it", async () => {
    const path = write(
      "package.ts",
      `import { x } from "@some/where/inside";`,
      "export default x;",
    );
    const { message, hint } = await refusal(path);
    assert.match(message, /there is no "@some\/where\/inside"\n.*package\.ts:1:19/);
    assert.equal(hint, "npm install @some/where");
  });

  test("refuses Node's modules by name, and says what to use", async () => {
    for (const [specifier, hint] of [
      ["node:fs", /import the file/],
      ["events", /EventTarget/],
      ["fs/promises", /import the file/],
      ["node:vm", /needs no Node/],
      ["https://esm.sh/x", /install it with npm/],
      ["npm:hono", /by its name alone/],
      ["cloudflare:workers", /another runtime/],
      ["bun", /another runtime/],
      ["./logo.png", /\.bin/],
    ] as const) {
      const path = write(
        "node.ts",
        "//",
        `import * as x from "${specifier}";`,
        "export default x;",
      );
      const error = await refusal(path);
      assert.match(
        error.message,
        new RegExp(`"${specifier}" is not there for scripts\n.*node\\.ts:2:20`),
      );
      assert.match(error.hint ?? "", hint);
    }
  });

  test("takes a package that bears the name of one of Node's modules", async () => {
    write("own/node_modules/events/package.json", `{ "name": "events", "main": "index.js" }`);
    write("own/node_modules/events/index.js", "module.exports = { own: true };");
    const path = write("own/web.ts", `import { own } from "events";`, "export default { own };");
    assert.ok((await buildScript(path)).digest);
  });

  test("takes code whose name only looks like that of something else", async () => {
    write("named/invoice.pdf.ts", `export const invoice = "a page";`);
    const path = write(
      "named/web.ts",
      `import { invoice } from "./invoice.pdf";`,
      "export default { invoice };",
    );
    assert.ok((await buildScript(path)).sources.some((name) => name.endsWith("invoice.pdf.ts")));
    write("named/invoice.pdf", "%PDF-1.7");
    const { message, hint } = await refusal(path);
    assert.match(message, /"\.\/invoice\.pdf" is not there for scripts\n.*web\.ts:1:25/);
    assert.match(hint ?? "", /\.bin/);
  });

  test("puts in place of a package's modules what it says for browsers", async () => {
    const browser = { util: false, "./node.js": "./web.js", "./none.js": false, other: "./web.js" };
    write("field/node_modules/p/package.json", JSON.stringify({ main: "index.js", browser }));
    write(
      "field/node_modules/p/index.js",
      `exports.here = [require("./node.js"), require("./none.js")];`,
      `exports.parts = [require("util"), require("other"), ...exports.here];`,
    );
    write("field/node_modules/p/node.js", `module.exports = require("node:fs");`);
    write("field/node_modules/p/none.js", `module.exports = require("node:os");`);
    write("field/node_modules/p/web.js", `module.exports = "of the web";`);
    const path = write("field/web.ts", `import { parts } from "p";`, "export default { parts };");
    const { files } = await buildScript(path);
    const code = files.find((file) => file.path === "root/app.js")?.bytes;
    assert.match(new TextDecoder().decode(code), /of the web/);
    const own = write("field/own.ts", `import * as util from "util";`, "export default util;");
    assert.match((await refusal(own)).message, /"util" is not there for scripts/);
  });

  test("refuses modules of WebAssembly, and says what to use", async () => {
    const path = write("wasm.ts", `import x from "./x.wasm";`, "export default x;");
    const { message, hint } = await refusal(path);
    assert.match(message, /"\.\/x\.wasm" is not there/);
    assert.match(hint ?? "", /a process of its own/);
  });

  test("names what exports nothing by default, and says what to write", async () => {
    const path = write("named.ts", "export const fetch = () => new Response();");
    const { message, hint } = await refusal(path);
    assert.equal(message, `cannot build "${path}": it has no default export`);
    assert.match(hint ?? "", /^export default \{ fetch\(request\)/);
    const common = write("common.cjs", "module.exports = { fetch: () => new Response() };");
    assert.match((await buildScript(common)).digest, /^sha256:/);
  });

  test("reports what the engine itself cannot compile, and where if it says so", async () => {
    const path = write("engine.js", "export default /(?<a>x)(?<a>y)/;");
    assert.match((await refusal(path)).message, /^cannot build ".*engine\.js": /);
    const part = ["interface Wanted {}", "", "  @part class Part implements Wanted {}"];
    write("engine/part.ts", ...part, "export const parts = [Part];");
    const web = write(
      "engine/web.ts",
      `import { parts } from "./part";`,
      "export default { parts };",
    );
    const { message } = await refusal(web);
    assert.match(message, /: SyntaxError: .*'@'\n.*engine\/part\.ts:3:3\n +1 \| interface Wanted/);
  });

  test("shows what is wrong in JSON that is imported", async () => {
    const json = write("json/table.json", "{", "  rows: []", "}");
    const path = write("json/web.ts", `import t from "./table.json";`, "export default { t };");
    const { message, hint } = await refusal(path);
    assert.match(message, /: key must be a string .*\n.*table\.json:2:3\n +1 \| \{\n +2 \| +rows/);
    assert.equal(hint, `look at ${relative(process.cwd(), json)}`);
  });

  test("says how a file is imported that is no code", async () => {
    for (const content of ["a,b", "a b"]) {
      write("csv/table.csv", content);
      const path = write("csv/web.ts", `import t from "./table.csv";`, "export default { t };");
      assert.match((await refusal(path)).hint ?? "", /names end with \.txt, bytes from \.bin/);
    }
  });

  test("names all that is missing, the first with its lines", async () => {
    const names = ["./a.ts", "node:fs", "./b.ts", "./c.ts", "./d.ts", "./e.ts", "./f.ts"];
    const lines = names.map((name, at) => `import * as m${at} from "${name}";`);
    const path = write("many.ts", ...lines, "export default { m0, m1, m2, m3, m4, m5, m6 };");
    const { message, hint } = await refusal(path);
    const [first, frame, ...rest] = message.split("\n");
    assert.match(first ?? "", /: there is no "\.\/a\.ts"$/);
    assert.match(frame ?? "", /many\.ts:1:21$/);
    assert.match(rest[2] ?? "", /^also: "node:fs" is not there for scripts, at .*many\.ts:2:21$/);
    assert.match(rest[6] ?? "", /^also: there is no "\.\/e\.ts", at .*many\.ts:6:21$/);
    assert.equal(rest[7], "and 1 more");
    assert.equal(hint, "look at the path it is imported by");
  });
});
