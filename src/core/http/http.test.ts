import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { FieldNames, isFieldValue, isToken } from "./field-names.ts";
import { isRequestId, isTraceparent } from "./identity.ts";
import { endToEnd, outgoingHead } from "./outgoing-head.ts";
import { describePeer } from "./peer.ts";
import { type HeadRefusal, type RawHead, type ReadHead, readHead } from "./request-head.ts";
import { readTarget } from "./target.ts";
import { sendableHead, type SendableHead } from "./response-head.ts";
import { isHost } from "./target.ts";

const ids = { hex: (bytes: number): string => "0f".repeat(bytes) };
const ownId = ids.hex(16);

function read(raw: Partial<RawHead>, address = "192.0.2.1", isTrusted = false): ReadHead {
  const head = readRaw(raw, address, isTrusted);
  assert.ok("head" in head, "why" in head ? head.why : "");
  return head;
}

function readRaw(
  raw: Partial<RawHead>,
  address = "192.0.2.1",
  isTrusted = false,
): ReadHead | HeadRefusal {
  const usual = {
    version: "1.1",
    method: "GET",
    scheme: "http",
    target: "/",
    authority: undefined,
    fields: ["Host", "a"],
  } as const;
  const peer = describePeer(address, isTrusted);
  return readHead({ ...usual, ...raw }, { names: new FieldNames(), ids, peer });
}

function valueOf({ head }: ReadHead, name: string): string | undefined {
  const at = head.fields.findIndex((field, place) => place % 2 === 0 && field === name);
  return at < 0 ? undefined : head.fields[at + 1];
}

function send(
  status: number,
  fields: readonly string[],
  { method = "GET", bodyBytes }: { method?: string; bodyBytes?: number } = {},
): SendableHead | string {
  return sendableHead({ status, fields }, { names: new FieldNames(), method, bodyBytes, id: "id" });
}

test("a path with segments of dots is no target, whichever way they are written", () => {
  const bad = ["/k/../u", "/..", "/a/./b", "/%2e%2E/b", "/a/.%2e?c", "http://a/b/.."];
  for (const target of bad)
    assert.match(JSON.stringify(readTarget("GET", target)), /of dots/, target);
  for (const target of ["/a/..\\x", "/\\a/", "\\a", "/a\\?b", "http://a/b\\..\\c"])
    assert.match(JSON.stringify(readTarget("GET", target)), /a backslash|no path/, target);
  const good = [
    "/a?b\\c",
    "/a%5C..%5Cb",
    "/.well-known/x",
    "/a..b/...",
    "/a?b=/../c",
    "/%2ea/",
    "/a/.../b",
  ];
  for (const target of good) assert.notEqual(typeof readTarget("GET", target), "string", target);
});

test("what only we say of a caller is taken from nobody, however it is spelt", () => {
  const names = new FieldNames();
  const roles = ["noos-caller", "Noos_Caller", "noos.event", "NOOS-x"].map(
    (name) => names.find(name)?.role,
  );
  assert.deepEqual(new Set(roles), new Set(["own"]));
  assert.equal(names.find("noosphere")?.role, "passes");
});

test("fields that a connection names as its own go no further, whichever way", () => {
  const names = new FieldNames();
  const fields = ["Connection", "x-a, Content-Type", "X-A", "1", "X-B", "2", "connection", "X-C"];
  const all = [...fields, "x-c", "3", "content-type", "text/plain", "x-request-id", "id"];
  const left = ["x-b", "2", "content-type", "text/plain", "x-request-id", "id"];
  assert.deepEqual(endToEnd(names, all), left);
  const answer = send(200, all);
  assert.deepEqual(typeof answer === "string" ? answer : answer.fields, left);
  const request = {
    method: "GET",
    scheme: "http",
    authority: "a",
    target: "/",
    fields: all,
  } as const;
  const sent = outgoingHead(request, { names, hasBody: false, isInside: false });
  assert.deepEqual(typeof sent === "string" ? sent : sent.fields, ["host", "a", ...left]);
});

