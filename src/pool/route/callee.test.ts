import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { calleeOfRequest, formatCallee, parseCallee } from "#pool/route";

suite("callee", () => {
  test("is a process of the app, of another one, or a host outside", () => {
    const named = (authority: string, key: string): object => ({ kind: "name", authority, key });
    const outside = (host: string, port: number): object => ({ kind: "outside", host, port });
    const cases: readonly (readonly [string, object])[] = [
      ["cart", named("cart", "shop/cart")],
      ["stock.warehouse", named("stock.warehouse", "warehouse/stock")],
      ["api.example:443", outside("api.example", 443)],
      ["API.Example:443", outside("api.example", 443)],
      ["*.example.com:80", outside("*.example.com", 80)],
      ["10.0.0.7:8080", outside("10.0.0.7", 8080)],
      ["[::1]:8080", outside("[::1]", 8080)],
      ["cart:80", outside("cart", 80)],
    ];
    for (const [text, callee] of cases) assert.deepEqual(parseCallee(text, "shop"), callee, text);
  });

  test("of a request is as somebody would list it", () => {
    const isServed = (key: string): boolean => key === "warehouse/stock";
    const cases: readonly (readonly [string, "http" | "https", string | undefined])[] = [
      ["Cart", "https", "cart"],
      ["stock.warehouse", "http", "stock.warehouse"],
      ["api.example", "http", "api.example:80"],
      ["API.example", "https", "api.example:443"],
      ["api.example:8080", "https", "api.example:8080"],
      ["a.b.example", "https", "a.b.example:443"],
      ["[::1]", "http", "[::1]:80"],
      ["*.example:80", "http", undefined],
      ["", "http", undefined],
      ["a@b.example", "http", undefined],
    ];
    for (const [authority, scheme, text] of cases) {
      const callee = calleeOfRequest({ authority, scheme }, "shop", isServed);
      assert.equal(callee && formatCallee(callee), text, authority);
      if (text !== undefined) assert.deepEqual(parseCallee(text, "shop"), callee);
    }
  });

  test("is refused where nobody could be called so", () => {
    const wrong = ["", "a.b.c", "Cart!", "-a", "a-", "a:0", "a:65536", "a:b", "http://a", "*:80"];
    for (const text of [...wrong, "a b", "a/b", "*.a", "::1:80", `${"a".repeat(256)}`]) {
      assert.equal(parseCallee(text, "shop"), undefined, text);
    }
  });
});
