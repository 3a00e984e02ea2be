import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SimulatedOutlet } from "#adapters/sim/traffic";
import { simulatedHost } from "#adapters/sim";
import { errno } from "#core/sys";
import { openOrConnect, openPath, type PathOpening } from "#core/vfs";
import { namesDirectory } from "#core/vfs/names";

const plain: PathOpening = {
  followLast: true,
  directory: false,
  read: true,
  write: true,
  create: false,
  exclusive: false,
  truncate: false,
};

function bench(): {
  readonly outlet: SimulatedOutlet;
  readonly net: ReturnType<typeof namesDirectory>;
} {
  const answer = { result: { status: 200, fields: [] } };
  const upstreams = { cart: () => answer, "stock.other": () => answer };
  const outlet = new SimulatedOutlet(simulatedHost({ seed: 1 }).time, upstreams);
  return { outlet, net: namesDirectory(["cart", "stock.other", "gone"], outlet) };
}

suite("a directory of those who may be called", () => {
  test("has the names that were granted, which are sockets, and no others", () => {
    const { net, outlet } = bench();
    const entries = net.list();
    assert.ok(Array.isArray(entries));
    assert.deepEqual(
      entries.map(({ name, kind }: { readonly name: string; readonly kind: string }) => [
        name,
        kind,
      ]),
      [
        ["cart", "socket"],
        ["stock.other", "socket"],
        ["gone", "socket"],
      ],
    );
    const stat = net.statEntry("cart");
    assert.ok("kind" in stat && stat.kind === "socket");
    assert.equal(net.statEntry("bank"), errno.ENOENT);
    assert.equal(openOrConnect(net, "bank", plain), errno.ENOENT);
    assert.equal(openOrConnect(net, "bank", { ...plain, create: true }), errno.EROFS);
    assert.equal(openOrConnect(net, "cart/", plain), errno.ENOTDIR);
    assert.equal(outlet.requests.length, 0, "looking calls nobody");
  });

  test("makes a connection of each opening, as a tunnel without a deadline", () => {
    const { net, outlet } = bench();
    for (const mode of [plain, { ...plain, create: true, truncate: true }]) {
      const opened = openOrConnect(net, "cart", mode);
      assert.ok("kind" in opened && opened.kind === "stream");
      opened.connection.close();
    }
    const made = outlet.requests.map(({ head: { method, authority } }) => `${method} ${authority}`);
    assert.deepEqual(made, ["CONNECT cart", "CONNECT cart"]);
    assert.equal(openOrConnect(net, "gone", plain), errno.ENOENT, "as its outlet says");
    const exclusive = { ...plain, create: true, exclusive: true };
    assert.equal(openOrConnect(net, "cart", exclusive), errno.EEXIST);
    assert.equal(openPath(net, "cart", plain), errno.ENXIO, "for those who want a file");
  });
});