suite("the head of a request", () => {
  test("keeps fields that come twice, in their order", () => {
    const { head } = read({ fields: ["Host", "a", "Cookie", "1", "X", "2", "cookie", "3"] });
    assert.deepEqual(head.fields.slice(0, 6), ["cookie", "1", "x", "2", "cookie", "3"]);
  });

  test("loses what its connection calls its own, and not what it must not", () => {
    const fields = ["Host", "a", "Connection", "X-One, Authorization, x-request-id"];
    const head = read({ fields: [...fields, "x-one", "1", "authorization", "Basic x"] });
    assert.equal(valueOf(head, "x-one"), undefined);
    assert.equal(valueOf(head, "authorization"), "Basic x");
    assert.equal(valueOf(head, "x-request-id"), ownId);
    const ours = ["traceparent", "x-forwarded-for", "forwarded", "x-request-id"];
    const greedy = read({ fields: ["Host", "a", "Connection", ours.join(), "traceparent", "?"] });
    for (const name of ours) assert.notEqual(valueOf(greedy, name), undefined, name);
  });

  test("keeps an id and a trace that can be put into logs, and begins others", () => {
    const trace = `00-${"1".repeat(32)}-${"2".repeat(16)}-00`;
    const kept = read({
      fields: ["Host", "a", "X-Request-Id", "A-1", "traceparent", trace, "tracestate", "a=b"],
    });
    assert.equal(valueOf(kept, "x-request-id"), "A-1");
    assert.equal(kept.id, "A-1");
    assert.equal(valueOf(kept, "traceparent"), trace);
    assert.equal(valueOf(kept, "tracestate"), "a=b");
    const begun = read({ fields: ["Host", "a", "X-Request-Id", "a b", "tracestate", "a=b"] });
    assert.equal(begun.id, ownId);
    assert.equal(valueOf(begun, "traceparent"), `00-${ids.hex(16)}-${ids.hex(8)}-01`);
    assert.equal(valueOf(begun, "tracestate"), undefined);
    const twice = read({ fields: ["Host", "a", "traceparent", trace, "traceparent", trace] });
    assert.notEqual(valueOf(twice, "traceparent"), trace);
  });

  test("says who asked, as it is seen here", () => {
    const fields = ["Host", "a", "X-Forwarded-For", "6.6.6.6", "Forwarded", "for=6.6.6.6"];
    const claimed = read({ fields }, "::ffff:192.0.2.7");
    assert.equal(valueOf(claimed, "x-forwarded-for"), "192.0.2.7");
    assert.equal(valueOf(claimed, "forwarded"), 'for=192.0.2.7;host="a";proto=http');
    const trusted = read({ fields }, "2001:db8::1", true);
    assert.equal(valueOf(trusted, "x-forwarded-for"), "6.6.6.6, 2001:db8::1");
    const own = 'for="[2001:db8::1]";host="a";proto=http';
    assert.equal(valueOf(trusted, "forwarded"), `for=6.6.6.6, ${own}`);
  });

  test("of a connection from inside says whose that is, and nothing else does", () => {
    const peer = { ...describePeer("", false), caller: "shop/web" };
    const fields = ["Host", "a", "noos-caller", "a/liar", "Connection", "noos-caller"];
    const raw = { version: "1.1", method: "GET", scheme: "http", target: "/" } as const;
    const head = readHead(
      { ...raw, authority: undefined, fields },
      { names: new FieldNames(), ids, peer },
    );
    assert.ok("head" in head);
    assert.equal(valueOf(head, "noos-caller"), "shop/web");
    assert.equal(valueOf(head, "x-forwarded-for"), undefined);
    assert.equal(valueOf(read({ fields }), "noos-caller"), undefined);
  });

  test("asks for no tunnel, however it is spelled", () => {
    for (const version of ["1.1", "2"] as const) {
      const found = readRaw({ version, method: "CONNECT" });
      assert.ok("why" in found && found.status === 405, version);
    }
  });

  test("in the absolute form is for the host it names", () => {
    const head = read({ target: "HTTP://A?b" });
    assert.deepEqual([head.head.authority, head.head.target], ["a", "/?b"]);
  });

  test("says how long its body is, or that this shows only at its end", () => {
    assert.equal(read({}).bodyBytes, 0);
    assert.equal(read({ fields: ["Host", "a", "Content-Length", "7"] }).bodyBytes, 7);
    const chunked = read({ fields: ["Host", "a", "Transfer-Encoding", "Chunked"] });
    assert.equal(chunked.bodyBytes, undefined);
    assert.equal(valueOf(chunked, "transfer-encoding"), undefined);
  });

  test("of HTTP/2 has its host beside the fields, and no second one among them", () => {
    assert.equal(read({ version: "2", authority: "a", fields: ["host", "A"] }).head.authority, "A");
    const two = readRaw({ version: "2", authority: "a", fields: ["host", "b"] });
    assert.ok("why" in two);
  });

  test("never passes on a hop's fields, whatever came", () => {
    const known = [
      "Host",
      "Connection",
      "Keep-Alive",
      "TE",
      "Trailer",
      "Transfer-Encoding",
      "Upgrade",
      "Content-Length",
      "X-A",
      "Expect",
      "Forwarded",
      "X-Forwarded-For",
      "Proxy-Connection",
    ];
    const name = fc.constantFrom(...known);
    const value = fc.constantFrom("a", "close", "chunked", "x-a", "1", "", "100-continue");
    const property = fc.property(fc.array(fc.tuple(name, value)), (pairs) => {
      const result = readRaw({ fields: pairs.flat() });
      if ("why" in result) return;
      const names = result.head.fields.filter((_, at) => at % 2 === 0);
      const hops = ["host", "connection", "keep-alive", "te", "trailer", "transfer-encoding"];
      for (const hop of [...hops, "upgrade", "expect", "proxy-connection"]) {
        assert.ok(!names.includes(hop), hop);
      }
      assert.equal(result.head.fields.length % 2, 0);
      assert.equal(names.filter((one) => one === "x-forwarded-for").length, 1);
    });
    fc.assert(property);
  });
});

