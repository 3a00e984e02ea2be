import assert from "node:assert/strict";
import { resolve } from "node:path";
import { suite, test } from "node:test";
import {
  daemonAddress,
  type Environment,
  formatDaemonAddress,
  parseDaemonAddress,
} from "./daemon-address.ts";

suite("where a daemon is", () => {
  const cases: readonly (readonly [string | undefined, Environment, string])[] = [
    ["unix:/a.sock", { NOOS_AT: "unix:/b.sock", NOOS_DATA: "/c" }, "unix:/a.sock"],
    [undefined, { NOOS_AT: "unix:/b.sock", NOOS_DATA: "/c" }, "unix:/b.sock"],
    [undefined, { NOOS_AT: "", NOOS_DATA: "/c", XDG_STATE_HOME: "/d" }, "unix:/c/noos.sock"],
    [undefined, { NOOS_DATA: "c" }, `unix:${resolve("c")}/noos.sock`],
    [undefined, { XDG_STATE_HOME: "/d", HOME: "/h" }, "unix:/d/noos/noos.sock"],
    [undefined, { XDG_STATE_HOME: "d", HOME: "/h" }, "unix:/h/.local/state/noos/noos.sock"],
    [undefined, { HOME: "/h" }, "unix:/h/.local/state/noos/noos.sock"],
    ["/run/noos.sock", {}, "unix:/run/noos.sock"],
    ["./noos.sock", {}, `unix:${resolve("noos.sock")}`],
    ["127.0.0.1:7700", {}, "http://127.0.0.1:7700"],
    ["http://pi.local:7700/", {}, "http://pi.local:7700"],
    ["[::1]:7700", {}, "http://[::1]:7700"],
  ];
  for (const [at, environment, expected] of cases) {
    test(`with ${at ?? "nothing"} said and ${JSON.stringify(environment)}: ${expected}`, () => {
      const address = daemonAddress(at, environment);
      assert.equal(formatDaemonAddress(address), expected);
      assert.deepEqual(parseDaemonAddress(formatDaemonAddress(address)), address);
    });
  }

  for (const text of ["noos", "127.0.0.1", "1.2.3.4:99999", "https://a:1", "ftp://a/b", "a b:1"]) {
    test(`is not said by ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseDaemonAddress(text), { code: "USAGE" });
    });
  }
});
