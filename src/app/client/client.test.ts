import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import { PlatformError } from "#core/sys";
import { ProblemError } from "#pool/api";
import { type Served, serveScripted } from "#test/management";
import { type Client, connect } from "./client.ts";

const token = "0123456789abcdef0123456789abcdef";

const request = {
  manifest: "app: shop\n",
  file: "noos.yaml",
  base: "/srv/shop",
  images: { "./worker.wasm": `sha256:${"0".repeat(64)}` },
};

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof PlatformError, String(error));
    return error.code;
  }
  return "no error";
}

type Asking = (client: Client) => Promise<unknown>;

/** Each operation, what `Management` is asked then, and what comes back. */
const operations: readonly (readonly [
  asking: Asking,
  asked: readonly unknown[],
  answer: (served: Served) => unknown,
])[] = [
  [(c) => c.status(), ["status"], ({ management }) => management.answers.status],
  [(c) => c.plan(request), ["plan", request], ({ management }) => management.answers.plan],
  [
    (c) => c.deploy(request),
    ["deploy", request],
    ({ management }) => ({ plan: management.answers.plan, revision: 8 }),
  ],
  [(c) => c.remove("a/b c"), ["remove", "a/b c"], () => undefined],
  [
    (c) => c.processes(),
    ["processes", undefined],
    ({ management }) => management.answers.processes,
  ],
  [
    (c) => c.processes("shop"),
    ["processes", "shop"],
    ({ management }) => management.answers.processes,
  ],
  [(c) => c.end("shop/front/api.2"), ["end", "shop/front/api.2"], () => undefined],
  [(c) => c.restart("shop/front"), ["restart", "shop/front"], () => undefined],
  [(c) => c.scale("shop", "worker", 5), ["scale", "shop", "worker", 5], () => undefined],
  [
    (c) => c.output("shop/worker.1"),
    ["output", "shop/worker.1", undefined],
    ({ management }) => management.answers.output,
  ],
  [
    (c) => c.output("shop/worker.1", 100),
    ["output", "shop/worker.1", 100],
    ({ management }) => management.answers.output,
  ],
  [
    (c) => c.setSecret("shop", "KEY", "s3cret ☃"),
    ["setSecret", "shop", "KEY", "s3cret ☃"],
    () => undefined,
  ],
  [(c) => c.secrets("shop"), ["secrets", "shop"], ({ management }) => management.answers.secrets],
  [(c) => c.removeSecret("shop", "KEY"), ["removeSecret", "shop", "KEY"], () => undefined],
  [(c) => c.signals(), ["signals"], ({ management }) => management.answers.signals],
  [(c) => c.crashes(), ["crashes"], ({ management }) => management.answers.crashes],
];

suite("client against server", () => {
  for (const where of ["a Unix socket", "TCP"]) {
    test(`asks each operation of a daemon over ${where}, and gets its answer`, async (t) => {
      const served = await serveScripted(t, where === "TCP" ? { token } : {});
      const client = connect({ at: served.at, token });
      for (const [asking, asked, answer] of operations) {
        assert.deepEqual(await asking(client), answer(served));
        assert.deepEqual(served.management.asked.at(-1), asked);
      }
      assert.deepEqual(served.seen, { downs: 0, failures: [] });
    });
  }

  test("uploads an image as it is read, and asks whether it is there", async (t) => {
    const served = await serveScripted(t);
    const client = connect({ at: served.at });
    const image = Buffer.alloc(3_000_000, "wasm");
    const digest = digestOf(image);
    assert.equal(await client.hasImage(digest), false);
    const parts = ReadableStream.from([image.subarray(0, 1_000_000), image.subarray(1_000_000)]);
    await client.putImage(digest, parts);
    assert.deepEqual(served.images.get(digest), image);
    assert.equal(await client.hasImage(digest), true);
  });

  test("keeps no image whose bytes are others than its digest says", async (t) => {
    const served = await serveScripted(t);
    const client = connect({ at: served.at });
    const putting = client.putImage(digestOf(Buffer.from("a")), Buffer.from("b"));
    assert.equal(await codeOf(putting), "IMAGE_MALFORMED");
    assert.equal(served.images.size, 0);
  });

  test("refuses an image that is too large before it is read, or on the way", async (t) => {
    const served = await serveScripted(t, { bounds: { imageBytesMax: 1_000_000 } });
    const client = connect({ at: served.at });
    const image = Buffer.alloc(5_000_000);
    const digest = digestOf(image);
    assert.equal(await codeOf(client.putImage(digest, image)), "IMAGE_TOO_LARGE");
    const parts = ReadableStream.from(Array.from({ length: 50 }, () => image.subarray(0, 100_000)));
    assert.equal(await codeOf(client.putImage(digest, parts)), "IMAGE_TOO_LARGE");
    assert.equal(served.images.size, 0);
    assert.equal((await client.status()).pid, 4711);
  });

  test("throws what reading an image threw, and the daemon keeps nothing of it", async (t) => {
    const served = await serveScripted(t);
    const client = connect({ at: served.at });
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("half");
      throw new RangeError("the disk is gone");
    }
    await assert.rejects(client.putImage(digestOf(Buffer.from("half")), broken()), RangeError);
    assert.equal((await client.status()).pid, 4711);
    assert.deepEqual([served.images.size, served.seen.failures], [0, []]);
  });

  test("reads a recording, and is told of one that is not there", async (t) => {
    const { at } = await serveScripted(t);
    const client = connect({ at });
    const chunks = await Array.fromAsync(await client.crash("shop-worker.1-3"));
    assert.equal(Buffer.concat(chunks).toString(), "recording");
    assert.equal(await codeOf(client.crash("shop-worker.1-4")), "CRASH_UNKNOWN");
  });

  test("is told the position, after which comes what happens next", async (t) => {
    const { at, management } = await serveScripted(t);
    const client = connect({ at });
    management.happen("before");
    const after = await client.position();
    management.happen("next");
    const events = client.events({ after });
    assert.equal((await events.next()).value?.text, "next");
    await events.return();
  });

  test("reads the metrics", async (t) => {
    const { at } = await serveScripted(t);
    assert.match(await connect({ at }).metrics(), /^noos_process_running\{app="shop"/m);
  });

  test("ends the daemon, which hears of it when the answer is on its way", async (t) => {
    const { at, seen } = await serveScripted(t);
    await connect({ at }).down();
    // The answer's end and ours are two events of one loop.
    while (seen.downs === 0) await new Promise(setImmediate);
    assert.equal(seen.downs, 1);
  });
});

