import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { suite, test, type TestContext } from "node:test";

/** With the permissions of an executor. */
const execArgv = [
  "--permission",
  "--allow-net",
  "--allow-fs-read=*",
  "--disable-warning=SecurityWarning",
  "--disable-warning=ExperimentalWarning",
];

async function childOn(context: TestContext, server: Server): Promise<ChildProcess> {
  const child = fork(new URL("./front-child.ts", import.meta.url), { execArgv });
  context.after(() => child.kill("SIGKILL"));
  child.send("listen", server);
  await once(child, "message");
  return child;
}

suite("fronts on one handle", () => {
  test("share its connections, also when one of them is gone", async (context) => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const children = [await childOn(context, server), await childOn(context, server)];
    // The daemon itself accepts none of them.
    server.close();
    const pids = new Set(children.map(({ pid }) => String(pid)));
    const ask = async (target: string): Promise<string> => {
      const headers = { connection: "close" };
      const answer = await fetch(`http://127.0.0.1:${port}${target}`, { headers });
      return await answer.text();
    };
    for (let count = 0; count < 20; count++) assert.ok(pids.has(await ask("/")));
    await assert.rejects(ask("/last"));
    const left = new Set<string>();
    for (let count = 0; count < 20; count++) left.add(await ask("/"));
    assert.equal(left.size, 1);
  });
});
