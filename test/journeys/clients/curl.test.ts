/** What serves, as somebody sees it who has a terminal and `curl`. */
import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import { fileOf, whyMissing } from "#tools/toolchain";
import { endsWithTests, ownApp, scratch, type Served, serve } from "./served.ts";

const skip = whyMissing(["curl"]) ?? false;
const curlProgram = fileOf("curl") ?? "";

/** How `curl` is to speak, by which way in, and what it calls that. */
const protocols = [
  { spoken: "1.0", way: "http", words: ["--http1.0"] },
  { spoken: "1.1", way: "http", words: ["--http1.1"] },
  { spoken: "1.1", way: "https", words: ["--http1.1", "--insecure"] },
  { spoken: "2", way: "https", words: ["--http2", "--insecure"] },
] as const;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function startCurl(words: readonly string[]): ChildProcessWithoutNullStreams {
  // --disable: whatever the one who tests has in a .curlrc.
  const always = ["--disable", "--silent", "--show-error", "--noproxy", "*", "--max-time", "60"];
  return endsWithTests(spawn(curlProgram, [...always, ...words], { cwd: scratch }));
}

async function curl(...words: readonly string[]): Promise<Ended> {
  const child = startCurl(words);
  child.stdin.end();
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once("close", resolve);
  const output = await Promise.all([child.stdout, child.stderr].map(textOf));
  const [stdout = "", stderr = ""] = output;
  return { status: await promise, stdout, stderr };
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(stream)).toString();
}

/** One that runs, and what comes to it. */
class Curl {
  readonly child: ChildProcessWithoutNullStreams;
  readonly #pieces: AsyncIterator<Buffer>;

  constructor(...words: readonly string[]) {
    this.child = startCurl(["--no-buffer", ...words]);
    this.#pieces = this.child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** Waits until it says this next, and nothing else. */
  async says(wanted: string): Promise<void> {
    let text = "";
    while (text.length < wanted.length) {
      const piece = await this.#pieces.next();
      assert.ok(piece.done !== true, `it ended behind ${JSON.stringify(text)}`);
      text += piece.value.toString("latin1");
    }
    assert.equal(text, wanted);
  }

  /** Ends it where it is, as a machine that is switched off. */
  kill(): void {
    this.child.kill("SIGKILL");
  }
}

/** As the program under test adds bytes up. */
function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (sum * 31 + byte) % 65_521, 0);
}

/** Bytes of which no piece is as another. */
function manyBytes(length: number): Buffer {
  let state = 1;
  return Buffer.from(
    Uint8Array.from({ length }, () => (state = (state * 48_271) % 2_147_483_647) & 255),
  );
}