suite("client: what is refused", () => {
  test("comes back as the error it was, with code, message and hint", async (t) => {
    const { at, management } = await serveScripted(t);
    const error = new PlatformError(`there is no app "shop"`, {
      code: "APP_UNKNOWN",
      hint: "noos ps lists them",
    });
    management.refusals.set("remove", error);
    await assert.rejects(connect({ at }).remove("shop"), (thrown) => {
      assert.ok(thrown instanceof ProblemError);
      assert.deepEqual(
        [thrown.message, thrown.code, thrown.hint, thrown.problem.status],
        [error.message, error.code, error.hint, 404],
      );
      return true;
    });
  });

  for (const code of ["SECRET_UNSET", "IMAGE_UNKNOWN", "STATE_NOT_WRITABLE"] as const) {
    test(`comes back with its code: ${code}`, async (t) => {
      const { at, management } = await serveScripted(t);
      management.refusals.set("deploy", new PlatformError("no", { code, hint: "do" }));
      assert.equal(await codeOf(connect({ at }).deploy(request)), code);
    });
  }

  test("of a manifest has each place", async (t) => {
    const { at, management } = await serveScripted(t);
    const problems = [{ line: 1, column: 6, path: "app", found: "1", expected: "a name" }];
    const error = new PlatformError("1:6", { code: "MANIFEST_INVALID", hint: "mend it" });
    management.refusals.set("plan", Object.assign(error, { report: "  ^", problems }));
    await assert.rejects(connect({ at }).plan(request), (thrown) => {
      assert.ok(thrown instanceof ProblemError);
      assert.deepEqual([thrown.problem.report, thrown.problem.problems], ["  ^", problems]);
      return true;
    });
  });

  test("for a bug of the daemon says so, and not what it was", async (t) => {
    const { at, management, seen } = await serveScripted(t);
    const bug = new TypeError("x is not a function");
    management.refusals.set("status", bug);
    await assert.rejects(connect({ at }).status(), { code: "DAEMON_FAILED" });
    assert.deepEqual(seen.failures, [bug]);
  });

  test("without the right token is everything, whether an image is there too", async (t) => {
    const { at, management } = await serveScripted(t, { token });
    for (const wrong of [`${token}0`, "x"]) {
      const client = connect({ at, token: wrong });
      assert.equal(await codeOf(client.status()), "NOT_ALLOWED");
      assert.equal(await codeOf(client.hasImage(`sha256:${"0".repeat(64)}`)), "NOT_ALLOWED");
      assert.equal(await codeOf(client.events().next()), "NOT_ALLOWED");
    }
    assert.deepEqual(management.asked, []);
  });
});

suite("client: no daemon", () => {
  test("is there: says where it looked, and how to start one", async () => {
    await assert.rejects(connect({ at: "unix:/nowhere/noos.sock" }).status(), {
      code: "DAEMON_UNREACHABLE",
      message: "no daemon answers at unix:/nowhere/noos.sock: there is no socket",
      hint: /noos up/,
    });
    assert.equal(
      await codeOf(connect({ at: "unix:/nowhere/noos.sock" }).events().next()),
      "DAEMON_UNREACHABLE",
    );
  });

  for (const [what, answer] of [
    ["hangs up", ""],
    ["speaks something else", "SSH-2.0-x\r\n"],
    ["is another server", "HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno"],
    ["breaks off", "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{"],
    ["answers no JSON", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno"],
  ] as const) {
    test(`is there, but something that ${what}`, async (t) => {
      const { folder } = await serveScripted(t);
      const path = join(folder, "other.sock");
      const other = createServer((socket) => {
        socket.on("error", () => socket.destroy());
        socket.once("data", () => socket.end(answer));
      });
      await new Promise<void>((resolve) => other.listen(path, resolve));
      t.after(() => other.close());
      assert.equal(await codeOf(connect({ at: path }).status()), "DAEMON_UNREACHABLE");
    });
  }
});
