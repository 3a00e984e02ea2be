import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { OutgoingRequest, Outlet, RequestHead } from "#core/host/traffic";
import { errno, type Errno } from "#core/sys";
import { OutsideOutlet } from "#adapters/node/outlet";
import { simulatedHost } from "#adapters/sim";
import type { ExecutorEvent, Life } from "#pool/host";
import { otherCallees, type UnlistedCall, unlistedCalleesMax } from "#pool/traffic";
import { Unlisted, UnlistedBook } from "#app/executor/unlisted";

const options = { hasBody: false, deadlineNs: Infinity };
const life = 7 as Life;

interface Bench {
  /** Makes a request to an authority, by `http` where it does not say. */
  readonly ask: (authority: string, scheme?: RequestHead["scheme"]) => OutgoingRequest | Errno;
  /** Whom it led to: keys inside, authorities outside. */
  readonly led: readonly string[];
  readonly book: UnlistedBook;
  /** What the daemon was told: the callee, and what became of the call. */
  readonly told: () => readonly string[];
  readonly counted: () => readonly UnlistedCall[];
  readonly passSecond: () => void;
}

/** Unlisted calls of `shop/front/web`, on an executor where `shop/cart` and `other/stock` serve. */
function bench(unlisted?: "count", anyPublic?: Outlet): Bench {
  const { time } = simulatedHost({ seed: 1 });
  const events: ExecutorEvent[] = [];
  const led: string[] = [];
  const made = {} as OutgoingRequest;
  const book = new UnlistedBook({ clock: time, tell: (event) => events.push(event) });
  const order = { life, path: "shop/front/web", ...(unlisted && { unlisted }) };
  const outlet: Outlet = {
    request: ({ authority }) => {
      led.push(authority);
      return made;
    },
  };
  const calls = new Unlisted(order, {
    book,
    isServed: (key) => ["shop/cart", "other/stock"].includes(key),
    anyPublic: () => anyPublic ?? outlet,
  });
  const inside = (key: string): OutgoingRequest => {
    led.push(key);
    return made;
  };
  return {
    book,
    led,
    ask: (authority, scheme = "http") =>
      calls.request({ method: "GET", scheme, authority, target: "/", fields: [] }, options, inside),
    told: () =>
      events.splice(0).map((event) => {
        assert.ok(event.kind === "call-unlisted" && event.life === life);
        return `${event.callee} ${event.isRefused ? "refused" : "let through"}`;
      }),
    counted: () => book.of(life).unlisted ?? [],
    passSecond: () => time.advance(1e9),
  };
}

suite("unlisted calls", () => {
  test("are refused, counted by callee as a manifest lists it, and told of once", () => {
    const { ask, led, told, counted } = bench();
    const rows: readonly (readonly [string, RequestHead["scheme"], string])[] = [
      ["cart", "http", "cart"],
      ["Stock.Other", "http", "stock.other"],
      ["api.example", "https", "api.example:443"],
      ["api.example:8443", "https", "api.example:8443"],
      ["a.b.example", "http", "a.b.example:80"],
      ["[2001:db8::1]", "http", "[2001:db8::1]:80"],
      ["10.0.0.1", "http", "10.0.0.1:80"],
    ];
    for (const [authority, scheme] of rows) {
      for (let time = 0; time < 2; time++) assert.equal(ask(authority, scheme), errno.ENOENT);
    }
    const callees = rows.map(([, , callee]) => callee);
    assert.deepEqual(
      counted(),
      callees.map((callee) => ({ callee, letThrough: 0, refused: 2 })),
    );
    assert.deepEqual(
      told(),
      callees.map((callee) => `${callee} refused`),
    );
    assert.deepEqual(led, []);
  });

  test("are made and counted where they are only to be counted", () => {
    const { ask, led, told, counted } = bench("count");
    for (const authority of ["cart", "stock.other", "api.example", "jobs"]) ask(authority);
    assert.deepEqual(led, ["shop/cart", "other/stock", "api.example", "shop/jobs"]);
    assert.deepEqual(counted(), [
      { callee: "cart", letThrough: 1, refused: 0 },
      { callee: "stock.other", letThrough: 1, refused: 0 },
      { callee: "api.example:80", letThrough: 1, refused: 0 },
      { callee: "jobs", letThrough: 1, refused: 0 },
    ]);
    assert.equal(told()[2], "api.example:80 let through");
  });

  test("reach no address of ours, however they are counted", () => {
    const { ask, counted } = bench("count", new OutsideOutlet({ hosts: "any" }));
    for (const host of ["127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254", "[fe80::1]"]) {
      assert.equal(ask(`${host}:80`), errno.ENOENT, host);
    }
    assert.ok(counted().every(({ letThrough, refused }) => letThrough === 0 && refused === 1));
  });

  test("are nobody's where nobody could be listed so, or more would be than was called", () => {
    const { ask, led, counted } = bench("count");
    for (const authority of ["", "a b", "*.com:443", "*", "u@api.example", "Cart!", "a:0"]) {
      assert.equal(ask(authority), errno.ENOENT, authority);
    }
    assert.deepEqual([led, counted()], [[], []]);
  });

  test("are refused where too many are told apart, under a name that is no callee", () => {
    const { ask, counted, passSecond, told } = bench("count");
    for (let number = 0; number < unlistedCalleesMax + 5; number++) ask(`h${number}.example:80`);
    assert.notEqual(ask("h0.example:80"), errno.ENOENT);
    assert.equal(counted().length, unlistedCalleesMax + 1);
    assert.deepEqual(counted().at(-1), { callee: otherCallees, letThrough: 0, refused: 5 });
    assert.equal(told().length, 10, "so many are told in a second");
    passSecond();
    ask("too.many.example:80");
    assert.deepEqual(told(), [`${otherCallees} refused`], "and those later with their next call");
  });

  test("are forgotten with the life that made them", () => {
    const { ask, book, told } = bench();
    assert.deepEqual(book.take(life), {});
    ask("cart");
    assert.deepEqual(book.take(life).unlisted, [{ callee: "cart", letThrough: 0, refused: 1 }]);
    assert.deepEqual(book.of(life), {});
    ask("cart");
    assert.deepEqual(told(), ["cart refused", "cart refused"]);
  });
});
