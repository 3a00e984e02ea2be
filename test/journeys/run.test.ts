import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import { announcedPort, collect, guest, noos, scratch, startNoos } from "./noos.ts";

/** A folder of its own for one test. */
function folder(name: string, files: Readonly<Record<string, string>> = {}): string {
  const path = join(scratch, name);
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

suite("noos run: a program", () => {
  test("gets what follows its file, and options that come before it are ours", async () => {
    const { status, stdout } = await noos([
      "run",
      guest("basics/args"),
      "--stats",
      "-x",
      "--",
      "a b",
    ]);
    assert.equal(status, 0);
    assert.match(stdout, /^arg 1 --stats\narg 2 -x\narg 3 --\narg 4 a b$/m);
  });

  test("is called by its file's name", async () => {
    const { stdout } = await noos(["run", guest("basics/args")]);
    assert.equal(stdout.split("\n")[0], "arg 0 args.wasm");
  });

  test("has the variables it was given and none of ours", async () => {
    const words = ["run", "--env", "A=1", "--env", "SHARED", guest("basics/args")];
    const { stdout } = await noos(words, { env: { SHARED: "yes", SECRET: "no" } });
    assert.match(stdout, /A=1/);
    assert.match(stdout, /SHARED=yes/);
    assert.doesNotMatch(stdout, /SECRET|PATH/);
  });

  for (const code of [0, 1, 7, 119, 255]) {
    test(`ends with its own status, ${code}, and nothing is said about it`, async () => {
      const { status, stderr } = await noos(["run", guest("basics/exit"), String(code)]);
      assert.deepEqual({ status, stderr }, { status: code, stderr: "" });
    });
  }

  test("is run when it comes through a pipe", async () => {
    const shell = `"$1" run <(cat "$2") you`;
    const { promise, resolve } = Promise.withResolvers<string>();
    const { spawn } = await import("node:child_process");
    const noosPath = join(import.meta.dirname, "..", "..", "bin", "noos");
    const child = spawn("bash", ["-c", shell, "bash", noosPath, guest("basics/hello")]);
    let output = "";
    child.stdout.on("data", (bytes: Buffer) => (output += bytes.toString()));
    child.on("close", () => resolve(output));
    assert.equal(await promise, "hello, you\n");
  });
});

suite("noos run: a directory", () => {
  test("can be written, and what is written is there", async () => {
    const host = folder("work");
    const { status, stderr } = await noos(["run", "--dir", `${host}::.`, guest("basics/files")]);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  });

  test("can only be read with :ro", async () => {
    const host = folder("read-only");
    const words = ["run", "--dir", `${host}::.:ro`, guest("hostile/fill-disk"), "1"];
    const { stdout } = await noos(words);
    assert.match(stdout, /EROFS|EACCES|EPERM/);
    assert.equal(existsSync(join(host, "filler")), false);
  });

  test("is all that can be reached: no path, link or rename leads out", async () => {
    const host = folder("jail");
    const outside = folder("outside", { "secret.txt": "secret" });
    symlinkSync(outside, join(host, "link"));
    symlinkSync("/etc", join(host, "etc"));
    const tries = ["link/secret.txt", "etc/passwd", "../outside/secret.txt"];
    const words = ["run", "--dir", `${host}::.`, guest("hostile/escape"), ...tries];
    const { status, stdout } = await noos(words);
    assert.equal(status, 0, stdout);
    assert.doesNotMatch(stdout, /REACHED/);
    assert.equal(readFileSync(join(outside, "secret.txt"), "utf8"), "secret");
  });

  test("that is not there, or is a file, is an error before anything runs", async () => {
    const host = folder("grants", { file: "" });
    const missing = await noos(["run", "--dir", join(host, "no"), guest("basics/hello")]);
    assert.equal(missing.status, 120);
    assert.equal(missing.stdout, "");
    assert.match(missing.stderr, /^noos: cannot grant the directory ".*no": .*\n {6}next: .*\n$/);
    const file = await noos(["run", "--dir", join(host, "file"), guest("basics/hello")]);
    assert.equal(file.status, 120);
    assert.match(file.stderr, /is not a directory/);
  });
});

suite("noos run: sockets", () => {
  test("listens where it is allowed to, and says which port the system chose", async () => {
    const child = startNoos(["run", "--listen", ":0", guest("basics/accept-echo"), "1"]);
    const ended = collect(child);
    const socket = connect(await announcedPort(child), "127.0.0.1");
    socket.end("hello, socket");
    const answer = await socket.setEncoding("utf8").toArray();
    assert.equal(answer.join(""), "hello, socket");
    assert.equal((await ended).status, 0);
  });

  test("connects where it is allowed to", async () => {
    const server = createServer((socket) => socket.pipe(socket));
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(join(scratch, "echo.sock"), resolve);
    await promise;
    const address = `unix:${join(scratch, "echo.sock")}`;
    const words = ["run", "--connect", address, guest("basics/connect-echo"), "over here"];
    const { status, stdout } = await noos(words);
    server.close();
    assert.deepEqual({ status, stdout: stdout.trim() }, { status: 0, stdout: "over here" });
  });

  test("says what it cannot connect to or listen on", async () => {
    const nobody = `unix:${join(scratch, "nobody.sock")}`;
    const connected = await noos(["run", "--connect", nobody, guest("basics/hello")]);
    assert.equal(connected.status, 120);
    assert.match(connected.stderr, /cannot connect to "unix:.*nobody\.sock"/);
    const listening = await noos([
      "run",
      "--listen",
      "unix:/no/such/folder/s",
      guest("basics/hello"),
    ]);
    assert.equal(listening.status, 120);
    assert.match(listening.stderr, /cannot listen on "unix:\/no\/such\/folder\/s"/);
  });
});

suite("noos run: what it says", () => {
  test("is with --stats what was used and how the start went", async () => {
    const { status, stdout, stderr } = await noos(["run", "--stats", guest("basics/hello")]);
    assert.deepEqual({ status, stdout }, { status: 0, stdout: "hello, world\n" });
    assert.match(stderr, /^hello\.wasm: exited\(0\)\nused\n {2}time /);
    for (const phase of ["start node", "load modules", "read file", "hash", "compile", "start"]) {
      assert.match(stderr, new RegExp(`^  ${phase} +[\\d.]+ (?:ms|µs|s)$`, "m"));
    }
  });

  test("is with --json one line for programs, last on stderr", async () => {
    const { stderr } = await noos(["run", "--json", guest("basics/hello")]);
    const record = JSON.parse(stderr);
    assert.deepEqual(record.exit, { kind: "exited", code: 0 });
    assert.equal(record.program, "hello.wasm");
    assert.equal(record.usage.writtenBytes, 13);
    assert.ok(record.start.length > 4);
  });

  test("is with --json also JSON when it cannot start", async () => {
    const { status, stderr } = await noos(["run", "--json", "no-such.wasm"]);
    const { error, ...rest } = JSON.parse(stderr);
    assert.deepEqual({ status, rest }, { status: 120, rest: { status: 120 } });
    assert.equal(error.code, "FILE_NOT_FOUND");
  });

  test("is for a trap where the program stood, in its own names", async () => {
    const { status, stderr } = await noos(["run", guest("hostile/trap"), "unreachable"]);
    assert.equal(status, 126);
    const head = [`noos: "trap.wasm" trapped: unreachable`, "at do_unreachable", "at middle"];
    assert.deepEqual(stderr.split(/\n */).slice(0, 3), head);
    assert.doesNotMatch(stderr, /\.ts|node:/);
  });
});

suite("noos run: without checks", () => {
  test("does the same", async () => {
    const { status, stdout, stderr } = await noos(
      ["run", "--no-preempt", "--env", "A=1", guest("basics/args"), "x"],
      {},
    );
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    assert.match(stdout, /^arg 1 x$/m);
    assert.match(stdout, /A=1/);
  });

  test("passes on status, input and output", async () => {
    const bytes = Buffer.alloc(1 << 20, "0123456789");
    const echoed = await noos(["run", "--no-preempt", guest("basics/echo")], { stdin: bytes });
    assert.equal(echoed.stdout, bytes.toString());
    assert.equal((await noos(["run", "--no-preempt", guest("basics/exit"), "9"])).status, 9);
  });

  const ends: readonly (readonly [limit: string, value: string, name: string])[] = [
    ["--timeout", "1s", "hostile/spin"],
    ["--cpu-time", "200ms", "hostile/spin"],
    ["--cpu-time", "200ms", "hostile/spin-start"],
    ["--max-output", "100kB", "hostile/flood"],
  ];
  for (const [limit, value, name] of ends) {
    test(`is ended by ${limit} in ${name}`, async () => {
      const { status, stderr } = await noos(["run", "--no-preempt", limit, value, guest(name)]);
      assert.equal(status, 124);
      assert.match(stderr, new RegExp(`allow more with ${limit}\n$`));
    });
  }

  test("says what is wrong as it does otherwise", async () => {
    const missing = await noos(["run", "--no-preempt", guest("hostile/unknown-import")]);
    assert.equal(missing.status, 122);
    assert.match(missing.stderr, /elsewhere\.do_magic/);
    const trapped = await noos(["run", "--no-preempt", guest("hostile/trap"), "unreachable"]);
    assert.equal(trapped.status, 126);
    assert.match(trapped.stderr, /at do_unreachable/);
  });
});
