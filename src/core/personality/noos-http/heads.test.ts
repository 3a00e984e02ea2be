import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { GuestMemory } from "#core/machine";
import { errno, Errno } from "#core/sys";
import {
  readFields,
  readRequest,
  readResponse,
  requestText,
  responseText,
  writeText,
} from "./heads.ts";
import { bounds } from "./records.ts";

const memory = new GuestMemory(new WebAssembly.Memory({ initial: 2 }));
const at = 100;

/** A head as a guest has it: a character is a byte. */
function put(text: string): readonly [GuestMemory, number, number] {
  for (let index = 0; index < text.length; index++) {
    memory.setU8(at + index, text.charCodeAt(index));
  }
  return [memory, at, text.length];
}

function get(text: string, lengthBytes: number = text.length): string | Errno {
  memory.bytes(at, 4096).fill(0xee);
  const failed = writeText(memory, text, { address: at, lengthBytes, result: 0 });
  if (failed !== undefined) return failed;
  const bytes = memory.bytes(at, memory.u32(0));
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

const latin1 = fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f);
const values = fc
  .array(fc.oneof(latin1, fc.constant(9)), { maxLength: 20 })
  .map((codes) => String.fromCharCode(...codes));
const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/);
const fields = fc.array(fc.tuple(names, values), { maxLength: 8 }).map((pairs) => pairs.flat());

const plain = { noNullPrototype: true } as const;

suite("a head", () => {
  test("of a response is read as it was written, whatever it says", () => {
    const heads = fc.record({ status: fc.integer({ min: 200, max: 599 }), fields }, plain);
    fc.assert(
      fc.property(heads, (head) => {
        assert.deepEqual(readResponse(...put(responseText(head))), head);
        assert.equal(get(responseText(head)), responseText(head));
      }),
    );
  });

  test("of a request is read as it was written, whatever it says", () => {
    const heads = fc.record(
      {
        method: fc.constantFrom("GET", "POST", "PATCH", "M-SEARCH"),
        scheme: fc.constantFrom("http" as const, "https" as const),
        authority: fc.constantFrom("cart", "api.example:443", "[::1]:80", "10.0.0.1"),
        target: fc.constantFrom("/", "*", "/a/b?c=d&e=%20", "/%C3%A9"),
        fields,
      },
      plain,
    );
    fc.assert(
      fc.property(heads, (head) => {
        assert.deepEqual(readRequest(...put(requestText(head, false))), head);
      }),
    );
  });

  test("that any bytes make is refused, or has nothing in it that splits it elsewhere", () => {
    const texts = fc
      .array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constant(0)), { maxLength: 40 })
      .map((codes) => `200\0${String.fromCharCode(...codes)}`);
    fc.assert(
      fc.property(texts, (text) => {
        const head = readResponse(...put(text));
        if (head instanceof Errno) return assert.equal(head, errno.EINVAL);
        assert.doesNotMatch(head.fields.join(""), /[\0\r\n]/);
        assert.equal(responseText(head).toLowerCase(), text.toLowerCase());
      }),
      { numRuns: 1000 },
    );
  });

  test("tells by its scheme whether a WebSocket is asked for", () => {
    const head = { method: "GET", authority: "a", target: "/", fields: [] };
    assert.equal(requestText({ ...head, scheme: "http" }, true), "GET\0ws\0a\0/\0");
    assert.equal(requestText({ ...head, scheme: "https" }, true), "GET\0wss\0a\0/\0");
  });

  test("that does not fit is ERANGE, and its length is told", () => {
    assert.equal(get("GET\0http\0", 8), errno.ERANGE);
    assert.equal(memory.u32(0), 9);
    assert.equal(get("GET\0http\0", 9), "GET\0http\0");
  });

  test("that is long is E2BIG", () => {
    const long = `200\0a\0${"x".repeat(bounds.headBytesMax)}\0`;
    assert.equal(readResponse(...put(long)), errno.E2BIG);
  });

  test("has names in lower case, whatever the program wrote", () => {
    assert.deepEqual(readFields(...put("Set-Cookie\0A=B\0")), ["set-cookie", "A=B"]);
  });

  const refused: readonly (readonly [string, string])[] = [
    ["nothing", ""],
    ["an informational status", "100\0"],
    ["switching protocols, which is accept's", "101\0"],
    ["a status beyond 599", "600\0"],
    ["a status that is no number", "2x0\0"],
    ["a status with a sign", "+200\0"],
    ["no NUL at its end", "200\0a\0b"],
    ["a name without a value", "200\0a\0"],
    ["an empty name", "200\0\0b\0"],
    ["a name with a space", "200\0a b\0c\0"],
    ["a name with a colon", "200\0a:\0c\0"],
    ["a line feed in a value", "200\0a\0b\nc\0"],
    ["a carriage return in a value", "200\0a\0b\rc\0"],
    ["an escape in a value", "200\0a\0\u001b[2J\0"],
    ["a letter beyond ASCII in a name", "200\0\u00e4\0b\0"],
  ];
  for (const [what, text] of refused) {
    test(`is EINVAL with ${what}`, () => {
      assert.equal(readResponse(...put(text)), errno.EINVAL);
    });
  }

  const refusedRequests: readonly (readonly [string, string])[] = [
    ["a method with a space", "GET /\0http\0a\0/\0"],
    ["another scheme", "GET\0ftp\0a\0/\0"],
    ["no authority", "GET\0http\0\0/\0"],
    ["a user in its authority", "GET\0http\0a@b\0/\0"],
    ["a path in its authority", "GET\0http\0a/b\0/\0"],
    ["a target without a slash", "GET\0http\0a\0b\0"],
    ["a space in its target", "GET\0http\0a\0/b c\0"],
    ["a letter beyond ASCII in its target", "GET\0http\0a\0/\u00e9\0"],
    ["a fragment in its target", "GET\0http\0a\0/b#c\0"],
    ["too few texts", "GET\0http\0a\0"],
  ];
  for (const [what, text] of refusedRequests) {
    test(`of a request is EINVAL with ${what}`, () => {
      assert.equal(readRequest(...put(text)), errno.EINVAL);
    });
  }
});
