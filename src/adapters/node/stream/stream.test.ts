import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync } from "node:fs";
import { rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { text } from "node:stream/consumers";
import type { ByteSink, ByteSource, SourceAnswer } from "#core/host";
import { errno, type Errno } from "#core/sys";
import { fileDescriptorSink } from "./descriptor-sink.ts";
import { fileDescriptorSource } from "./descriptor-source.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-streams-"));
after(() => rmSync(scratch, { recursive: true }));

let names = 0;
function newPath(): string {
  names += 1;
  return join(scratch, String(names));
}

/** Both ends of a pipe with a name, as descriptors that do not block the test. */
function newPipe(): { readonly readEnd: number; readonly writeEnd: number } {
  const path = newPath();
  execFileSync("mkfifo", [path]);
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { readEnd, writeEnd: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) };
}

const pull = (source: ByteSource, bytesMax: number): Promise<SourceAnswer> =>
  new Promise((resolve) => source.pull(bytesMax, resolve));

const push = (sink: ByteSink, bytes: Uint8Array): Promise<Errno | undefined> =>
  new Promise((resolve) => sink.push(bytes, resolve));

async function readAll(source: ByteSource, bytesMax: number): Promise<string> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = await pull(source, bytesMax);
    if (part === "end") return Buffer.concat(parts).toString();
    assert.ok(part instanceof Uint8Array);
    assert.ok(part.length >= 1 && part.length <= bytesMax);
    parts.push(part.slice());
  }
}

const bytesOf = (content: string): Uint8Array => new TextEncoder().encode(content);
const textOf = (answer: SourceAnswer): string =>
  new TextDecoder().decode(answer instanceof Uint8Array ? answer : undefined);

suite("source of a descriptor", () => {
  test("reads a file to its end, in pieces as large as asked for", async () => {
    const path = newPath();
    writeFileSync(path, "the quick brown fox");
    const fd = openSync(path, "r");
    assert.equal(await readAll(fileDescriptorSource(fd), 7), "the quick brown fox");
    closeSync(fd);
  });

  test("is at its end at once on the null device", async () => {
    const fd = openSync("/dev/null", "r");
    assert.equal(await pull(fileDescriptorSource(fd), 10), "end");
    closeSync(fd);
  });

  test("takes from a pipe what is there, and waits for more", async () => {
    const { readEnd, writeEnd } = newPipe();
    const source = fileDescriptorSource(readEnd);
    writeSync(writeEnd, "first");
    assert.equal(textOf(await pull(source, 3)), "fir");
    assert.equal(textOf(await pull(source, 10)), "st");
    const waiting = pull(source, 4);
    // It looks in its own turn and finds nothing, and only then there is something.
    setImmediate(() => setImmediate(() => writeSync(writeEnd, "second")));
    assert.equal(textOf(await waiting), "seco");
    assert.equal(textOf(await pull(source, 4)), "nd");
    closeSync(writeEnd);
    assert.equal(await pull(source, 4), "end");
    assert.equal(await pull(source, 4), "end");
    source.close();
    closeSync(readEnd);
  });

  test("may be asked again inside an answer", async () => {
    const { readEnd, writeEnd } = newPipe();
    const source = fileDescriptorSource(readEnd);
    const seen = Promise.withResolvers<void>();
    let total = "";
    const next = (): void =>
      source.pull(4, (answer) => {
        total += textOf(answer);
        if (total === "one, two, three") return seen.resolve();
        next();
        // What it waits for comes only once it waits.
        const piece = { "one, ": "two, ", "one, two, ": "three" }[total];
        if (piece !== undefined) setImmediate(() => setImmediate(() => writeSync(writeEnd, piece)));
      });
    next();
    setImmediate(() => setImmediate(() => writeSync(writeEnd, "one, ")));
    await seen.promise;
    source.close();
    closeSync(readEnd);
    closeSync(writeEnd);
  });

  test("reads nothing that nobody asked for", async () => {
    const { readEnd, writeEnd } = newPipe();
    const source = fileDescriptorSource(readEnd);
    const waiting = pull(source, 10);
    setImmediate(() => setImmediate(() => writeSync(writeEnd, "asked")));
    await waiting;
    writeSync(writeEnd, "not asked");
    await new Promise((resolve) => setImmediate(resolve));
    const left = Buffer.alloc(20);
    assert.equal(readSync(readEnd, left), 9);
    source.close();
    closeSync(readEnd);
    closeSync(writeEnd);
  });

  test("answers why it cannot be read", async () => {
    const path = newPath();
    writeFileSync(path, "");
    const fd = openSync(path, "w");
    assert.equal(await pull(fileDescriptorSource(fd), 1), errno.EBADF);
    closeSync(fd);
    assert.equal(await pull(fileDescriptorSource(99_999), 1), errno.EBADF);
  });

  test("answers nothing once it was closed", async () => {
    const { readEnd, writeEnd } = newPipe();
    const source = fileDescriptorSource(readEnd);
    source.pull(1, () => assert.fail("closed"));
    source.close();
    writeSync(writeEnd, "too late");
    await new Promise((resolve) => setImmediate(resolve));
    closeSync(readEnd);
    closeSync(writeEnd);
  });
});

