import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import fc from "fast-check";
import type { ByteSink } from "#core/host";
import type { IncomingRequest } from "#core/host/traffic";
import { errno } from "#core/sys";
import {
  answerHello,
  bytesOf,
  exchange,
  frontFor,
  pull,
  push,
  readAll,
} from "./front-for-tests.ts";
import { frontBounds } from "#adapters/node/http/request";

const closing = "connection: close\r\n";

suite("a front: what is no request", () => {
  test("ends a body that is malformed for who reads it, and for who sent it", async (context) => {
    const bodies = [
      "-1\r\na\r\n0\r\n\r\n",
      "0x1\r\na\r\n0\r\n\r\n",
      "fffffffffffffffff\r\na\r\n0\r\n\r\n",
      "1\na\r\n0\r\n\r\n",
      "1\r\naX0\r\n\r\n",
      "1 \r\na\r\n0\r\n\r\n",
      "\r\na\r\n0\r\n\r\n",
    ];
    const read: Promise<string>[] = [];
    const { port } = await frontFor(context, {
      arrived: (request) => {
        read.push(readAll(request.body));
      },
    });
    const head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const body of bodies) {
      const answer = await exchange(port, [head + body]);
      assert.equal(answer.slice(0, 12), "HTTP/1.1 400", JSON.stringify(body));
    }
    for (const text of await Promise.all(read)) assert.match(text, /ECONNRESET$/);
  });
});

suite("a front: requests", () => {
  test("come with whom they are for, and without what concerns the connection", async (context) => {
    const heads: IncomingRequest["head"][] = [];
    const { port } = await frontFor(context, {
      ids: { hex: (bytes) => "ab".repeat(bytes) },
      arrived: (request) => {
        heads.push(request.head);
        answerHello(request);
      },
    });
    const answer = await exchange(port, [
      "GET /a?b=c HTTP/1.1\r\nHOST: example.test:81\r\nX-One: 1\r\nConnection: close, x-two\r\n",
      "X-Two: 2\r\nTE: trailers\r\nKeep-Alive: 5\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n",
    ]);
    assert.deepEqual(heads, [
      {
        method: "GET",
        scheme: "http",
        authority: "example.test:81",
        target: "/a?b=c",
        fields: [
          "x-one: 1",
          `x-request-id: ${"ab".repeat(16)}`,
          `traceparent: 00-${"ab".repeat(16)}-${"ab".repeat(8)}-01`,
          "x-forwarded-for: 127.0.0.1",
          "x-forwarded-proto: http",
          "x-forwarded-host: example.test:81",
          'forwarded: for=127.0.0.1;host="example.test:81";proto=http',
        ].flatMap((line) => line.split(": ")),
      },
    ]);
    assert.match(answer, /^HTTP\/1.1 200 OK\r\ncontent-type: text\/plain\r\n/);
    assert.match(answer, new RegExp(`x-request-id: ${"ab".repeat(16)}\r\n`));
    assert.match(answer, /content-length: 5\r\n.*\r\n\r\nhello$/s);
  });

  test("believe a proxy only where it is trusted", async (context) => {
    const seen: (string | undefined)[] = [];
    const { port } = await frontFor(context, {
      trusted: ["127.0.0.0/8"],
      arrived: (request) => {
        const { fields } = request.head;
        seen.push(fields[fields.indexOf("x-forwarded-for") + 1], request.head.scheme);
        answerHello(request);
      },
    });
    const claim = "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n";
    await exchange(port, [`GET / HTTP/1.1\r\nHost: a\r\n${claim}${closing}\r\n`]);
    assert.deepEqual(seen, ["6.6.6.6, 127.0.0.1", "https"]);
  });

  test("are the same however their bytes are cut", async (context) => {
    const seen: string[] = [];
    const { port } = await frontFor(context, {
      arrived: (request) => {
        void readAll(request.body).then((body) => {
          seen.push(`${request.head.method} ${request.head.target} ${body}`);
          answerHello(request);
        });
      },
    });
    const bytes =
      "POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde" +
      "POST /two HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
      "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: dropped\r\n\r\n" +
      `GET /three HTTP/1.1\r\nHost: a\r\n${closing}\r\n`;
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 12 });
    const property = fc.asyncProperty(cuts, async (places) => {
      seen.length = 0;
      const ends = [...places.toSorted((a, b) => a - b), bytes.length];
      const pieces = ends.map((end, at) => bytes.slice(ends[at - 1] ?? 0, end));
      const answer = await exchange(port, pieces);
      assert.deepEqual(seen, ["POST /one abcde", "POST /two abcde", "GET /three "]);
      assert.equal(answer.match(/hello/g)?.length, 3);
    });
    await fc.assert(property, { numRuns: 60 });
  });

  test("of HTTP/1.0 are answered, with a body that ends with the connection", async (context) => {
    const { port } = await frontFor(context, {
      arrived: (request) => {
        assert.equal(request.head.authority, "");
        const sink = request.begin({ status: 200, fields: [] });
        void push(sink, bytesOf("to the end")).then(() => sink.close());
      },
    });
    const answer = await exchange(port, ["GET / HTTP/1.0\r\n\r\n"]);
    assert.match(answer, /\r\n\r\nto the end$/);
    assert.doesNotMatch(answer, /chunked/i);
  });

  test("let their sender go, and say so", async (context) => {
    const gone = Promise.withResolvers<void>();
    const { port } = await frontFor(context, {
      arrived: (request) => {
        request.whenGone(gone.resolve);
        socket.destroy();
      },
    });
    const socket = connect(port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await gone.promise;
  });
});

