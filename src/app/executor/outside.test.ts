import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { suite, test } from "node:test";
import { errno, Errno } from "#core/sys";
import { OutsideWays } from "./outside.ts";

const plain = { hasBody: false, deadlineNs: 10e9 };

suite("the ways out to hosts", () => {
  test("lead a name to no address that was granted as an address", async (context) => {
    const server = createServer((_request, response) => response.end("mine")).listen(0);
    context.after(() => {
      server.close();
      server.closeAllConnections();
    });
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const outlet = new OutsideWays().to([
      { kind: "outside", host: "127.0.0.1", port },
      { kind: "outside", host: "localhost", port },
    ]);
    const ask = async (authority: string): Promise<number | Errno | undefined> => {
      const head = { method: "GET", scheme: "http", authority, target: "/", fields: [] } as const;
      const made = outlet?.request(head, plain);
      if (made === undefined || made instanceof Errno) return made;
      const answer = await new Promise<{ readonly status: number } | Errno>((resolve) =>
        made.whenAnswered(resolve),
      );
      made.cancel();
      return answer instanceof Errno ? answer : answer.status;
    };
    assert.equal(await ask(`127.0.0.1:${port}`), 200);
    assert.equal(await ask(`localhost:${port}`), errno.ENOENT);
    assert.equal(await ask(`127.0.0.1:${port + 1}`), errno.ENOENT);
    assert.equal(await ask("other.test"), errno.ENOENT);
  });
});
