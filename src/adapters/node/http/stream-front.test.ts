import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Connection, SourceAnswer } from "#core/host";
import type { IncomingRequest } from "#core/host/traffic";
import { LocalListener } from "#core/net";
import { StreamFront } from "./stream-front.ts";

interface Bench {
  readonly write: (text: string) => void;
  readonly near: Connection;
  /** What comes back, up to its end. */
  readonly all: () => Promise<string>;
  readonly requests: IncomingRequest[];
  readonly end: () => void;
  readonly closed: Promise<void>;
}

async function bench(): Promise<Bench> {
  const listener = new LocalListener(() => undefined);
  const near = listener.connect();
  const far = await new Promise<Connection>((resolve) =>
    listener.accept((result) => resolve(result as Connection)),
  );
  const requests: IncomingRequest[] = [];
  const closed = Promise.withResolvers<void>();
  const end = new StreamFront().serve(far, {
    caller: "shop/web",
    arrived: (request) => void requests.push(request),
    closed: closed.resolve,
  });
  let writing = Promise.resolve();
  return {
    near,
    requests,
    end,
    closed: closed.promise,
    write: (text) => {
      const bytes = Buffer.from(text);
      const push = (): Promise<void> => new Promise((done) => near.push(bytes, () => done()));
      writing = writing.then(push);
    },
    all: async () => {
      let text = "";
      for (;;) {
        const piece = await new Promise<SourceAnswer>((resolve) => near.pull(65_536, resolve));
        if (!(piece instanceof Uint8Array)) return text;
        text += Buffer.from(piece).toString();
      }
    },
  };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

const answer = (request: IncomingRequest | undefined, text: string): void =>
  request?.respond({ status: 200, fields: [] }, Buffer.from(text));

suite("HTTP over a connection of a process", () => {
  test("says who calls, whatever the caller says of that", async () => {
    const { write, requests, near, all } = await bench();
    const lies =
      "noos-caller: bank/vault\r\nconnection: noos-caller, close\r\nx-forwarded-for: 6.6.6.6";
    write(`GET /a HTTP/1.1\r\nhost: any\r\n${lies}\r\n\r\n`);
    await until(() => requests.length === 1);
    const [request] = requests;
    assert.ok(request !== undefined);
    const { fields, target, authority } = request.head;
    assert.deepEqual([target, authority], ["/a", "any"]);
    const callers = fields.flatMap((text, at) => (text === "noos-caller" ? [fields[at + 1]] : []));
    assert.deepEqual(callers, ["shop/web"]);
    assert.ok(!fields.includes("x-forwarded-for"));
    answer(request, "hello");
    assert.match(await all(), /^HTTP\/1\.1 200 OK\r\n[^]*hello$/);
    near.close();
  });

  test("is answered also to who said that this was all", async () => {
    const { write, requests, near, all } = await bench();
    write("GET /a HTTP/1.1\r\nhost: any\r\n\r\n");
    await until(() => requests.length === 1);
    near.shutdownWrite();
    const heard = all();
    let isGone = false;
    requests[0]?.whenGone(() => (isGone = true));
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(!isGone);
    answer(requests[0], "late");
    assert.match(await heard, /late$/);
  });

  test("is one request after the other over one connection", async () => {
    const { write, requests, near } = await bench();
    for (const path of ["/1", "/2"]) write(`GET ${path} HTTP/1.1\r\nhost: any\r\n\r\n`);
    await until(() => requests.length === 2);
    assert.deepEqual(
      requests.map(({ head }) => head.target),
      ["/1", "/2"],
    );
    near.close();
  });

  test("is refused as it is from outside, and there are no tunnels in tunnels", async () => {
    for (const [text, status] of [
      ["CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n", 405],
      ["raw bytes\r\n\r\n", 400],
    ] as const) {
      const { write, all, requests } = await bench();
      write(text);
      assert.match(await all(), new RegExp(`^HTTP/1\\.1 ${status} `));
      assert.equal(requests.length, 0);
    }
  });

  test("is over for both when either side ends it", async () => {
    const one = await bench();
    one.write("GET /a HTTP/1.1\r\nhost: any\r\n\r\n");
    await until(() => one.requests.length === 1);
    const gone = new Promise<void>((resolve) => one.requests[0]?.whenGone(resolve));
    one.near.close();
    // A caller that is gone is found out when it is answered.
    one.requests[0]?.begin({ status: 200, fields: [] }).push(Buffer.from("x"), () => undefined);
    await gone;
    await one.closed;
    const other = await bench();
    other.end();
    assert.equal(await other.all(), "");
    await other.closed;
  });
});