suite("a front: bodies of requests", () => {
  test("wait in the client until they are pulled", async (context) => {
    const arrived = Promise.withResolvers<IncomingRequest>();
    const { port } = await frontFor(context, { arrived: arrived.resolve });
    const size = 20_000_000;
    const client = httpRequest({ port, method: "POST", headers: { "content-length": size } });
    client.on("error", () => undefined);
    client.write(Buffer.alloc(size));
    const { body } = await arrived.promise;
    assert.ok(body !== undefined);
    await pull(body, 1);
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.ok((client.socket?.writableLength ?? 0) > 0, "were all taken, nothing would wait");
    client.destroy();
    assert.match(await readAll(body), /ECONNRESET$/);
  });

  test("are asked for when first pulled, where the client waits for that", async (context) => {
    const { port } = await frontFor(context, {
      arrived: (request) => {
        if (request.head.target === "/no") return answerHello(request);
        return void readAll(request.body).then((body) => {
          request.respond({ status: 200, fields: [] }, bytesOf(`got ${body}`));
        });
      },
    });
    const ask = (target: string): Promise<readonly string[]> => {
      const { promise, resolve } = Promise.withResolvers<readonly string[]>();
      const seen: string[] = [];
      const headers = { expect: "100-continue", "content-length": 3 };
      const client = httpRequest({ port, method: "POST", path: target, headers });
      client.on("continue", () => {
        seen.push("continue");
        client.end("abc");
      });
      client.on("response", (response) => {
        response.on("data", (bytes: Buffer) => seen.push(bytes.toString()));
        response.on("end", () => resolve([...seen, String(response.headers.connection)]));
      });
      client.flushHeaders();
      return promise;
    };
    assert.deepEqual(await ask("/yes"), ["continue", "got abc", "keep-alive"]);
    assert.deepEqual(await ask("/no"), ["hello", "close"]);
  });

  test("that are too large are refused by what they say, or as they come", async (context) => {
    const read: Promise<string>[] = [];
    const { port } = await frontFor(context, {
      bounds: { bodyBytesMax: 4, unreadMs: 50 },
      arrived: (request) => {
        read.push(readAll(request.body));
      },
    });
    const post = "POST / HTTP/1.1\r\nHost: a\r\n";
    const said = await exchange(port, [`${post}Content-Length: 5\r\n${closing}\r\nabcde`]);
    assert.match(said, /^HTTP\/1.1 413 /);
    assert.equal(read.length, 0);
    const came = await exchange(port, [
      `${post}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`,
      "3\r\ndef\r\n",
    ]);
    assert.match(came, /^HTTP\/1.1 413 .*connection: close/is);
    assert.match((await read[0]) ?? "", /EFBIG$/);
  });

  test("that nobody wants do not keep the answer from the client", async (context) => {
    const { port } = await frontFor(context, {
      bounds: { unreadBytesMax: 1000, unreadMs: 50 },
      arrived: answerHello,
    });
    const post = "POST / HTTP/1.1\r\nHost: a\r\n";
    const endless = await exchange(port, [
      `${post}Content-Length: 100000\r\n\r\n`,
      "x".repeat(50_000),
    ]);
    assert.match(endless, /^HTTP\/1.1 200 .*hello$/s);
    // A short one is read, and the connection goes on.
    const short = await exchange(port, [
      `${post}Content-Length: 3\r\n\r\n`,
      `abc${post}${closing}Content-Length: 3\r\n\r\nabc`,
    ]);
    assert.equal(short.match(/hello/g)?.length, 2);
  });
});

