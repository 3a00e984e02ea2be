import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import type { IncomingRequest, RequestHead, ResponseHead } from "#core/host/traffic";
import { errno, type Errno } from "#core/sys";
import { cgiEnvironment, CgiOutput } from "./mod.ts";
import { parseCgiHead } from "./response-head.ts";

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (one) => one.charCodeAt(0));

function environment(head: Partial<RequestHead>, scriptName = ""): ReadonlyMap<string, string> {
  const usual = {
    method: "GET",
    scheme: "http",
    authority: "shop.test:8080",
    target: "/",
    fields: [],
  } as const;
  const place = { scriptName, clientAddress: "192.0.2.1", software: "noos/1" };
  return cgiEnvironment({ ...usual, ...head }, place);
}

/** A request that notes what it is answered. */
class Noted {
  readonly seen: (string | ResponseHead)[] = [];
  body = "";
  /** So many bytes of a piece; for others it is to be waited. */
  takesAtOnce = 3;

  get request(): IncomingRequest {
    const noted = {
      begin: (head: ResponseHead) => {
        this.seen.push(head);
        return {
          push: (bytes: Uint8Array, answer: (failed: Errno | undefined) => void) => {
            this.body += String.fromCharCode(...bytes);
            answer(undefined);
          },
          tryPush: (bytes: Uint8Array) => {
            const taken = bytes.subarray(0, this.takesAtOnce);
            this.body += String.fromCharCode(...taken);
            return taken.length;
          },
          close: () => this.seen.push("closed"),
        };
      },
      abandon: (why: string) => this.seen.push(`abandoned: ${why}`),
    };
    return noted as unknown as IncomingRequest;
  }
}

const turns = { next: (callback: () => void): void => callback() };

/** What becomes of an output that is written in these pieces, first without waiting or not. */
function write(
  pieces: readonly string[],
  { headBytesMax = 1000, tries = false } = {},
): Noted & { failed: unknown } {
  const noted = new Noted();
  const output = new CgiOutput(noted.request, turns, { headBytesMax });
  let failed: Errno | undefined;
  for (const piece of pieces) {
    const bytes = bytesOf(piece);
    const taken = tries ? output.tryPush(bytes) : 0;
    if (typeof taken !== "number") failed ??= taken;
    else if (taken < bytes.length) {
      output.push(bytes.subarray(taken), (result) => (failed ??= result));
    }
  }
  output.close();
  return Object.assign(noted, { failed });
}

suite("CGI: the environment", () => {
  test("is that of RFC 3875", () => {
    const fields = ["content-type", "text/plain", "content-length", "3", "x-one", "1"];
    const head = { method: "POST", target: "/shop/a%20b?c=d&e", fields };
    assert.deepEqual(Object.fromEntries(environment(head, "/shop")), {
      GATEWAY_INTERFACE: "CGI/1.1",
      SERVER_PROTOCOL: "HTTP/1.1",
      SERVER_SOFTWARE: "noos/1",
      SERVER_NAME: "shop.test",
      SERVER_PORT: "8080",
      REQUEST_METHOD: "POST",
      REQUEST_SCHEME: "http",
      REQUEST_URI: "/shop/a%20b?c=d&e",
      SCRIPT_NAME: "/shop",
      PATH_INFO: "/a b",
      QUERY_STRING: "c=d&e",
      REMOTE_ADDR: "192.0.2.1",
      REMOTE_HOST: "192.0.2.1",
      HTTP_HOST: "shop.test:8080",
      CONTENT_TYPE: "text/plain",
      CONTENT_LENGTH: "3",
      HTTP_X_ONE: "1",
    });
  });

  test("has what comes twice joined, cookies in their own way", () => {
    const variables = environment({
      fields: ["a", "1", "cookie", "b=1", "a", "2", "cookie", "c=2"],
    });
    assert.equal(variables.get("HTTP_A"), "1, 2");
    assert.equal(variables.get("HTTP_COOKIE"), "b=1; c=2");
  });

  test("takes from no client what the operator says, nor one field for another", () => {
    const real = ["x-user", "ann", "noos-caller", "shop/web"];
    const forged = ["x_user", "eve", "x.user", "eve", "noos_caller", "eve", "noos.caller", "eve"];
    // In whichever order they come.
    const fields = ["proxy", "evil", "host", "evil", ...forged, ...real, ...forged];
    const variables = environment({ fields });
    assert.equal(variables.get("HTTP_NOOS_CALLER"), "shop/web");
    assert.equal(variables.get("HTTP_PROXY"), undefined);
    assert.equal(variables.get("HTTP_HOST"), "shop.test:8080");
    assert.equal(variables.get("HTTP_X_USER"), "ann");
  });

  test("knows the usual ports, TLS, and addresses for names", () => {
    const secure = environment({ scheme: "https", authority: "a.test" });
    assert.deepEqual([secure.get("SERVER_PORT"), secure.get("HTTPS")], ["443", "on"]);
    assert.equal(environment({ authority: "[::1]:81" }).get("SERVER_NAME"), "[::1]");
    const none = environment({ authority: "" });
    assert.deepEqual([none.get("SERVER_NAME"), none.get("HTTP_HOST")], ["localhost", undefined]);
  });

  test("leaves a path that decodes to nothing as it came", () => {
    assert.equal(environment({ target: "/%zz" }).get("PATH_INFO"), "/%zz");
    assert.equal(environment({ target: "/a%00b" }).get("PATH_INFO"), "/a%00b");
    for (const path of ["/a/..%2f..%2Fb", "/%2e%5cc"]) {
      assert.equal(environment({ target: path }).get("PATH_INFO"), path);
    }
  });

  test("never has a variable that cannot be one", () => {
    const name = fc.string({ minLength: 1, maxLength: 8 }).map((text) => text.toLowerCase());
    const property = fc.property(fc.array(fc.tuple(name, fc.string())), (pairs) => {
      for (const variable of environment({ fields: pairs.flat() }).keys()) {
        assert.match(variable, /^[A-Z0-9_]+$/);
      }
    });
    fc.assert(property);
  });
});

