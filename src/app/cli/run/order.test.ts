import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseArguments } from "#app/cli/command";
import { commands } from "#app/cli/commands";
import type { RunOrder } from "#app/cli/start";
import { readDirectory, readOrder } from "./order.ts";

const command = await commands.find(({ name }) => name === "run")?.load();
assert.ok(command);

function order(line: string, environment: Record<string, string | undefined> = {}): RunOrder {
  assert.ok(command);
  return readOrder(parseArguments(command, line.split(" ")), { HOME: "/home/me", ...environment });
}

suite("order: directories", () => {
  const read: readonly (readonly [text: string, host: string, guest: string, readOnly: boolean])[] =
    [
      [".", ".", ".", false],
      ["/srv/www", "/srv/www", "/srv/www", false],
      ["/srv/www:ro", "/srv/www", "/srv/www", true],
      ["data::/data", "data", "/data", false],
      ["data::/data:ro", "data", "/data", true],
      ["a:b::c", "a:b", "c", false],
      ["odd:ro:rw", "odd:ro", "odd:ro", false],
    ];
  for (const [text, host, guest, readOnly] of read) {
    test(`reads "${text}"`, () => {
      assert.deepEqual(readDirectory(text), { host, guest, readOnly });
    });
  }

  for (const text of ["", ":ro", "::", "a::", "::b"]) {
    test(`refuses "${text}"`, () => {
      assert.throws(() => readDirectory(text), { code: "USAGE" });
    });
  }

  test("refuses two under one name, with or without a slash at the end", () => {
    const twice = { code: "GRANT_INVALID", message: `cannot grant two directories as "/x"` };
    assert.throws(() => order("--dir a::/x --dir b::/x/ p.wasm"), twice);
  });
});

suite("order: the environment", () => {
  test("holds what was given, and of what was there only what was named", () => {
    const { env } = order("--env A=1 --env B=x=y --env HOME p.wasm", { SECRET: "s" });
    assert.deepEqual(env, { A: "1", B: "x=y", HOME: "/home/me" });
  });

  test("refuses a name that is not there, and no name at all", () => {
    assert.throws(() => order("--env MISSING p.wasm"), { code: "USAGE", message: /MISSING/ });
    assert.throws(() => order("--env =1 p.wasm"), { code: "USAGE" });
  });
});

suite("order: the rest", () => {
  test("passes on what follows the program", () => {
    const { file, args } = order("--stats p.wasm --dir x -");
    assert.equal(file, "p.wasm");
    assert.deepEqual(args, ["--dir", "x", "-"]);
  });

  test("has nothing that was not asked for", () => {
    const { directories, listen, connect, env, limits, record } = order("p.wasm");
    assert.deepEqual(
      { directories, listen, connect, env, limits, record },
      {
        directories: [],
        listen: [],
        connect: [],
        env: {},
        limits: {},
        record: undefined,
      },
    );
  });

  test("reads addresses", () => {
    const { listen, connect } = order("--listen :80 --listen unix:/s --connect db:5432 p.wasm");
    assert.deepEqual(listen, [
      { kind: "tcp", host: "127.0.0.1", port: 80 },
      { kind: "unix", path: "/s" },
    ]);
    assert.deepEqual(connect, [{ kind: "tcp", host: "db", port: 5432 }]);
    assert.throws(() => order("--listen nowhere p.wasm"), { code: "GRANT_INVALID" });
  });

  test("keeps prepared programs where caches go", () => {
    assert.match(order("p.wasm").cacheFolder ?? "", /\.cache\/noos\/programs$/);
    assert.equal(order("p.wasm", { XDG_CACHE_HOME: "/c" }).cacheFolder, "/c/noos/programs");
    assert.equal(order("p.wasm", { NOOS_CACHE: "/n" }).cacheFolder, "/n/programs");
    assert.equal(order("--no-cache p.wasm").cacheFolder, undefined);
  });

  test("keeps nothing for a user who has no home, rather than in the working directory", () => {
    assert.equal(order("p.wasm", { HOME: "" }).cacheFolder, undefined);
    assert.equal(order("p.wasm", { HOME: undefined }).cacheFolder, undefined);
  });

  test("needs a program, which does not come from standard input", () => {
    assert.throws(() => order("--stats"), { code: "USAGE", message: /no FILE/ });
    assert.throws(() => order("-"), { code: "USAGE", message: /standard input/ });
  });

  test("refuses a share of a core for a program without checks", () => {
    assert.throws(() => order("--no-preempt --cpu-share 0.5 p.wasm"), { code: "USAGE" });
    assert.equal(order("--no-preempt p.wasm").isPreemptible, false);
  });
});