suite("a front: answers", () => {
  const get = `GET / HTTP/1.1\r\nHost: a\r\n${closing}\r\n`;
  const head = get.replace("GET", "HEAD");
  type Answer = readonly [
    name: string,
    ask: string,
    give: (request: IncomingRequest) => void,
    expected: RegExp,
  ];
  const stream = (
    request: IncomingRequest,
    fields: readonly string[],
    ...pieces: readonly string[]
  ): void => {
    const sink = request.begin({ status: 200, fields });
    const next = async (): Promise<void> => {
      for (const piece of pieces) await push(sink, bytesOf(piece));
      sink.close();
    };
    void next();
  };
  const rows: readonly Answer[] = [
    [
      "a wrong content-length is put right where the body is there",
      get,
      (r) => r.respond({ status: 200, fields: ["Content-Length", "99"] }, bytesOf("five!")),
      /content-length: 5\r\n.*\r\n\r\nfive!$/s,
    ],
    [
      "a program does not frame the message",
      get,
      (r) =>
        r.respond(
          { status: 200, fields: ["Transfer-Encoding", "chunked", "connection", "x", "TE", "a"] },
          bytesOf("five!"),
        ),
      /^(?!.*(transfer-encoding|te: a|connection: x)).*\r\n\r\nfive!$/is,
    ],
    [
      "to HEAD the length is told and the body kept",
      head,
      (r) => r.respond({ status: 200, fields: [] }, bytesOf("five!")),
      /^HTTP\/1.1 200 .*content-length: 5\r\n.*\r\n\r\n$/s,
    ],
    [
      "to HEAD a stream goes nowhere",
      head,
      (r) => stream(r, ["content-length", "12"], "abc"),
      /content-length: 12\r\n.*\r\n\r\n$/s,
    ],
    [
      "204 has no body and no length",
      get,
      (r) => r.respond({ status: 204, fields: ["content-length", "5"] }, bytesOf("five!")),
      /^HTTP\/1.1 204 (?!.*content-length).*\r\n\r\n$/is,
    ],
    [
      "304 may tell the length of what it stands for",
      get,
      (r) => r.respond({ status: 304, fields: ["content-length", "5"] }, bytesOf("")),
      /^HTTP\/1.1 304 .*content-length: 5\r\n.*\r\n\r\n$/is,
    ],
    [
      "a stream of unknown length is chunked",
      get,
      (r) => stream(r, [], "abc", "de"),
      /chunked.*\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n$/is,
    ],
    [
      "a stream of known length is not",
      get,
      (r) => stream(r, ["content-length", "5"], "abc", "de"),
      /^(?!.*chunked).*content-length: 5\r\n.*\r\n\r\nabcde$/is,
    ],
    ["nothing at all is 502", get, (r) => r.abandon("it ended"), /^HTTP\/1.1 502 /],
    [
      "a status that is none is 502",
      get,
      (r) => r.respond({ status: 99, fields: [] }, bytesOf("")),
      /^HTTP\/1.1 502 /,
    ],
    [
      "101 cannot be given by hand",
      get,
      (r) => r.respond({ status: 101, fields: [] }, bytesOf("")),
      /^HTTP\/1.1 502 /,
    ],
    [
      "a value with a line end is 502",
      get,
      (r) => r.respond({ status: 200, fields: ["x", "a\r\nset-cookie: b"] }, bytesOf("")),
      /^HTTP\/1.1 502 (?!.*set-cookie)/s,
    ],
    [
      "a name with a space is 502",
      get,
      (r) => void r.begin({ status: 200, fields: ["x y", "a"] }),
      /^HTTP\/1.1 502 /,
    ],
    [
      "of two answers the first counts",
      get,
      (r) => {
        answerHello(r);
        r.respond({ status: 500, fields: [] }, bytesOf("second"));
        r.abandon("late");
      },
      /^HTTP\/1.1 200 .*hello$/s,
    ],
  ];
  for (const [name, ask, give, expected] of rows) {
    test(name, async (context) => {
      const { port } = await frontFor(context, { arrived: give });
      assert.match(await exchange(port, [ask]), expected);
    });
  }

  test("come whole when large; streams wait for a client that does not read", async (context) => {
    const size = 30_000_000;
    const { port } = await frontFor(context, {
      arrived: (request) => {
        if (request.head.target === "/whole") {
          return request.respond({ status: 200, fields: [] }, new Uint8Array(size));
        }
        const sink = request.begin({ status: 200, fields: [] });
        let taken = 0;
        for (let tries = 0; tries < 1000; tries++) {
          const count = sink.tryPush?.(new Uint8Array(100_000));
          taken += typeof count === "number" ? count : 0;
        }
        assert.ok(taken < 10_000_000, "what is not read is not taken without end");
        return void push(sink, bytesOf("end")).then(() => sink.close());
      },
    });
    const whole = await fetch(`http://127.0.0.1:${port}/whole`);
    assert.equal((await whole.arrayBuffer()).byteLength, size);
    const streamed = await fetch(`http://127.0.0.1:${port}/stream`);
    assert.match(await streamed.text(), /end$/);
  });

  /** A program that does all it does with its answer before it gives way. */
  const atOnce = (
    name: string,
    give: (request: IncomingRequest, sink: ByteSink) => void,
  ): readonly [string, string, (request: IncomingRequest) => void] => [
    name,
    get,
    (request) => give(request, request.begin({ status: 200, fields: ["content-type", "a/b"] })),
  ];
  const pieces = (sink: ByteSink, ...texts: readonly string[]): void => {
    for (const text of texts) assert.equal(sink.tryPush?.(bytesOf(text)), text.length);
  };
  const large = "x".repeat(20_000);
  const held: readonly Answer[] = [
    [
      ...atOnce("written and closed at once they have a length", (_request, sink) => {
        pieces(sink, "ab", "", "cde");
        sink.close();
      }),
      /content-length: 5\r\n(?!.*chunked).*\r\n\r\nabcde$/is,
    ],
    [
      ...atOnce("of nothing they have a length, too", (_request, sink) => sink.close()),
      /content-length: 0\r\n.*\r\n\r\n$/is,
    ],
    ...["0", "2", "99"].map((length): Answer => [
      `what is not as long as its content-length of ${length} says is none`,
      get,
      (request) => {
        const fields = ["content-length", length, "x-a", "content-length"];
        const sink = request.begin({ status: 200, fields });
        pieces(sink, "xyz");
        sink.close();
      },
      /^HTTP\/1.1 502 (?!.*xyz)/s,
    ]),
    ...[
      ["x-request-id", "mine", "x-a", "content-length", "x-b", "c"],
      ["x-a", "content-length", "x-b", "c"],
    ].map((fields): Answer => [
      `a field that says content-length stays, of ${fields.length / 2}`,
      get,
      (request) => {
        const sink = request.begin({ status: 200, fields });
        pieces(sink, "abc");
        sink.close();
      },
      /x-a: content-length\r\nx-b: c\r\n(x-request-id.*)?content-length: 3\r\n.*\r\n\r\nabc$/is,
    ]),
    [
      ...atOnce("what is given up behind its end was whole", (request, sink) => {
        pieces(sink, "abc");
        sink.close();
        request.abandon("it trapped");
      }),
      /^HTTP\/1.1 200 .*\r\n\r\nabc$/s,
    ],
    [
      ...atOnce("what is large is a stream", (_request, sink) => {
        pieces(sink, "ab", large, "cd");
        sink.close();
      }),
      /transfer-encoding: chunked\r\n.*\r\nab\r\n.*x\r\n2\r\ncd\r\n0\r\n\r\n$/is,
    ],
    [
      "what is given up before anything left is none, to HEAD too",
      "HEAD / HTTP/1.1\r\nHost: a\r\n" + closing + "\r\n",
      (request) => {
        const sink = request.begin({ status: 200, fields: [] });
        pieces(sink, "xyz");
        request.abandon("it trapped");
      },
      /^HTTP\/1.1 502 (?!.*xyz)/s,
    ],
    [
      ...atOnce("what is given up before anything left is none", (request, sink) => {
        pieces(sink, "xyz");
        request.abandon("it trapped");
        assert.equal(sink.tryPush?.(bytesOf("d")), errno.EPIPE);
        sink.push(bytesOf("d"), (failed) => assert.equal(failed, errno.EPIPE));
        sink.close();
      }),
      /^HTTP\/1.1 502 (?!.*xyz)/s,
    ],
  ];
  for (const [name, ask, give, expected] of held) {
    test(name, async (context) => {
      const { port } = await frontFor(context, { arrived: give });
      assert.match(await exchange(port, [ask]), expected);
    });
  }

  test("leave with the turn, though not all of it is there", async (context) => {
    const sinks: ByteSink[] = [];
    const { port } = await frontFor(context, {
      arrived: (request) => {
        const sink = request.begin({ status: 200, fields: ["content-length", "4"] });
        if (request.head.target === "/some") sink.tryPush?.(bytesOf("ab"));
        sinks.push(sink);
      },
    });
    for (const [target, first, rest] of [
      ["/none", "", "abcd"],
      ["/some", "ab", "cd"],
    ] as const) {
      // The head comes, and whoever reads has what there is before the rest is written.
      const answer = await fetch(`http://127.0.0.1:${port}${target}`);
      const reader = answer.body?.getReader();
      if (first !== "")
        assert.equal(Buffer.from((await reader?.read())?.value ?? []).toString(), first);
      const sink = sinks.at(-1);
      assert.equal(sink?.tryPush?.(bytesOf(rest)), rest.length);
      sink?.close();
      assert.equal(Buffer.from((await reader?.read())?.value ?? []).toString(), rest);
      assert.equal((await reader?.read())?.done, true);
    }
  });

  test("that break off are not taken for whole", async (context) => {
    const failures: string[] = [];
    const { port } = await frontFor(context, {
      failed: (_id, why) => failures.push(why),
      arrived: (request) => {
        const short = request.begin({ status: 200, fields: ["content-length", "9"] });
        const target = request.head.target;
        void push(short, bytesOf("abc")).then(async () => {
          if (target === "/short") short.close();
          if (target === "/long")
            assert.equal(await push(short, bytesOf("0123456789")), errno.EFBIG);
          if (target === "/abandoned") request.abandon("it trapped");
        });
      },
    });
    for (const target of ["/short", "/long", "/abandoned"]) {
      const read = fetch(`http://127.0.0.1:${port}${target}`).then((answer) => answer.text());
      await assert.rejects(read, { name: "TypeError" }, target);
    }
    assert.deepEqual(failures, [
      "its body ends 6 bytes before its content-length",
      "its body is longer than its content-length",
      "it trapped",
    ]);
  });
});

