import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatManifest, ManifestError, parseManifest, type Serve } from "#pool/manifest";

function serveIn(written: string, beside = ""): Serve | undefined {
  const content = `app: a\nprocesses:\n  web: { image: w.wasm, serve: ${written}${beside} }\n`;
  const { manifest } = parseManifest({ name: "noos.yaml", content });
  const again = parseManifest({ name: "again", content: formatManifest(manifest) });
  assert.deepEqual(again.manifest, manifest);
  return manifest.processes[0]?.serve;
}

function problemsIn(written: string, beside = ""): string {
  try {
    serveIn(written, beside);
  } catch (error) {
    assert.ok(error instanceof ManifestError, String(error));
    return error.report;
  }
  return "";
}

suite("what a process serves", () => {
  test("is a route, several, or a map, with defaults for the rest", () => {
    const plain: Serve = {
      routes: ["/"],
      as: "cgi",
      instances: { min: 0, max: 4 },
      spread: { min: 1, max: 64 },
      calls: "unlimited",
      atOnce: "unlimited",
      timeoutNs: 30e9,
      waiting: 1000,
      waitNs: 10e9,
      idleNs: { min: 10e9, max: 600e9 },
      drainNs: 30e9,
      trialNs: 10e9,
    };
    assert.deepEqual(serveIn("/"), plain);
    assert.deepEqual(serveIn("[/a/, Example.com/b]"), {
      ...plain,
      routes: ["/a/", "example.com/b"],
    });
    assert.deepEqual(serveIn("{ routes: [/] }"), plain);
    assert.deepEqual(
      serveIn(
        "{ as: server, instances: 2..8, spread: 2..all, calls: 1, at-once: 10, " +
          "timeout: 1s, waiting: 5, wait: 2s, idle: 1m, " +
          "probe: /health?deep=1, drain: 5s, trial: 0s, rehearsal: off }",
      ),
      {
        routes: [],
        as: "server",
        instances: { min: 2, max: 8 },
        spread: { min: 2, max: 64 },
        calls: 1,
        atOnce: 10,
        timeoutNs: 1e9,
        waiting: 5,
        waitNs: 2e9,
        idleNs: { min: 60e9, max: 60e9 },
        probe: "/health?deep=1",
        drainNs: 5e9,
        trialNs: 0,
        rehearsal: "off",
      },
    );
    assert.deepEqual(serveIn("{ instances: 3 }")?.instances, { min: 3, max: 3 });
    assert.deepEqual(serveIn("{ spread: all }")?.spread, { min: 64, max: 64 });
  });

  test("is raw connections, too, of a program that accepts some", () => {
    const tcp = serveIn("tcp:5432");
    assert.deepEqual([tcp?.routes, tcp?.as], [["tcp:127.0.0.1:5432"], "tcp"]);
    const both = serveIn(`[/, "tcp:[::]:25"]`);
    assert.deepEqual([both?.routes, both?.as], [["/", "tcp:[::]:25"], "tcp"]);
    assert.equal(serveIn("{ as: tcp }")?.as, "tcp");
    for (const as of ["cgi", "server"]) {
      const expected = `serve: found "tcp:127.0.0.1:1" as: ${as}, expected tcp: routes only of`;
      const problems = problemsIn(`{ routes: [tcp:1], as: ${as} }`);
      assert.ok(problems.includes(expected), problems);
    }
    assert.match(problemsIn("[tcp:1, tcp:0.0.0.0:1]"), /expected a port that nothing else/);
    assert.match(problemsIn("[tcp:1, tcp:127.0.0.1:1]"), /serve/);
    assert.equal(problemsIn("[tcp:1, tcp:2]"), "");
    for (const serve of ["tcp:1", "{ as: tcp }"]) {
      const script = `app: a\nprocesses:\n  web: { source: w.ts, serve: ${serve} }\n`;
      assert.throws(
        () => parseManifest({ name: "noos.yaml", content: script }),
        (error) => error instanceof ManifestError && /of a script/.test(error.report),
      );
    }
  });

  test("is no directory where those are that the process may call", () => {
    const problem = /uses\.files: found ".*expected another place than \/net/;
    const uses = (files: string, call = "web"): string =>
      problemsIn("/", `, uses: { call: [${call}], files: ["${files}"] }`);
    for (const files of ["./d::/net", "./d::net/x", "./d::/net/", "/net", "./net:ro"]) {
      assert.match(uses(files), problem, files);
    }
    for (const files of ["./d::/network", "./d::/x/net", "./d::/"]) {
      assert.equal(uses(files), "", files);
    }
    assert.equal(uses("./d::/net", `"api.example:443"`), "");
  });

  test("is refused with what was expected", () => {
    const wrong: readonly (readonly [written: string, expected: RegExp])[] = [
      ["here", /serve: found "here", expected a route: PATH or HOST\/PATH/],
      ["[/, 5]", /serve\[1\]: found the number 5, expected a route/],
      ["{ path: / }", /found the key "path"/],
      ["{ replicas: 3 }", /found the key "replicas".*did you mean "instances"/],
      ["{ instances: 4..2 }", /serve\.instances: found "4\.\.2", expected how many/],
      ["{ instances: 0 }", /serve\.instances: found the number 0, expected how many/],
      ["{ instances: 1..2..3 }", /serve\.instances: found/],
      ["{ instances: 0..1000000 }", /serve\.instances: found/],
      ["{ spread: 0 }", /serve\.spread: found the number 0, expected on how many executors/],
      ["{ spread: most }", /serve\.spread: found "most", expected on how many executors/],
      ["{ as: fastcgi }", /serve\.as: found "fastcgi", expected "cgi", "server" or "tcp"/],
      ["{ calls: 0 }", /serve\.calls: found the number 0, expected a whole number from 1 on/],
      ["{ timeout: 0s }", /serve\.timeout: found "0s", expected a duration from 1ms to 24h/],
      ["{ idle: 1 }", /serve\.idle: found the number 1, expected how long/],
      ["{ probe: health }", /serve\.probe: found "health", expected a path such as \/health/],
      ["{ probe: /a#b }", /serve\.probe: found "\/a#b", expected a path/],
      ["{ drain: forever }", /serve\.drain: found "forever", expected a duration from 0s to 24h/],
      ["{ rehearsal: never }", /serve\.rehearsal: found "never", expected "on" or "off"/],
      ["{ waiting: -1 }", /serve\.waiting: found the number -1, expected a whole number from 0/],
    ];
    for (const [written, expected] of wrong) assert.match(problemsIn(written), expected, written);
  });

  test("has each route once in the app, and neither a count nor an address beside it", () => {
    assert.match(problemsIn("[/a, /a]"), /serve: found "\/a" again, expected it once in the app/);
    assert.match(problemsIn("/", ", count: 2"), /count: found 2 of a process that serves/);
    assert.match(
      problemsIn("/", `, uses: { listen: [":80"] }`),
      /uses\.listen: found ":80", expected no address of a process that serves/,
    );
    assert.equal(problemsIn("/", ", count: 0"), "");
  });
});

suite("whom a process calls", () => {
  const callsOf = (call: string): string => problemsIn("/", `, uses: { call: ${call} }`);

  test("serves, where it is of the same app", () => {
    assert.equal(callsOf(`[web, other.app, "api.example:443", "*.example.com:80"]`), "");
    assert.match(
      callsOf("[wbe]"),
      /uses\.call: found "wbe", expected the name.*did you mean "web"/,
    );
    assert.match(callsOf("[no.a]"), /uses\.call: found "no\.a", expected the name of a process/);
    assert.equal(callsOf("[], unlisted: count"), "");
    assert.match(
      callsOf("[], unlisted: coutn"),
      /uses\.unlisted: found "coutn", expected "refuse" or "count"; did you mean "count"/,
    );
    assert.match(callsOf("[a b]"), /uses\.call\[0\]: found "a b", expected a process that serves/);
  });
});
