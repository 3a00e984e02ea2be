import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { buildOf, type DesiredApp, orderOf, readRequest } from "#pool/control/desired";
import type { Life, ProcessOrder } from "#pool/host";
import { allPresent, appText, type AppTexts } from "#test/control";

function wanted(texts: AppTexts, base = "/home/app"): DesiredApp {
  const images = { "a.wasm": "digest" };
  const request = { manifest: appText(texts), file: "noos.yaml", base, images };
  return readRequest(request, allPresent);
}

function order(texts: AppTexts, base?: string): ProcessOrder {
  const desired = wanted(texts, base);
  const [spec] = desired.manifest.processes;
  assert.ok(spec !== undefined);
  const secret = (name: string): string => `value of ${name}`;
  return orderOf(buildOf(desired, spec), {
    life: 7 as Life,
    path: "shop/a",
    revision: 1,
    secret,
  });
}

suite("order of a process", () => {
  test("has all that its spec says, with texts of the app and secrets in its environment", () => {
    const uses = { env: { A: "1" }, config: ["B"], secrets: ["C"], connect: [":80"] };
    const made = order({
      config: { B: "2", X: "9" },
      processes: { a: { args: ["x"], memory: "1MiB", "wall-time": "unlimited", uses } },
    });
    assert.deepEqual(made.env, { A: "1", B: "2", C: "value of C" });
    assert.deepEqual([made.image, made.args, made.path], ["digest", ["x"], "shop/a"]);
    assert.equal(made.limits.memory, 2 ** 20);
    assert.equal(made.limits["wall-time"], Infinity);
    assert.equal(made.connect.length, 1);
  });

  test("says whether calls that are not listed are only counted", () => {
    const unlistedOf = (uses: object): unknown => order({ processes: { a: { uses } } }).unlisted;
    assert.equal(unlistedOf({ unlisted: "count" }), "count");
    assert.equal(unlistedOf({ unlisted: "refuse" }), undefined);
    assert.equal(unlistedOf({}), undefined);
  });

  test("has absolute directories, from the folder of the manifest on", () => {
    const files = ["a/../b::/1", "./c/.::/2", "../../../../etc::/3:ro", "/x//y/::/4"];
    const hosts = order({ processes: { a: { uses: { files } } } }).directories;
    assert.deepEqual(
      hosts.map(({ host, guest }) => [host, guest]),
      [
        ["/home/app/b", "/1"],
        ["/home/app/c", "/2"],
        ["/etc", "/3"],
        ["/x/y", "/4"],
      ],
    );
    const [root] = order({ processes: { a: { uses: { files: [".::/1"] } } } }, "/").directories;
    assert.equal(root?.host, "/");
  });

  test("gives variables with the names of objects' own things like any other", () => {
    const env = JSON.parse(`{"__proto__": "p", "constructor": "c"}`) as Record<string, string>;
    const made = order({ processes: { a: { uses: { env } } } });
    assert.equal(JSON.stringify(made.env), `{"__proto__":"p","constructor":"c"}`);
  });

  test("has nothing kept of what serves where its spec says so, and only there", () => {
    const forgets = (rehearsal: string): true | undefined =>
      order({ processes: { a: { serve: { routes: ["/"], rehearsal } } } }).serve?.isForgetful;
    assert.deepEqual([forgets("off"), forgets("on")], [true, undefined]);
  });
});