suite("a front: clients that want too much", () => {
  test("have so many connections, and are told", async (context) => {
    const { port, front } = await frontFor(context, {
      bounds: { connectionsPerAddressMax: 3 },
      arrived: answerHello,
    });
    const idle = [0, 1, 2].map(() => connect(port, "127.0.0.1"));
    await Promise.all(idle.map((one) => new Promise((resolve) => one.once("connect", resolve))));
    const refused = await exchange(port, []);
    assert.match(refused, /^HTTP\/1.1 503 .*retry-after: 1/s);
    assert.equal(front.connectionCount, 3);
    const closed = idle.map((one) => new Promise((resolve) => one.once("close", resolve)));
    for (const one of idle) one.end();
    await Promise.all(closed);
    assert.match(await exchange(port, [`GET / HTTP/1.1\r\nHost: a\r\n${closing}\r\n`]), /hello$/);
  });

  test("that send their head slowly are given up, hundreds at once too", async (context) => {
    const { port, front } = await frontFor(context, {
      bounds: { headMs: 300, connectionsPerAddressMax: 2000 },
      arrived: answerHello,
    });
    const slow = Array.from({ length: 400 }, () => exchange(port, ["GET / HTTP/1.1\r\nHost: "]));
    // Others are served meanwhile.
    assert.match(await exchange(port, [`GET / HTTP/1.1\r\nHost: a\r\n${closing}\r\n`]), /hello$/);
    for (const answer of await Promise.all(slow)) assert.match(answer, /^HTTP\/1.1 408 /);
    assert.equal(front.connectionCount, 0);
  });

  test("that stop in the middle of a body, or of an answer, are given up", async (context) => {
    const ends: (string | undefined)[] = [];
    const { port } = await frontFor(context, {
      bounds: { stallMs: 100 },
      arrived: (request) => {
        if (request.body !== undefined)
          return void readAll(request.body).then((end) => ends.push(end));
        const sink = request.begin({ status: 200, fields: [] });
        return void push(sink, new Uint8Array(50_000_000)).then((end) => ends.push(end?.name));
      },
    });
    const sent = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc";
    await exchange(port, [sent]);
    const deaf = connect(port, "127.0.0.1").pause();
    deaf.on("error", () => undefined);
    deaf.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    while (ends.length < 2) await new Promise((resolve) => setImmediate(resolve));
    assert.match(ends[0] ?? "", /^abcECONNRESET$/);
    assert.ok(ends[1] !== undefined);
    deaf.destroy();
  });

  test("are let finish when the front closes, and then it is gone", async (context) => {
    const arrived = Promise.withResolvers<IncomingRequest>();
    const { port, front } = await frontFor(context, { arrived: arrived.resolve });
    const idle = exchange(port, []);
    const asked = exchange(port, ["GET / HTTP/1.1\r\nHost: a\r\n\r\n"]);
    const request = await arrived.promise;
    const closed = front.close(10_000);
    assert.equal(await idle, "");
    answerHello(request);
    assert.match(await asked, /Connection: close.*hello$/s);
    await closed;
  });
});

suite("the manual", () => {
  test("has each bound of a front", () => {
    const page = readFileSync(
      join(import.meta.dirname, "../../../../docs/manual/ingress.md"),
      "utf8",
    );
    for (const name of Object.keys(frontBounds)) assert.ok(page.includes(`\`${name}\``), name);
  });
});