suite("CGI: the head of an output", () => {
  test("is read, or named wrong", () => {
    const type = ["content-type", "text/plain"];
    const rows: readonly (readonly [string, ResponseHead | RegExp])[] = [
      ["Content-Type: text/plain", { status: 200, fields: type }],
      ["content-type:text/plain\r\nX-A: 1", { status: 200, fields: [...type, "x-a", "1"] }],
      ["Status: 404 Not Found\nContent-Type: text/plain", { status: 404, fields: type }],
      ["Status: 204", { status: 204, fields: [] }],
      ["Location: /elsewhere", { status: 302, fields: ["location", "/elsewhere"] }],
      ["Location: /a\nStatus: 301", { status: 301, fields: ["location", "/a"] }],
      [
        "Set-Cookie: a\nSet-Cookie: b\nStatus: 200",
        { status: 200, fields: ["set-cookie", "a", "set-cookie", "b"] },
      ],
      ["", /has none of Content-Type, Location and Status/],
      ["X-A: 1", /has none of/],
      ["HTTP/1.1 200 OK\nContent-Type: a", /begins as HTTP does/],
      ["Hello, world", /is no header: "Hello, world"/],
      ["Traceback (most recent call last):", /is no header/],
      [": value", /is no header/],
      ["A B: value", /is no header/],
      ["X: a\u0000b", /is no header/],
      ["Content-Type: a\n folded", /is no header/],
      ["Status: OK", /Status is none/],
      ["Status: 99", /Status is none/],
      ["Status: 600", /Status is none/],
      ["Status: 2000", /Status is none/],
      ["Status: 200\nStatus: 201", /two Statuses/],
      ["Location: a\nLocation: b", /two Locations/],
    ];
    for (const [text, expected] of rows) {
      const found = parseCgiHead(text);
      if (expected instanceof RegExp)
        assert.match(typeof found === "string" ? found : "a head", expected, text);
      else assert.deepEqual(found, expected, text);
    }
  });
});

suite("CGI: an output", () => {
  const head = { status: 200, fields: ["content-type", "a"] };

  test("is the same however it is written", () => {
    for (const end of ["\n", "\r\n"]) {
      const text = `Content-Type: a${end}${end}body\n\r\n\nmore`;
      const cuts = fc.uniqueArray(fc.integer({ min: 1, max: text.length - 1 }));
      const property = fc.property(cuts, fc.boolean(), (places, tries) => {
        const ends = [...places.toSorted((a, b) => a - b), text.length];
        const pieces = ends.map((to, at) => text.slice(ends[at - 1] ?? 0, to));
        const noted = write(pieces, { tries });
        assert.deepEqual(noted.seen, [head, "closed"]);
        assert.equal(noted.body, "body\n\r\n\nmore");
        assert.equal(noted.failed, undefined);
      });
      fc.assert(property);
    }
  });

  test("without a body is one too", () => {
    assert.deepEqual(write(["Content-Type: a\n\n"]).seen, [head, "closed"]);
  });

  test("that is none is abandoned once, with what is wrong, and its program told", () => {
    const rows: readonly (readonly [readonly string[], RegExp, Errno | undefined])[] = [
      [[], /wrote nothing/, undefined],
      [["Content-Type: a\n"], /ended before the empty line/, undefined],
      [["\nbody"], /has none of/, errno.EPIPE],
      [["\r\nbody"], /has none of/, errno.EPIPE],
      [["oops\n\nbody", "more"], /is no header/, errno.EPIPE],
      [["X: ", "x".repeat(1000), "y"], /more than 1000 bytes/, errno.EPIPE],
      [[`X: ${"x".repeat(1000)}\n\n`], /more than 1000 bytes/, errno.EPIPE],
    ];
    for (const [pieces, expected, failed] of rows) {
      const noted = write(pieces);
      assert.equal(noted.seen.length, 1);
      assert.match(JSON.stringify(noted.seen[0]), expected);
      assert.equal(noted.failed, failed, pieces.join("|"));
      assert.equal(noted.body, "");
      assert.deepEqual(write(pieces, { tries: true }).seen, noted.seen);
    }
  });
});