suite("the head of a response", () => {
  test("is put right, or named wrong", () => {
    const told = ["x-request-id", "id"];
    type Row = readonly [ReturnType<typeof send>, Partial<SendableHead> | string];
    const rows: readonly Row[] = [
      [
        send(200, ["A", "1"], { bodyBytes: 3 }),
        { fields: ["a", "1", ...told, "content-length", "3"] },
      ],
      [send(200, ["X-Request-Id", "mine"]), { fields: ["x-request-id", "mine"] }],
      [send(200, ["content-length", "7"]), { bodyBytes: 7 }],
      [send(200, ["content-length", "7"], { bodyBytes: 3 }), { bodyBytes: 3 }],
      [send(200, ["connection", "close", "upgrade", "x", "trailer", "y"]), { fields: told }],
      [send(204, ["content-length", "7"]), { fields: told, hasBody: false }],
      [send(205, [], { bodyBytes: 3 }), { fields: [...told, "content-length", "0"] }],
      [send(304, ["content-length", "7"]), { fields: [...told, "content-length", "7"] }],
      [send(200, [], { method: "HEAD", bodyBytes: 3 }), { hasBody: false, bodyBytes: 0 }],
      [send(100, []), "the status 100 is none from 200 to 599"],
      [send(200.5, []), "the status 200.5 is none from 200 to 599"],
      [send(200, ["a b", "c"]), "a field has no name that HTTP knows"],
      [send(200, ["a"]), '"a" has an invalid value'],
      [send(200, ["a", "b\nc"]), '"a" has an invalid value'],
      [send(200, ["a", "\u20ac"]), '"a" has an invalid value'],
      [send(200, ["content-length", "-1"]), "its content-length is no number of bytes"],
      [send(200, ["content-length", "1", "Content-Length", "2"]), "it has two content-lengths"],
    ];
    for (const [found, expected] of rows) {
      if (typeof expected === "string") assert.equal(found, expected);
      else assert.partialDeepStrictEqual(found, expected);
    }
  });
});

suite("words of a head", () => {
  test("are told apart", () => {
    const yes = [
      "a",
      "a.b:80",
      "a:65535",
      "localhost:",
      "[::1]:8080",
      "127.0.0.1",
      "xn--a_b.test.",
    ];
    for (const host of yes) assert.ok(isHost(host), host);
    const no = [
      "",
      "a b",
      "a/b",
      "a@b",
      "a,b",
      "[::1",
      "a:b",
      "a:123456",
      "a:65536",
      "-a",
      "a\u0000",
    ];
    for (const host of no) assert.ok(!isHost(host), host);
    assert.ok(isToken("x-1") && !isToken("") && !isToken("a:") && !isToken("\u00e9"));
    assert.ok(isFieldValue("a\t\u00e9") && !isFieldValue("\r") && !isFieldValue("\u0100"));
    assert.ok(isRequestId("a/b=1") && !isRequestId("") && !isRequestId("a".repeat(129)));
    const trace = `${"1".repeat(32)}-${"2".repeat(16)}-00`;
    assert.ok(isTraceparent(`00-${trace}`) && isTraceparent(`01-${trace}-more`));
    const none = [`ff-${trace}`, `00-${trace}-more`, `00-${"0".repeat(32)}-${"2".repeat(16)}-00`];
    for (const text of [...none, "", trace.toUpperCase()]) assert.ok(!isTraceparent(text), text);
  });

  test("are remembered to a bound", () => {
    const names = new FieldNames();
    for (let at = 0; at < 5000; at++) assert.equal(names.find(`X-${at}`)?.lower, `x-${at}`);
    assert.equal(names.find("a b"), undefined);
    assert.equal(names.find("__proto__")?.role, "passes");
    assert.equal(names.find("CONNECTION")?.role, "connection");
  });
});
