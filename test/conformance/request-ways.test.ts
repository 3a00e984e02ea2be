import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ByteSource, SourceAnswer } from "#core/host";
import type { IncomingRequest } from "#core/host/traffic";
import { Errno } from "#core/sys";
import { type Handler, type Outcome, type Sending, ways } from "./request-ways.ts";

const bytesOf = (text: string): Uint8Array => Buffer.from(text, "latin1");
const plain = ["content-type", "text/plain"];

const get: Sending = { method: "GET", target: "/", fields: [], body: undefined };
const large = "0123456789".repeat(50_000);

/** What is sent, what answers it, and what comes of that on every way. */
interface Case {
  readonly what: string;
  readonly sending: Sending;
  readonly handler: Handler;
  readonly outcome: Outcome;
}

function whole(body: string, status = 200): Outcome {
  return { kind: "whole", status, type: "text/plain", body };
}

function respond(request: IncomingRequest, text: string, status = 200): void {
  request.respond({ status, fields: plain }, bytesOf(text));
}

const pull = (source: ByteSource): Promise<SourceAnswer> =>
  new Promise((resolve) => source.pull(5000, resolve));

async function textOf(source: ByteSource | undefined): Promise<string> {
  let text = "";
  while (source !== undefined) {
    const piece = await pull(source);
    if (!(piece instanceof Uint8Array)) return piece === "end" ? text : `${text} ${piece.name}`;
    text += Buffer.from(piece).toString("latin1");
  }
  return text;
}

/** Pushes pieces one after the other, and then does the rest. */
function stream(request: IncomingRequest, pieces: readonly string[], last: "close" | "cut"): void {
  const sink = request.begin({ status: 200, fields: plain });
  const [first, ...others] = pieces;
  const next = (piece: string | undefined, rest: readonly string[]): void => {
    if (piece !== undefined) return sink.push(bytesOf(piece), () => next(rest[0], rest.slice(1)));
    if (last === "close") sink.close();
    else request.abandon("it has ended");
  };
  next(first, others);
}

const post = (body: string): Sending => ({ ...get, method: "POST", body: bytesOf(body) });

const cases: readonly Case[] = [
  {
    what: "an answer that is there at once",
    sending: get,
    handler: (request) => respond(request, "hello"),
    outcome: whole("hello"),
  },
  {
    what: "one with another status, and nothing in it",
    sending: get,
    handler: (request) => respond(request, "", 404),
    outcome: whole("", 404),
  },
  {
    what: "a large one",
    sending: get,
    handler: (request) => respond(request, large),
    outcome: whole(large),
  },
  {
    what: "one that comes later, and piece by piece",
    sending: get,
    handler: (request) =>
      void setImmediate(() => stream(request, ["one ", "two ", "three"], "close")),
    outcome: whole("one two three"),
  },
  {
    what: "a large one that comes in large pieces",
    sending: get,
    handler: (request) => stream(request, [large, large], "close"),
    outcome: whole(large + large),
  },
  {
    what: "one that breaks off",
    sending: get,
    handler: (request) => stream(request, ["half"], "cut"),
    outcome: { kind: "part", status: 200 },
  },
  {
    what: "none",
    sending: get,
    handler: (request) => request.abandon("it has ended"),
    outcome: { kind: "none" },
  },
  {
    what: "two, of which the first counts",
    sending: get,
    handler: (request) => {
      respond(request, "first");
      request.abandon("too late");
    },
    outcome: whole("first"),
  },
  {
    what: "method, target and fields, as they were sent",
    sending: {
      ...get,
      method: "DELETE",
      target: "/a%20b?c=d",
      fields: ["x-a", "h\u00e9", "x-b", "2"],
    },
    handler: (request) => {
      const { method, target, fields } = request.head;
      const own = ["x-a", "x-b"].map((name) => fields[fields.indexOf(name) + 1]);
      respond(request, [method, target, ...own].join(" "));
    },
    outcome: whole("DELETE /a%20b?c=d h\u00e9 2"),
  },
  {
    what: "a body that is read to its end",
    sending: post(large),
    handler: (request) => void textOf(request.body).then((text) => respond(request, text)),
    outcome: whole(large),
  },
  {
    what: "an answer to a body that nobody reads",
    sending: post("not wanted"),
    handler: (request) => respond(request, "no"),
    outcome: whole("no"),
  },
  {
    what: "an answer to a body of which a part was read",
    sending: post("0123456789".repeat(1000)),
    handler: (request) => {
      const { body } = request;
      assert.ok(body !== undefined);
      body.pull(4, (piece) => {
        body.close();
        respond(request, Buffer.from(piece as Uint8Array).toString());
      });
    },
    outcome: whole("0123"),
  },
];

/** Sends each message back, and closes with the code that one names. */
function echo(request: IncomingRequest): void {
  const channel = request.accept([]);
  const next = (): void =>
    channel.receive((message) => {
      if (message instanceof Errno || message.kind === "closed") return;
      const code = Number(Buffer.from(message.bytes).toString());
      if (code >= 3000) return channel.close(code, "as you said");
      channel.send(message, next);
    });
  next();
}

for (const { name, open } of ways.filter(({ name }) => name.startsWith("a front"))) {
  suite(`a WebSocket by ${name}`, () => {
    test("takes texts and bytes of any size both ways, in their order", async () => {
      await using way = await open(echo);
      const client = new WebSocket(`ws://127.0.0.1:${way.port}/`);
      client.binaryType = "arraybuffer";
      await new Promise((resolve) => client.addEventListener("open", resolve));
      const texts = ["", "h\u00e9llo", "x".repeat(900_000)];
      const received: string[] = [];
      const { promise: all, resolve } = Promise.withResolvers<void>();
      client.addEventListener("message", ({ data }: { readonly data: unknown }) => {
        const text = typeof data === "string" ? data : `bytes ${(data as ArrayBuffer).byteLength}`;
        if (received.push(text) === 4) resolve();
      });
      for (const text of texts) client.send(text);
      client.send(new Uint8Array(70_000));
      await all;
      assert.deepEqual(received, [...texts, "bytes 70000"]);
      const closed = new Promise<CloseEvent>((settle) => client.addEventListener("close", settle));
      client.send("4321");
      const { code, reason } = await closed;
      assert.deepEqual([code, reason], [4321, "as you said"]);
    });

    test("tells whoever has it why its client left", async () => {
      const { promise: told, resolve } = Promise.withResolvers<unknown>();
      await using way = await open((request) => request.accept([]).receive(resolve));
      const client = new WebSocket(`ws://127.0.0.1:${way.port}/`);
      await new Promise((settle) => client.addEventListener("open", settle));
      client.close(4000, "bye");
      assert.deepEqual(await told, { kind: "closed", code: 4000, reason: "bye" });
    });
  });
}

for (const { name, open } of ways) {
  suite(`a request by ${name}`, () => {
    for (const { what, sending, handler, outcome } of cases) {
      test(`brings ${what}`, async () => {
        await using way = await open(handler);
        assert.deepEqual(await way.send(sending), outcome);
      });
    }

    test("tells whoever has it that its sender has left", async () => {
      const came = Promise.withResolvers<void>();
      const gone = Promise.withResolvers<void>();
      await using way = await open((request) => {
        request.whenGone(gone.resolve);
        came.resolve();
      });
      assert.deepEqual(await way.send({ ...get, leaving: came.promise }), { kind: "none" });
      await gone.promise;
    });
  });
}
