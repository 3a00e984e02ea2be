import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import {
  Capture,
  connect,
  describeExit,
  directory,
  Feed,
  listen,
  nodeHost,
  PlatformError,
  type RunningProcess,
  type StartOptions,
  System,
} from "#app/embed";
import { guestFile } from "#guests";

const scratch = mkdtempSync(join(tmpdir(), "noos-embed-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

function start(name: Parameters<typeof guestFile>[0], options: StartOptions = {}): RunningProcess {
  const system = new System(nodeHost({ cacheFolder: false }));
  return system.start(system.load(readFileSync(guestFile(name))), options);
}

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof PlatformError && error.code === code;
}

suite("embedding: a process", () => {
  test("reads what it is fed, and its exit says how it ended and what it used", async () => {
    const stdin = new Feed();
    const running = start("basics/echo", { stdin });
    stdin.write("fed ");
    assert.equal(await stdin.room(), true);
    stdin.write("in two pieces");
    stdin.end();
    const { reason, usage } = await running.exit;
    assert.equal(describeExit(reason), "exited(0)");
    assert.equal(running.output(), "fed in two pieces");
    assert.deepEqual(
      [usage.readBytes, usage.writtenBytes],
      [running.output().length, running.output().length],
    );
  });

  test("is ended by a limit, which its exit names", async () => {
    const running = start("hostile/spin", { limits: { "cpu-time": 20e6 } });
    assert.equal(describeExit((await running.exit).reason), "killed(cpu-time 20 ms)");
  });

  test("is ended from outside wherever it stands, and its exit says by whom", async () => {
    const running = start("hostile/spin");
    setImmediate(() => running.end("the test"));
    assert.equal(describeExit((await running.exit).reason), "killed(by the test)");
  });

  test("writes to a sink of the embedder's", async () => {
    const stdout = new Capture(5);
    const running = start("basics/hello", { stdout });
    await running.exit;
    await running.delivered;
    assert.equal(stdout.text(), "orld\n");
  });

  test("cannot be started with a limit that does not exist", () => {
    // @ts-expect-error -- the name of a limit is part of its type
    const limits: StartOptions["limits"] = { memroy: 1 };
    assert.throws(
      () => start("basics/hello", limits === undefined ? {} : { limits }),
      hasCode("USAGE"),
    );
  });
});

suite("embedding: a directory", () => {
  test("is found under the name it is granted as, and can be written", async () => {
    const running = start("basics/files", { directories: [directory(scratch, { guest: "." })] });
    assert.equal(describeExit((await running.exit).reason), "exited(0)", running.errors());
  });

  test("can only be read when it is granted so", async () => {
    const directories = [directory(scratch, { guest: ".", readOnly: true })];
    const running = start("basics/files", { directories });
    assert.equal(describeExit((await running.exit).reason), "exited(1)");
    assert.match(running.output(), /Read-only file system/);
  });

  test("that is not there is an error before anything runs", () => {
    assert.throws(() => directory(join(scratch, "missing")), hasCode("FILE_NOT_FOUND"));
  });
});

suite("embedding: sockets", () => {
  test("join a process that listens and one that connects", async () => {
    const listener = await listen(":0");
    const server = start("basics/accept-echo", { args: ["1"], listeners: [listener] });
    const connection = await connect(listener.name);
    const client = start("basics/connect-echo", { args: ["over"], connections: [connection] });
    assert.equal(describeExit((await client.exit).reason), "exited(0)", client.errors());
    assert.equal(describeExit((await server.exit).reason), "exited(0)", server.errors());
    assert.equal(client.output().trim(), "over");
  });

  test("say what cannot be connected to or listened on", async () => {
    await assert.rejects(connect("unix:/no/folder/nobody"), hasCode("CONNECT_FAILED"));
    await assert.rejects(listen("unix:/no/folder/nobody"), hasCode("LISTEN_FAILED"));
    await assert.rejects(listen("nowhere"), hasCode("GRANT_INVALID"));
  });
});

suite("embedding: a host", () => {
  const hello = readFileSync(guestFile("basics/hello"));

  test("keeps prepared programs where it is told to, and uses them again", () => {
    const cacheFolder = join(scratch, "programs");
    const phases = (): string[] => {
      const system = new System(nodeHost({ cacheFolder }));
      return system.load(hello).phases.map(({ name }) => name);
    };
    assert.ok(phases().includes("instrument"));
    assert.equal(readdirSync(cacheFolder).length, 1);
    assert.ok(!phases().includes("instrument"));
  });

  test("goes without a folder that cannot be made", async () => {
    const file = join(scratch, "file");
    writeFileSync(file, "");
    const system = new System(nodeHost({ cacheFolder: join(file, "programs") }));
    const running = system.start(system.load(hello));
    await running.exit;
    assert.equal(running.output(), "hello, world\n");
  });

  test("refuses a stack that is out of range", () => {
    assert.throws(() => nodeHost({ callStackBytes: 1 }), hasCode("LIMIT_OUT_OF_RANGE"));
  });
});