suite("curl", { skip, timeout: 120_000 }, () => {
  const bytes = manyBytes(5_000_000);
  const upload = join(scratch, "upload.bin");
  let served: Served;
  before(async () => {
    writeFileSync(upload, bytes);
    served = await serve();
    await served.deploy(ownApp);
  });

  for (const { spoken, way, words } of protocols) {
    const ask = (path: string, ...more: readonly string[]): Promise<Ended> =>
      curl(...words, ...more, `${served[way]}${path}`);

    suite(`by HTTP/${spoken} over ${way}`, () => {
      test("is answered by the protocol that it speaks", async () => {
        const answered = await ask("/hello", "--write-out", "%{http_version} %{http_code}");
        // Whoever asks by HTTP/1.0 is answered by HTTP/1.1 (RFC 9110, 2.5), which it can read.
        const version = spoken === "1.0" ? "1.1" : spoken;
        assert.deepEqual(answered, {
          status: 0,
          stdout: `hello, world\n${version} 200`,
          stderr: "",
        });
      });

      test("uploads some megabytes, which the program reads as they come", async () => {
        const { stdout, stderr } = await ask("/measure", "--data-binary", `@${upload}`);
        const measured = { bytes: bytes.length, sum: sumOf(bytes), isInPieces: true };
        assert.deepEqual(JSON.parse(stdout), { ...measured, method: "POST" }, stderr);
        const put = await ask("/measure", "--upload-file", upload);
        assert.deepEqual(JSON.parse(put.stdout), { ...measured, method: "PUT" }, put.stderr);
      });

      test("is unpacked what the program packs for it", async () => {
        const packed = await ask("/packed", "--compressed", "--include");
        assert.match(packed.stdout, /^content-encoding: gzip\r$/im);
        const plain = await ask("/packed");
        assert.ok(plain.stdout.startsWith("line 0\nline 1\n"));
        assert.equal(packed.stdout.slice(packed.stdout.indexOf("\r\n\r\n") + 4), plain.stdout);
      });

      test("goes on with what it has a part of", async () => {
        const { stdout } = await ask("/file");
        const part = join(scratch, `part-${spoken}-${way}`);
        writeFileSync(part, stdout.slice(0, 12_345));
        const { status, stderr } = await ask("/file", "--continue-at", "-", "--output", part);
        assert.equal(status, 0, stderr);
        assert.equal(readFileSync(part, "utf8"), stdout);
      });

      test("sends a form with a file", async () => {
        const { stdout } = await ask("/form", "--form", `file=@${upload}`, "--form", "remark=so");
        assert.match(stdout, /<pre>upload\.bin\n5000000\nso\n[0-9a-f]{64}<\/pre>$/);
      });

      test("takes many over one connection, and asks for a head alone", async () => {
        const tell = ["--output", "/dev/null", "--write-out", "%{http_code} %{num_connects}\\n"];
        const { stdout } = await ask("/hello?n=[1-20]", ...tell);
        const isKept = spoken !== "1.0";
        const next = isKept ? "200 0" : "200 1";
        assert.deepEqual(stdout.trim().split("\n"), ["200 1", ...Array(19).fill(next)]);
        const many = await ask("/hello?n=[1-500]", "--parallel");
        assert.equal(many.stdout, "hello, world\n".repeat(500), many.stderr);
        const head = await ask("/hello", "--head");
        assert.match(head.stdout, /^HTTP\/\S+ 200[^]*^content-length: 13\r\n[^]*\r\n\r\n$/m);
      });

      test("is missed when it is gone", async () => {
        const round = `${spoken}-${way}`;
        const running = new Curl(...words, `${served[way]}/pieces?round=${round}`);
        await running.says("1\n");
        await curl(...words, `${served[way]}/next?round=${round}`);
        await running.says("2\n");
        running.kill();
        assert.equal((await ask(`/left?round=${round}`)).stdout, "left after 2\n");
      });

      test("is told of what is not there, and fails as it is asked to", async () => {
        const { status, stderr } = await ask("/nowhere", "--fail");
        assert.deepEqual([status, /: 404/.test(stderr)], [22, true], stderr);
      });
    });
  }

  for (const { spoken, way, words } of protocols.filter((it) => it.spoken !== "1.0")) {
    test(`is heard while it still sends, by HTTP/${spoken} over ${way}`, async () => {
      const round = `?round=${spoken}-${way}`;
      const sent = ["--upload-file", "-", `${served[way]}/hear${round}`];
      const running = new Curl(...words, ...sent);
      let text = "";
      for (const piece of ["one", "two", "three"]) {
        running.child.stdin.write(piece);
        text += piece;
        await curl(...words, "--data", text, `${served[way]}/heard${round}`);
      }
      running.child.stdin.end();
      await running.says("onetwothree, and over");
    });
  }

  for (const { way, words } of protocols.filter(({ spoken }) => spoken === "1.1")) {
    const ask = (path: string): Promise<Ended> => {
      const tell = ["--verbose", "--write-out", "%{http_code} %{size_upload}"];
      const expect = ["--header", "expect: 100-continue", "--expect100-timeout", "60"];
      const sent = ["--output", "/dev/null", "--data-binary", `@${upload}`];
      return curl(...words, ...tell, ...expect, ...sent, `${served[way]}${path}`);
    };

    test(`is told to go on with what is wanted, over ${way}`, async () => {
      const { stdout, stderr } = await ask("/measure");
      assert.equal(stdout, `200 ${bytes.length}`);
      assert.match(stderr, /^< HTTP\/1\.1 100 /m);
    });

    test(`goes on by itself where the answer came first, over ${way}`, async () => {
      const expect = ["--header", "expect: 100-continue", "--expect100-timeout", "0.1"];
      const to = join(scratch, `echo-${way}`);
      const sent = ["--output", to, "--data-binary", `@${upload}`];
      const { status, stderr } = await curl(...words, ...expect, ...sent, `${served[way]}/echo`);
      assert.equal(status, 0, stderr);
      assert.ok(bytes.equals(readFileSync(to)));
    });

    test(`keeps what is not wanted, over ${way}`, async () => {
      const { stdout, stderr } = await ask("/unwanted");
      assert.equal(stdout, "403 0");
      assert.doesNotMatch(stderr, /^< HTTP\/1\.1 100 /m);
    });
  }

  test("opens a WebSocket, by the fields of one", async () => {
    const fields = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    };
    const words = Object.entries(fields).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
    const running = new Curl("--http1.1", ...words, `${served.http}/greeted`);
    await running.says("\x81\x05hello");
    running.kill();
  });

  test("is refused HTTP/2 in the clear, and does not wait for it", async () => {
    const { status, stderr } = await curl("--http2-prior-knowledge", `${served.http}/hello`);
    assert.notEqual(status, 0);
    assert.notEqual(status, 28, `it waited until its time was over: ${stderr}`);
  });
});
