import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import type { ByteSink, ByteSource, SourceAnswer } from "#core/host";
import type {
  Closing,
  IncomingRequest,
  Message,
  MessageChannel,
  ResponseHead,
} from "#core/host/traffic";
import { acceptTunnel, dialTunnel, LocalCall } from "#core/net";
import { Errno, errno } from "#core/sys";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import { SimulatedInlet } from "#adapters/sim/traffic";
import { HopFront } from "./hop-front.ts";
import { type HopLoss, Hops } from "./hops.ts";

const bytesOf = (text: string): Uint8Array => Buffer.from(text, "latin1");

const head = {
  method: "POST",
  scheme: "https",
  authority: "shop.example",
  target: "/cart?a=1",
  fields: ["accept", "*/*", "noos-caller", "shop/web", "x-latin", "h\u00e9"],
} as const;

interface Bench {
  readonly hops: Hops;
  readonly front: HopFront;
  readonly socket: string;
  readonly time: SimulatedHost["time"];
  /** The next request at the other end, and the key it came with. */
  readonly arrived: () => Promise<{ readonly request: IncomingRequest; readonly key: string }>;
  readonly losses: HopLoss[];
  /** Makes a call, and hands it on. */
  readonly call: (options?: { readonly hasBody?: boolean; readonly method?: string }) => LocalCall;
}

async function bench(context: TestContext): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir().length > 60 ? "/tmp" : tmpdir(), "noos-hop-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const socket = join(folder, "a.sock");
  const line: { readonly request: IncomingRequest; readonly key: string }[] = [];
  let waiting: (() => void) | undefined;
  const front = await HopFront.listen(socket, {
    arrived: (request, key) => {
      line.push({ request, key });
      waiting?.();
    },
  });
  const hops = new Hops();
  context.after(() => {
    hops.close();
    front.close();
  });
  const { time } = simulatedHost({ seed: 1 });
  const losses: HopLoss[] = [];
  return {
    hops,
    front,
    socket,
    time,
    losses,
    async arrived() {
      while (line.length === 0) await new Promise<void>((resolve) => (waiting = resolve));
      const [first] = line.splice(0, 1);
      assert.ok(first !== undefined);
      return first;
    },
    call({ hasBody = false, method = "POST" } = {}) {
      const options = { hasBody, deadlineNs: Infinity, turns: time };
      const call = new LocalCall({ ...head, method }, options);
      hops.forward(call.incoming, { socket, key: "shop/cart" }, (why) => losses.push(why));
      return call;
    },
  };
}

const pull = (source: ByteSource, bytesMax = 65_536): Promise<SourceAnswer> =>
  new Promise((resolve) => source.pull(bytesMax, resolve));

const push = (sink: ByteSink, bytes: Uint8Array): Promise<Errno | undefined> =>
  new Promise((resolve) => sink.push(bytes, resolve));

const answered = (call: LocalCall): Promise<ResponseHead | Errno> =>
  new Promise((resolve) => call.whenAnswered(resolve));

async function readAll(source: ByteSource | undefined): Promise<string> {
  let text = "";
  while (source !== undefined) {
    const piece = await pull(source);
    if (!(piece instanceof Uint8Array)) return piece === "end" ? text : `${text}${piece.name}`;
    text += Buffer.from(piece).toString("latin1");
  }
  return text;
}

