import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { suite, test, type TestContext } from "node:test";
import { bindAddress, type BoundAddress, listen } from "#adapters/node/socket";
import { PlatformError } from "#core/sys";

const loopback = { kind: "tcp", host: "127.0.0.1", port: 0 } as const;

/** Answers each connection with its own process number. */
const childText = `
require("node:net")
  .createServer((socket) => socket.end(String(process.pid)))
  .listen({ fd: 3 }, () => process.stdout.write("up"));
`;

async function startChild(
  context: TestContext,
  { fd }: BoundAddress,
): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, ["-e", childText], {
    stdio: ["ignore", "pipe", "inherit", fd],
  });
  context.after(() => child.kill("SIGKILL"));
  const { stdout } = child;
  assert.ok(stdout !== null);
  await once(stdout, "data");
  return async () => {
    child.kill("SIGKILL");
    await once(child, "exit");
  };
}

function ask({ address: { port } }: BoundAddress): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = "";
  const socket = connect({ port, host: "127.0.0.1" });
  socket.on("data", (bytes: Buffer) => (text += bytes.toString()));
  socket.on("end", () => resolve(text));
  socket.on("error", reject);
  return promise;
}

suite("a bound address", () => {
  test("outlives a child that accepted at it, and those who came meanwhile", async (context) => {
    const bound = await bindAddress(loopback);
    context.after(() => bound.close());
    const end = await startChild(context, bound);
    const first = await ask(bound);
    await end();
    const waiting = ask(bound);
    await startChild(context, bound);
    assert.notEqual(await waiting, first);
    assert.match(await waiting, /^\d+$/);
  });

  test("is refused where somebody listens, and where nobody can", async (context) => {
    const other = await listen(loopback);
    context.after(() => other.close());
    const isRefusal = (error: unknown): boolean =>
      error instanceof PlatformError && error.code === "LISTEN_FAILED";
    assert.ok(other.address.kind === "tcp");
    await assert.rejects(bindAddress(other.address), isRefusal);
    await assert.rejects(bindAddress({ ...loopback, host: "192.0.2.1" }), isRefusal);
  });
});