suite("sink of a descriptor", () => {
  test("writes to a file at once, behind what others wrote through the descriptor", async () => {
    const path = newPath();
    const fd = openSync(path, "w");
    const sink = fileDescriptorSink(fd);
    assert.equal(sink.tryPush?.(bytesOf("one ")), 4);
    writeSync(fd, "two ");
    assert.equal(await push(sink, bytesOf("three")), undefined);
    sink.close();
    writeSync(fd, " four");
    closeSync(fd);
    assert.equal(readFileSync(path, "utf8"), "one two three four");
  });

  test("says how much a full pipe took, and delivers the rest when there is room", async () => {
    const { readEnd, writeEnd } = newPipe();
    const sink = fileDescriptorSink(writeEnd);
    const bytes = new Uint8Array(300_000).map((_, index) => index * 7);
    const taken = sink.tryPush?.(bytes);
    assert.ok(typeof taken === "number" && taken > 0 && taken < bytes.length);
    assert.equal(sink.tryPush?.(bytes.subarray(taken)), 0);
    let isAnswered = false;
    const pushed = push(sink, bytes.subarray(taken)).then((failed) => {
      isAnswered = true;
      return failed;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isAnswered, false);
    const parts: Uint8Array[] = [];
    const source = fileDescriptorSource(readEnd);
    for (let read = 0; read < bytes.length;) {
      const part = await pull(source, 65_536);
      assert.ok(part instanceof Uint8Array);
      parts.push(part);
      read += part.length;
    }
    assert.equal(await pushed, undefined);
    assert.ok(Buffer.concat(parts).equals(bytes));
    sink.close();
    source.close();
    closeSync(readEnd);
    closeSync(writeEnd);
  });

  test("answers EPIPE when nobody reads, now, before, or while it waits", async () => {
    const now = newPipe();
    const sinkNow = fileDescriptorSink(now.writeEnd);
    sinkNow.tryPush?.(bytesOf("taken"));
    closeSync(now.readEnd);
    assert.equal(sinkNow.tryPush?.(bytesOf("not taken")), errno.EPIPE);
    assert.equal(await push(sinkNow, bytesOf("not taken")), errno.EPIPE);

    const before = newPipe();
    closeSync(before.readEnd);
    assert.equal(await push(fileDescriptorSink(before.writeEnd), bytesOf("x")), errno.EPIPE);

    const waiting = newPipe();
    const sinkWaiting = fileDescriptorSink(waiting.writeEnd);
    const pushed = push(sinkWaiting, new Uint8Array(300_000));
    closeSync(waiting.readEnd);
    assert.equal(await pushed, errno.EPIPE);
    assert.equal(sinkWaiting.tryPush?.(bytesOf("x")), errno.EPIPE);
  });

  test("answers ENOSPC of a full device, after what fitted", async () => {
    const fd = openSync("/dev/full", "w");
    const sink = fileDescriptorSink(fd);
    assert.equal(sink.tryPush?.(bytesOf("x")), errno.ENOSPC);
    assert.equal(await push(sink, bytesOf("x")), errno.ENOSPC);
    closeSync(fd);
  });

  test("never answers inside the asking call", () => {
    const fd = openSync("/dev/null", "w");
    let isInside = true;
    const answered = new Promise<void>((resolve) => {
      fileDescriptorSink(fd).push(bytesOf("x"), () => {
        assert.equal(isInside, false);
        resolve();
      });
    });
    isInside = false;
    return answered.finally(() => closeSync(fd));
  });
});

/** Copies its input to its output through the adapters, and then has nothing more to do. */
const copier = `
  import { fileDescriptorSink, stdinSource } from "#adapters/node/stream";
  const source = stdinSource();
  const sink = fileDescriptorSink(1);
  const next = () => source.pull(65536, (bytes) => {
    if (bytes === "end") return;
    if (process.argv[1] === "once") source.close();
    sink.push(bytes, (failed) => {
      if (failed) console.error(failed.name);
      else if (process.argv[1] !== "once") next();
    });
  });
  next();
`;
const root = fileURLToPath(new URL("../../../..", import.meta.url));

function startCopier(how: "all" | "once"): ReturnType<typeof spawn> & { stdin: object } {
  const options = ["--input-type=module", "--eval", copier, how];
  return spawn(process.execPath, options, { cwd: root, stdio: ["pipe", "pipe", "pipe"] });
}

suite("streams of an OS process", () => {
  test("pass a megabyte from pipe to pipe and let the OS process end", async () => {
    const child = startCopier("all");
    const content = "0123456789abcdef".repeat(65_536);
    child.stdin?.end(content);
    const ended = new Promise((resolve) => child.once("close", resolve));
    assert.ok(child.stdout && (await text(child.stdout)) === content);
    assert.equal(await ended, 0);
  });

  test("let the OS process end when the source is closed and its writer is not", async () => {
    const child = startCopier("once");
    child.stdin?.write("hello");
    assert.ok(child.stdout);
    // Asked for before the output is read: the end may be told before the output's own.
    const ended = new Promise((resolve) => child.once("exit", resolve));
    assert.equal(await text(child.stdout), "hello");
    assert.equal(await ended, 0);
  });

  test("tell a writer that its reader has gone", async () => {
    const child = startCopier("all");
    child.stdout?.destroy();
    assert.ok(child.stdin && child.stderr);
    child.stdin.on("error", () => undefined);
    child.stdin.write("hello");
    child.stdin.end();
    assert.equal(await text(child.stderr), "EPIPE\n");
  });

  test("pass what a shell's pipe and files give", () => {
    const path = newPath();
    writeFileSync(path, "from a file");
    const node = `"${process.execPath}" --input-type=module --eval "$COPIER" all`;
    const sh = (command: string): string =>
      execFileSync("sh", ["-c", command], {
        cwd: root,
        encoding: "utf8",
        env: { ...process.env, COPIER: copier },
        stdio: ["ignore", "pipe", "inherit"],
      });
    assert.equal(sh(`printf piped | ${node} | cat`), "piped");
    assert.equal(sh(`${node} < "${path}" > "${path}.copy"; cat "${path}.copy"`), "from a file");
    assert.equal(sh(`${node} < /dev/null`), "");
  });
});