/** Enough turns of the event loop for all to happen that can without us. */
async function later(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

suite("a hop from executor to executor", () => {
  test("brings a request as it was made, and its answer as that was given", async (t) => {
    const { call: make, arrived } = await bench(t);
    const call = make({ hasBody: true });
    const { request, key } = await arrived();
    assert.equal(key, "shop/cart");
    assert.deepEqual(request.head, head);
    assert.equal(request.isUpgrade, false);
    const body = readAll(request.body);
    assert.ok(call.body !== undefined);
    assert.equal(await push(call.body, bytesOf("two shirts")), undefined);
    call.body.close();
    assert.equal(await body, "two shirts");
    const answer = { status: 201, fields: ["content-type", "text/plain", "x", ""] };
    request.respond(answer, bytesOf("done"));
    assert.deepEqual(await answered(call), answer);
    assert.equal(await readAll(call.response), "done");
  });

  test("brings many at a time over one connection, each to its own answer", async (t) => {
    const { call: make, arrived } = await bench(t);
    const calls = Array.from({ length: 50 }, () => make());
    const requests = [];
    for (const _ of calls) requests.push((await arrived()).request);
    for (const [at, request] of [...requests.entries()].toReversed()) {
      request.respond({ status: 200, fields: [] }, bytesOf(`answer ${at}`));
    }
    const texts = calls.map(async (call) => {
      await answered(call);
      return readAll(call.response);
    });
    assert.deepEqual(
      await Promise.all(texts),
      calls.map((_, at) => `answer ${at}`),
    );
  });

  test("takes no byte of a body before it is read, and then a window of it at most", async (t) => {
    const { call: make, arrived } = await bench(t);
    const call = make({ hasBody: true });
    const { request } = await arrived();
    let pushedCount = 0;
    const { body } = call;
    assert.ok(body !== undefined && request.body !== undefined);
    const pushOn = (failed?: Errno): void => {
      if (failed !== undefined) return;
      body.push(new Uint8Array(16 * 1024), (why) => {
        pushedCount += 1;
        pushOn(why);
      });
    };
    pushOn();
    await later();
    assert.equal(pushedCount, 0);
    let read = 0;
    const first = await pull(request.body, 1000);
    assert.ok(first instanceof Uint8Array);
    await later();
    assert.ok(pushedCount >= 4 && pushedCount <= 6, `${pushedCount} pieces were taken`);
    const before = pushedCount;
    while (read < 1024 * 1024) {
      const piece = await pull(request.body, 1000);
      assert.ok(piece instanceof Uint8Array && piece.length <= 1000);
      read += piece.length;
    }
    await later();
    assert.ok(pushedCount - before <= 70, `${pushedCount} pieces for ${read} bytes`);
    request.body.close();
  });

  test("lets an answer come no faster than it is read, and whole", async (t) => {
    const { call: make, arrived } = await bench(t);
    const call = make();
    const { request } = await arrived();
    const sink = request.begin({ status: 200, fields: [] });
    const result = await answered(call);
    assert.ok(!(result instanceof Errno));
    let pushedCount = 0;
    const total = 64;
    const pushOn = (): void => {
      if (pushedCount === total) return sink.close();
      sink.push(new Uint8Array(16 * 1024).fill(pushedCount), () => (pushedCount++, pushOn()));
    };
    pushOn();
    await later();
    assert.ok(pushedCount <= 9, `${pushedCount} pieces are under way`);
    assert.equal((await readAll(call.response)).length, total * 16 * 1024);
  });

  test("brings a large answer that is there at once with its length", async (t) => {
    const { call: make, arrived } = await bench(t);
    const call = make();
    const { request } = await arrived();
    const body = new Uint8Array(300_000).fill(7);
    request.respond({ status: 200, fields: ["content-length", "5"] }, body);
    body.fill(0);
    assert.deepEqual(await answered(call), { status: 200, fields: ["content-length", "300000"] });
    assert.equal(await readAll(call.response), "\u0007".repeat(300_000));
  });

  test("tells each side that the other has given up", async (t) => {
    const { call: make, arrived } = await bench(t);
    const [before, during, left] = [make(), make(), make({ hasBody: true })];
    const requests = [await arrived(), await arrived(), await arrived()];
    requests[0]?.request.abandon("it has ended");
    assert.equal(await answered(before), errno.ECONNRESET);
    const sink = requests[1]?.request.begin({ status: 200, fields: [] });
    assert.ok(sink !== undefined);
    await push(sink, bytesOf("half"));
    requests[1]?.request.abandon("it has ended");
    await answered(during);
    assert.equal(await readAll(during.response), "halfECONNRESET");
    const third = requests[2]?.request;
    assert.ok(third !== undefined);
    const gone = new Promise<void>((resolve) => third.whenGone(resolve));
    const reading = readAll(third.body);
    left.cancel();
    await gone;
    assert.equal(await reading, "ECONNRESET");
    const late = third.begin({ status: 200, fields: [] });
    assert.equal(await push(late, bytesOf("x")), errno.EPIPE);
  });

  test("tells whoever answers that nobody reads any more", async (t) => {
    const { call: make, arrived } = await bench(t);
    const call = make();
    const { request } = await arrived();
    const sink = request.begin({ status: 200, fields: [] });
    await answered(call);
    call.response.close();
    const failures = [];
    for (let at = 0; at < 20; at++) failures.push(await push(sink, new Uint8Array(60_000)));
    assert.equal(failures.at(-1), errno.EPIPE);
    sink.close();
  });

  test("refuses a head that could be taken for another", async (t) => {
    const { hops, socket, time } = await bench(t);
    for (const value of ["a\nnoos-caller\nsomebody", "a\u010anoos-caller\u010ame"]) {
      const fields = ["x", value];
      const options = { hasBody: false, deadlineNs: Infinity, turns: time };
      const call = new LocalCall({ ...head, fields }, options);
      hops.forward(call.incoming, { socket, key: "shop/cart" }, () => undefined);
      assert.equal(await answered(call), errno.ECONNRESET);
    }
  });
});

suite("a hop whose other end goes", () => {
  test("gives back what nobody had begun with and may be made again", async (t) => {
    const { call: make, arrived, front, losses } = await bench(t);
    const [safe, unsafe, begun, read] = [
      make({ method: "GET" }),
      make({ method: "POST" }),
      make({ method: "GET" }),
      make({ method: "PUT", hasBody: true }),
    ];
    const requests = [await arrived(), await arrived(), await arrived(), await arrived()];
    requests[2]?.request.begin({ status: 200, fields: [] });
    await answered(begun);
    void readAll(requests[3]?.request.body);
    await push(read.body ?? assert.fail(), bytesOf("x"));
    front.close();
    assert.equal(await answered(unsafe), errno.ECONNRESET);
    assert.equal(await answered(read), errno.ECONNRESET);
    assert.equal(await readAll(begun.response), "ECONNRESET");
    assert.deepEqual(losses, ["broken"]);
    safe.incoming.respond({ status: 200, fields: [] }, bytesOf("by another"));
    await answered(safe);
    assert.equal(await readAll(safe.response), "by another");
  });

  test("gives back all that nobody was there for", async (t) => {
    const { hops, losses, time } = await bench(t);
    for (const method of ["GET", "POST"]) {
      const options = { hasBody: false, deadlineNs: Infinity, turns: time };
      const { incoming } = new LocalCall({ ...head, method }, options);
      hops.forward(incoming, { socket: "/nonexistent/a.sock", key: "a/b" }, (why) =>
        losses.push(why),
      );
    }
    while (losses.length < 2) await later();
    assert.deepEqual(losses, ["unreached", "unreached"]);
  });

  test("ends for a program what its callers' executor had", async (t) => {
    const { call: make, arrived, hops } = await bench(t);
    make();
    const { request } = await arrived();
    const gone = new Promise<void>((resolve) => request.whenGone(resolve));
    hops.close();
    await gone;
  });
});

suite("a WebSocket over a hop", () => {
  /** Both ends of one, and the client's, which the test plays. */
  async function open(t: TestContext): Promise<{
    readonly channel: MessageChannel;
    readonly client: ReturnType<SimulatedInlet["send"]>;
    readonly time: SimulatedHost["time"];
    readonly front: HopFront;
  }> {
    const { hops, socket, arrived, time, front } = await bench(t);
    const client = new SimulatedInlet(time).send({ isUpgrade: true, head });
    hops.forward(client, { socket, key: "shop/cart" }, () => undefined);
    const { request } = await arrived();
    assert.equal(request.isUpgrade, true);
    const channel = request.accept(["sec-websocket-protocol", "chat"]);
    await untilSo(() => client.answer !== undefined, time);
    return { channel, client, time, front };
  }

  async function untilSo(isSo: () => boolean, time: SimulatedHost["time"]): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      await time.runFor(1e6);
    }
  }

  const receive = (channel: MessageChannel): Promise<Message | Closing | Errno> =>
    new Promise((resolve) => channel.receive(resolve));

  test("takes messages both ways, one by one, and the closing", async (t) => {
    const { channel, client, time } = await open(t);
    assert.deepEqual(client.answer, { kind: "socket", fields: ["sec-websocket-protocol", "chat"] });
    const received = receive(channel);
    client.channel.come("h\u00e9llo", { kind: "binary", bytes: Uint8Array.of(1, 2) });
    await untilSo(() => true, time);
    const settled: (Message | Closing | Errno)[] = [];
    void received.then((each) => settled.push(each));
    await untilSo(() => settled.length > 0, time);
    const [first] = settled;
    assert.ok(first !== undefined && !(first instanceof Errno) && first.kind === "text");
    assert.equal(Buffer.from(first.bytes).toString(), "h\u00e9llo");
    let failed: Errno | undefined | "waiting" = "waiting";
    channel.send({ kind: "binary", bytes: Uint8Array.of(9) }, (result) => (failed = result));
    await untilSo(() => failed !== "waiting", time);
    assert.equal(failed, undefined);
    assert.deepEqual([...(client.channel.sent[0]?.bytes ?? [])], [9]);
    channel.close(4001, "enough");
    await untilSo(() => client.channel.closing !== undefined, time);
    assert.deepEqual(client.channel.closing, { kind: "closed", code: 4001, reason: "enough" });
  });

  test("is closed for the client when the executor that had it is gone", async (t) => {
    const { client, time, front } = await open(t);
    front.close();
    await untilSo(() => client.channel.closing !== undefined, time);
    assert.equal(client.channel.closing?.code, 1011);
  });

  test("carries a tunnel, whose one side may end long before the other", async (t) => {
    for (const first of ["caller", "callee"] as const) {
      const { call: make, arrived } = await bench(t);
      const call = make({ hasBody: true, method: "CONNECT" });
      const near = dialTunnel(call);
      const { request } = await arrived();
      const far = acceptTunnel(request);
      const sent = push(near, bytesOf("to"));
      assert.deepEqual(await pull(far), bytesOf("to"));
      assert.equal(await sent, undefined);
      const [ending, other] = first === "caller" ? [near, far] : [far, near];
      ending.shutdownWrite();
      assert.equal(await pull(other), "end");
      await later();
      for (const word of ["more", "and more"]) {
        assert.equal(await push(other, bytesOf(word)), undefined, first);
        assert.deepEqual(await pull(ending), bytesOf(word));
      }
      other.shutdownWrite();
      assert.equal(await pull(ending), "end");
    }
  });

  test("closes a tunnel that is quiet for whoever is at the other end", async (t) => {
    const { call: make, arrived } = await bench(t);
    const call = make({ hasBody: true, method: "CONNECT" });
    const near = dialTunnel(call);
    const far = acceptTunnel((await arrived()).request);
    const heard = pull(far);
    assert.equal(await push(near, bytesOf("x")), undefined);
    await heard;
    far.close();
    assert.equal(await pull(near), "end");
    await later();
    assert.equal((await push(near, bytesOf("y")))?.name, "EPIPE");
  });
});
