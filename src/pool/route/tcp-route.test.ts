import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { clashes, formatTcpRoute, isTcpRoute, parseRoute, parseTcpRoute } from "#pool/route";

const canonical = (text: string): string | undefined => {
  const route = parseTcpRoute(text);
  return route && formatTcpRoute(route);
};

suite("a route of raw connections", () => {
  test("is a port, of this machine alone, or an address in numbers", () => {
    const rows = [
      ["tcp:5432", "tcp:127.0.0.1:5432"],
      ["tcp:0.0.0.0:1", "tcp:0.0.0.0:1"],
      ["tcp:[::]:65535", "tcp:[::]:65535"],
      ["TCP:[FD00::1]:25", "tcp:[fd00::1]:25"],
    ] as const;
    for (const [written, read] of rows) {
      assert.equal(canonical(written), read);
      assert.equal(canonical(read), read);
      assert.ok(isTcpRoute(read));
      assert.equal(parseRoute(read), undefined);
    }
    const wrong = [
      "tcp:",
      "tcp:0",
      "tcp:65536",
      "tcp:db:5432",
      "tcp:1.2.3.256:1",
      "tcp:::1",
      "5432",
    ];
    for (const text of [...wrong, "tcp:5432/", "/tcp:5432"]) {
      assert.equal(canonical(text), undefined, text);
    }
  });

  test("clashes with its port on all interfaces, and on no other one", () => {
    const isClash = (one: string, other: string): boolean => {
      const [a, b] = [parseTcpRoute(one), parseTcpRoute(other)];
      assert.ok(a !== undefined && b !== undefined);
      assert.equal(clashes(a, b), clashes(b, a));
      return clashes(a, b);
    };
    assert.ok(isClash("tcp:5432", "tcp:127.0.0.1:5432"));
    assert.ok(isClash("tcp:5432", "tcp:0.0.0.0:5432"));
    assert.ok(isClash("tcp:[::]:5432", "tcp:10.0.0.1:5432"));
    assert.ok(!isClash("tcp:10.0.0.2:5432", "tcp:10.0.0.1:5432"));
    assert.ok(!isClash("tcp:0.0.0.0:5433", "tcp:5432"));
  });
});
