import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { suite, test } from "node:test";
import type { IncomingRequest, RequestHead } from "#core/host/traffic";
import { errno, Errno } from "#core/sys";
import { simulatedHost } from "#adapters/sim";
import { OutsideWays } from "./outside.ts";
import { WayOut, type WayOutPorts } from "./way-out.ts";
import type { Post } from "#pool/host/summons";

const head: RequestHead = {
  method: "GET",
  scheme: "http",
  authority: "cart",
  target: "/",
  fields: ["accept", "*/*", "NOOS-caller", "somebody else"],
};
const options = { hasBody: false, deadlineNs: Infinity };

interface Bench {
  /** What nobody served. */
  readonly posts: readonly Pick<Post, "queue" | "fields">[];
  readonly wayOut: WayOut;
  /** What arrived under each key. */
  readonly arrived: Map<string, IncomingRequest[]>;
}

/** The way out of `shop/front/web`, on an executor where these keys serve. */
function bench(call: readonly string[], ...keys: readonly string[]): Bench {
  const { time } = simulatedHost({ seed: 1 });
  const arrived = new Map(keys.map((key) => [key, [] as IncomingRequest[]]));
  const find = (key: string): { arrive(request: IncomingRequest): void } | undefined => {
    const line = arrived.get(key);
    return line && { arrive: (request) => line.push(request) };
  };
  const posts: Pick<Post, "queue" | "fields">[] = [];
  const post: WayOutPorts["post"] = (call, what) => {
    posts.push(what);
    call.refuse(errno.ECONNREFUSED);
  };
  const ways = new OutsideWays();
  const outside = ways.to.bind(ways);
  const unlisted = { request: (): Errno => errno.ENOENT };
  return {
    arrived,
    posts,
    wayOut: new WayOut(
      { path: "shop/front/web", call },
      { turns: time, find, post, outside, unlisted },
    ),
  };
}

suite("a way out", () => {
  test("leads to what was granted, which learns who calls", () => {
    const { wayOut, arrived } = bench(["cart", "stock.other"], "shop/cart", "other/stock");
    wayOut.request(head, options);
    wayOut.request({ ...head, authority: "STOCK.other" }, options);
    const [request] = arrived.get("shop/cart") ?? [];
    assert.deepEqual(request?.head.fields, ["accept", "*/*", "noos-caller", "shop/front/web"]);
    assert.equal(arrived.get("other/stock")?.length, 1);
  });

  test("takes from a program nothing of the connection, and no name for its own", () => {
    const { wayOut, arrived } = bench(["cart"], "shop/cart");
    const said = ["Connection", "close", "host", "evil", "te", "x", "transfer-encoding", "chunked"];
    const forged = ["noos-caller", "eve", "Noos_Caller", "eve", "noos.event", "queue"];
    const kept = ["x-a", "1", "noosphere", "2"];
    const fields = [...said, ...forged, "content-length", "99", ...kept];
    wayOut.request({ ...head, fields }, options);
    wayOut.request({ ...head, fields: ["content-length", "99"] }, { ...options, hasBody: true });
    const [one, two] = arrived.get("shop/cart") ?? [];
    assert.deepEqual(one?.head.fields, [...kept, "noos-caller", "shop/front/web"]);
    const caller = ["noos-caller", "shop/front/web"];
    assert.deepEqual(two?.head.fields, ["content-length", "99", ...caller]);
  });

  test("leads nowhere else but where what is unlisted may go", () => {
    const { wayOut, arrived } = bench(["cart"], "shop/cart", "shop/stock", "cart/shop");
    for (const authority of ["stock", "shop", "cart.shop", "cart:80", "", "127.0.0.1"]) {
      assert.equal(wayOut.request({ ...head, authority }, options), errno.ENOENT, authority);
    }
    assert.ok([...arrived.values()].every((requests) => requests.length === 0));
  });

  test("leads to hosts outside that were granted, and to no others", async (context) => {
    const server = createServer((_request, response) => response.end("from outside"));
    await once(server.listen(0, "127.0.0.1"), "listening");
    context.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { wayOut } = bench([`127.0.0.1:${port}`, "public.example:80"]);
    const call = wayOut.request({ ...head, authority: `127.0.0.1:${port}` }, options);
    assert.ok(!(call instanceof Errno));
    const answer = await new Promise<unknown>((resolve) => call.whenAnswered(resolve));
    assert.equal((answer as { status: number }).status, 200);
    call.cancel();
    for (const authority of [`localhost:${port}`, `127.0.0.1:${port + 1}`, "other.example"]) {
      assert.equal(wayOut.request({ ...head, authority }, options), errno.ENOENT, authority);
    }
  });

  test("leads connections to processes by name, and to nothing else", async () => {
    const granted = ["cart", "Stock.other", "jobs", "api.example:443"];
    const { wayOut, arrived, posts } = bench(granted, "shop/cart");
    assert.deepEqual(wayOut.names, ["cart", "stock.other", "jobs"]);
    const tunnel = (authority: string): ReturnType<WayOut["request"]> =>
      wayOut.request({ ...head, method: "CONNECT", authority }, { ...options, hasBody: true });
    tunnel("cart");
    const [request] = arrived.get("shop/cart") ?? [];
    assert.deepEqual(request?.head.fields, ["accept", "*/*", "noos-caller", "shop/front/web"]);
    assert.equal(tunnel("api.example:443"), errno.ENOENT);
    const queue = tunnel("jobs");
    assert.ok(!(queue instanceof Errno));
    const answer = await new Promise((resolve) => queue.whenAnswered(resolve));
    assert.deepEqual([answer, posts.length], [errno.ECONNREFUSED, 0]);
  });

  test("ends at once where nobody serves what was granted", async () => {
    const call = bench(["cart"]).wayOut.request(head, options);
    assert.ok(!(call instanceof Errno));
    const answer = await new Promise((resolve) => call.whenAnswered(resolve));
    assert.equal(answer, errno.ECONNREFUSED);
  });
});
