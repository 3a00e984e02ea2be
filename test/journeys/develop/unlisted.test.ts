/** Whom a program calls that its app file does not list, as somebody finds out who wonders. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import {
  assemble,
  type Bytes,
  exportOf,
  functionType,
  importOf,
  s32,
  Type,
  u32,
} from "#core/machine/assembler";
import { ensureBuilt } from "#tools/build";
import { ask, askUntil, scratch, startNoos } from "./noos-program.ts";

const web = `
  export default {
    async fetch(request: Request): Promise<Response> {
      const callee = new URL(request.url).searchParams.get("callee");
      try {
        const answer = await fetch("http://" + callee + "/");
        return new Response(await answer.text());
      } catch (error) {
        return new Response(String(error), { status: 502 });
      }
    },
  };
`;
const stock = `export default { fetch: (): Response => new Response("seven left") };\n`;

/** A command that makes a request to `stock`, waits for nothing, and exits. */
function asker(): Uint8Array {
  const { i32, i64 } = Type;
  const head = Buffer.from("GET\0http\0stock\0/\0");
  const [headAt, callAt] = [16, 8];
  const constant = (number: number): Bytes => [0x41, ...s32(number)];
  const noDeadline = [0x42, ...s32(-1)];
  const ask = [...constant(headAt), ...constant(head.length), ...constant(0), ...noDeadline];
  return assemble({
    types: [functionType([], []), functionType([i32, i32, i32, i64, i32], [i32])],
    imports: [importOf("noos:http", "request", "function", u32(1))],
    functions: [{ type: 0, code: [...ask, ...constant(callAt), 0x10, 0, 0x1a] }],
    memories: [[0, 1]],
    exports: [exportOf("_start", "function", 1), exportOf("memory", "memory", 0)],
    data: [[0, ...constant(headAt), 0x0b, ...u32(head.length), ...head]],
  });
}

const yaml = (uses: string): string => `
app: shop
processes:
  web: { source: ./web.ts, serve: /, uses: ${uses} }
  stock: { source: ./stock.ts, serve: {} }
  asker: { image: ./asker.wasm, restart: never, uses: ${uses} }
`;

interface Shop {
  /** Where the daemon takes requests; the callee comes behind it. */
  readonly url: string;
  readonly port: string;
  readonly write: (uses: string) => void;
  /** What a command says that ends well. */
  readonly noos: (...words: readonly string[]) => Promise<string>;
}

/** A daemon, and the folder of an app. */
async function shop(context: TestContext): Promise<Shop> {
  await ensureBuilt();
  const folder = join(scratch, "shop");
  mkdirSync(folder);
  writeFileSync(join(folder, "web.ts"), web);
  writeFileSync(join(folder, "stock.ts"), stock);
  writeFileSync(join(folder, "asker.wasm"), asker());
  const daemon = startNoos(["up", "--http", "127.0.0.1:0"], folder);
  context.after(() => daemon.end());
  const [, port = ""] = await daemon.said(/requests at http:\/\/127\.0\.0\.1:(\d+)/);
  await daemon.said(/noos: ready at/);
  return {
    port,
    url: `http://127.0.0.1:${port}/?callee=`,
    write: (uses) => writeFileSync(join(folder, "noos.yaml"), yaml(uses)),
    async noos(...words) {
      const { status, text } = await startNoos(words, folder).ended;
      assert.equal(status, 0, text);
      return text;
    },
  };
}

suite("whom a program calls that is not listed", { timeout: 120_000 }, () => {
  test("is refused and told, or only counted, until it is listed", async (context) => {
    const { url, port, write, noos } = await shop(context);
    const unlisted = async (): Promise<unknown> => {
      const views = JSON.parse(await noos("ps", "--json")) as readonly {
        readonly path: string;
        readonly unlisted?: unknown;
      }[];
      return views.find(({ path }) => path === "shop/web")?.unlisted;
    };
    write("{}");
    await noos("deploy", ".");
    assert.equal(await unlisted(), undefined);
    assert.equal((await ask(`${url}stock`)).status, 502);
    assert.deepEqual(await unlisted(), [{ callee: "stock", letThrough: 0, refused: 1 }]);
    const refused = await noos("events");
    for (const path of ["shop/web", "shop/asker"]) {
      const told = `call-unlisted +${path}  stock was refused: its uses .*; add it to uses.call`;
      assert.match(refused, new RegExp(told));
    }

    write("{ unlisted: count }");
    assert.match(await noos("plan", "."), /uses\.unlisted: refuse → count/);
    await noos("deploy", ".");
    const answer = await askUntil(`${url}stock`, ({ status }) => status === 200);
    assert.equal(answer.text, "seven left");
    const own = `127.0.0.1:${port}`;
    assert.equal((await ask(url + own)).status, 502, "what is not public is not reached");
    const [ofStock, ofOwn] = (await unlisted()) as readonly Record<string, unknown>[];
    assert.deepEqual({ ...ofStock, refused: 0 }, { callee: "stock", letThrough: 1, refused: 0 });
    assert.deepEqual(ofOwn, { callee: own, letThrough: 0, refused: 1 });
    const events = await noos("events");
    assert.match(events, /call-unlisted +shop\/web {2}stock was let through, which/);
    assert.match(events, /call-unlisted +shop\/asker {2}stock was let through, which/);
    assert.match(events, new RegExp(`call-unlisted +shop/web  ${own} was refused`));

    write("{ call: [stock] }");
    await noos("deploy", ".");
    assert.equal((await ask(`${url}stock`)).text, "seven left");
  });
});
