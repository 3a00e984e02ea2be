import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { formatRoute, parseRoute, RouteTable } from "#pool/route";

function table(...routes: readonly string[]): RouteTable<string> {
  const made = new RouteTable<string>();
  for (const text of routes) {
    const route = parseRoute(text);
    assert.ok(route !== undefined, text);
    assert.equal(made.add(route, text), undefined);
  }
  return made;
}

suite("route", () => {
  test("is read in every way it may be written", () => {
    for (const text of [
      "/",
      "/a",
      "/a/",
      "example.com/",
      "*.example.com/a%20b/",
      "localhost/x:y",
    ]) {
      const route = parseRoute(text);
      assert.ok(route !== undefined, text);
      assert.equal(formatRoute(route), text);
    }
    assert.deepEqual(parseRoute("Example.COM/A"), { host: "example.com", path: "/A" });
  });

  test("is refused where no request could be for it", () => {
    const wrong = [
      "",
      "a",
      "example.com",
      "/a b",
      "/a?b",
      "/a#b",
      "/../a",
      "/a/./b",
      "a..b/",
      "-a/",
    ];
    for (const text of [...wrong, "example.com:80/", "a*.com/", "/ü", `/${"a".repeat(1024)}`]) {
      assert.equal(parseRoute(text), undefined, text);
    }
  });
});

suite("route table", () => {
  test("gives a request to the longest path that has it", () => {
    const found = table("/", "/api/", "/api/items", "/api/items/", "/health");
    const cases: readonly (readonly [string, string])[] = [
      ["/", "/"],
      ["/other/deep", "/"],
      ["/health", "/health"],
      ["/health/", "/"],
      ["/healthy", "/"],
      ["/api", "/api/"],
      ["/api/", "/api/"],
      ["/api/x/y?z=/api/items", "/api/"],
      ["/api/items", "/api/items"],
      ["/api/items?page=2", "/api/items"],
      ["/api/items/1", "/api/items/"],
      ["//", "/"],
    ];
    for (const [target, route] of cases) assert.equal(found.find("x", target), route, target);
  });

  test("goes by the closest host before any path", () => {
    const found = table("/deep/path", "*.example.com/", "*.a.example.com/", "www.example.com/");
    const cases: readonly (readonly [string, string, string | undefined])[] = [
      ["www.example.com", "/deep/path", "www.example.com/"],
      ["WWW.Example.com.:8080", "/", "www.example.com/"],
      ["b.example.com", "/x", "*.example.com/"],
      ["b.a.example.com", "/x", "*.a.example.com/"],
      ["example.com", "/x", undefined],
      ["example.com", "/deep/path", "/deep/path"],
      ["[::1]:80", "/deep/path", "/deep/path"],
      ["", "/deep/path", "/deep/path"],
    ];
    for (const [host, target, route] of cases) {
      assert.equal(found.find(host, target), route, `${host}${target}`);
    }
    assert.deepEqual(
      ["b.example.com", "elsewhere"].map((host) => found.hasHost(host)),
      [true, true],
    );
    assert.equal(table("a.com/").hasHost("b.com"), false);
  });

  test("names who has a route already", () => {
    const found = table("/a/");
    assert.equal(found.add({ host: "", path: "/a/" }, "second"), "/a/");
    assert.equal(found.find("x", "/a/b"), "/a/");
    assert.equal(found.add({ host: "", path: "/a" }, "third"), undefined);
  });

  test("finds what looking through all routes finds", () => {
    const name = fc.constantFrom("a", "b", "c");
    const path = fc
      .tuple(fc.array(name, { maxLength: 4 }), fc.boolean())
      .map(([names, isBelow]) => `/${names.join("/")}${isBelow && names.length > 0 ? "/" : ""}`);
    const routes = fc.uniqueArray(path, { maxLength: 8 });
    fc.assert(
      fc.property(routes, path, (texts, target) => {
        const matching = texts.filter(
          (text) => text === target || (text.endsWith("/") && `${target}/`.startsWith(text)),
        );
        const exact = matching.find((text) => text === target);
        const longest = matching.toSorted((a, b) => b.length - a.length)[0];
        assert.equal(table(...texts).find("h", target), exact ?? longest);
      }),
    );
  });
});
