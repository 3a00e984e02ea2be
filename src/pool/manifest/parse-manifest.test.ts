import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import {
  limitNumbers,
  ManifestError,
  manifestSchema,
  parseManifest,
  type ParsedManifest,
} from "#pool/manifest";

const root = join(import.meta.dirname, "..", "..", "..");

function parse(content: string | Uint8Array): ParsedManifest {
  return parseManifest({ name: "noos.yaml", content });
}

/** The lines of a report without the excerpts below them. */
function problemsOf(content: string | Uint8Array): readonly string[] {
  return reportOf(content)
    .split("\n")
    .filter((line) => !/^\s+(?:\d+ )?\|/.test(line));
}

function reportOf(content: string | Uint8Array): string {
  try {
    parse(content);
  } catch (error) {
    assert.ok(error instanceof ManifestError, String(error));
    assert.equal(error.code, "MANIFEST_INVALID");
    return error.report;
  }
  return "";
}

const shop = `app: shop
config: { MODE: prod }
processes:
  worker:
    image: ./worker.wasm
    args: [--queue, jobs]
    count: 3
    memory: 64MiB
    cpu-share: 50%
    restart: on-failure
    give-up: 10 in 60s
    uses:
      files: [./data:ro]
      connect: ["db.example:5432"]
      env: { LEVEL: 3, ZERO: 0.10, COUNTRY: no }
      config: [MODE]
      secrets: [DB_PASSWORD]
  cache: { image: ./cache.wasm }
  api: { image: ./api, uses: { listen: [":8080"] } }
tree:
  children:
    - worker
    - supervisor: { strategy: rest-for-one, children: [cache, api] }
`;

suite("manifest: what is read", () => {
  test("has units parsed, words as they are written, and names in order", () => {
    const [worker] = parse(shop).manifest.processes;
    assert.equal(worker?.limits.memory, 64 * 2 ** 20);
    assert.equal(worker?.limits["cpu-share"], 0.5);
    assert.deepEqual(worker?.giveUp, { restarts: 10, withinNs: 60e9 });
    assert.deepEqual(worker?.uses.env, [
      { name: "COUNTRY", value: "no" },
      { name: "LEVEL", value: "3" },
      { name: "ZERO", value: "0.10" },
    ]);
  });

  test("has limits as a kernel takes them", () => {
    const [worker] = parse(shop).manifest.processes;
    assert.ok(worker);
    const numbers = limitNumbers(worker.limits);
    assert.equal(numbers["wall-time"], Infinity);
    assert.equal(numbers.memory, 64 * 2 ** 20);
    assert.ok(!("processes" in numbers));
  });

  test("has every default", () => {
    assert.deepEqual(parse("app: a\nprocesses: { b: { image: x.wasm } }").manifest, {
      app: "a",
      processes: [
        {
          name: "b",
          image: "x.wasm",
          args: [],
          count: 1,
          limits: {
            memory: 2 ** 32,
            "cpu-time": "unlimited",
            "wall-time": "unlimited",
            "cpu-share": 1,
            descriptors: 1024,
            output: "unlimited",
            "file-bytes": 2 ** 28,
            "call-stack": 2 ** 22,
            "module-size": 2 ** 28,
            "table-elements": 1_000_000,
            children: 1000,
            exchanges: 1000,
          },
          restart: "always",
          graceNs: 5e9,
          uses: {
            files: [],
            listen: [],
            connect: [],
            env: [],
            config: [],
            secrets: [],
            spawn: [],
            call: [],
          },
        },
      ],
      tree: {
        kind: "supervisor",
        name: "root",
        strategy: "one-for-one",
        restart: "always",
        children: [{ kind: "process", name: "b" }],
      },
      config: [],
      queues: [],
    });
  });

  test("has a script in place of an image", () => {
    const [web] = parse("app: a\nprocesses: { web: { source: ./web.ts } }").manifest.processes;
    assert.deepEqual([web?.image, web?.isScript], ["./web.ts", true]);
  });

  test("calls a supervisor without a name by its place", () => {
    const { children } = parse(shop).manifest.tree;
    assert.deepEqual(
      children.map(({ name }) => name),
      ["worker", "root.2"],
    );
  });

  test("may be JSON, have CRLF, a byte order mark, or say a thing once for several", () => {
    const plain = parse("app: a\nprocesses: { b: { image: x }, c: { image: x } }").manifest;
    const json = `{"app": "a", "processes": {"b": {"image": "x"}, "c": {"image": "x"}}}`;
    const aliased = "app: a\nprocesses:\n  b: &b { image: x }\n  c: *b\n";
    const marked = new TextEncoder().encode(`\ufeff${aliased.replaceAll("\n", "\r\n")}`);
    for (const text of [json, aliased, marked]) assert.deepEqual(parse(text).manifest, plain);
  });

  test("of 10,000 processes is read whole", () => {
    const line = (_: unknown, index: number): string =>
      `  p${index}: { image: ./p.wasm, memory: 64MiB, uses: { env: { N: ${index} } } }\n`;
    const many = Array.from({ length: 10_000 }, line).join("");
    assert.equal(parse(`app: a\nprocesses:\n${many}`).manifest.processes.length, 10_000);
  });

  test("can be pointed at later, where it is said or would be", () => {
    const parsed = parse(shop);
    assert.deepEqual(parsed.placeOf(["processes", "worker", "image"]), { line: 5, column: 12 });
    assert.deepEqual(parsed.placeOf(["processes", "worker", "grace"]), { line: 4, column: 3 });
    assert.equal(
      parsed.errorAt(["processes", "cache", "image"], { found: "no file", expected: "one" }).report,
      [
        "noos.yaml:18:19: processes.cache.image: found no file, expected one",
        "   18 |   cache: { image: ./cache.wasm }",
        "      |                   ^^^^^^^^^^^^",
      ].join("\n"),
    );
  });
});

/** One process in which `line` stands, on line 5. */
function inProcess(line: string): string {
  return `app: a\nprocesses:\n  w:\n    image: ./w.wasm\n    ${line}\n`;
}

/** A tree over two processes, on line 3. */
function withTree(tree: string): string {
  return `app: a\nprocesses: { w: { image: x }, v: { image: x } }\ntree: ${tree}\n`;
}

const name = `a name: at most 63 of a-z, 0-9 and "-", a letter first`;
const manyErrors = Array.from({ length: 60 }, (_, index) => `k${index}: 1`).join("\n");

/** A text, and what is said of it, less the file's name. */
const bad: readonly (readonly [text: string, ...problems: string[]])[] = [
  // The file as a whole.
  ["", "1:1: found nothing, expected an app: a map with app, processes, tree and so on"],
  ["# later", "1:1: found nothing, expected an app: a map with app, processes, tree and so on"],
  ["- a", "1:1: found a list, expected an app: a map with app, processes, tree and so on"],
  ["x".repeat(50e6), "1:1: found a file of 47.7 MiB or more, expected at most 8 MiB"],
  ["app: a\nprocesses: {}\n---\napp: b\n", "3:1: found a second document, expected one in a file"],
  ["app: a\nprocesses:\n\tw: 1\n", "3:1: found a tab, expected spaces for indentation"],
  [
    `app: ${"[".repeat(100)}`,
    "1:69: found a list or map too deep, expected at most 64 in each other",
  ],
  [
    "app: a\nprocesses: { w: { image: x } ",
    "2:30: found a text that is no YAML (unexpected end of the stream within a flow collection), " +
      "expected more before the end",
  ],
  [
    "app: a\u0007",
    "1:7: found a control character, expected it to be escaped between double quotes",
  ],
  // What YAML has and a manifest has not.
  [
    "app: a\nprocesses: {}\napp: b\n",
    `3:1: found the key "app" a second time, expected each key once in a map`,
  ],
  ["app: !!str a\nprocesses: {}", `1:6: found the tag "!!str", expected a value without a tag`],
  [
    "app: *a\nprocesses: {}",
    `1:7: found the alias "*a", expected an anchor of that name before it`,
  ],
  [
    "app: a\nprocesses: &p { w: *p }",
    `2:21: found the alias "*p", expected it outside of what it repeats`,
  ],
  ["app: a\nprocesses: {}\n? [x]\n: y", "3:3: found a list as a key, expected a word"],
  [
    "app: a\nprocesses: {}\n<<: {}\n",
    `3:1: found the key "<<", expected one of app, processes, tree, config, queues`,
  ],
  // Names.
  ["app: 1\nprocesses: {}", `1:6: app: found the number 1, expected ${name}`],
  ["app: true\nprocesses: {}", `1:6: app: found the truth value true, expected ${name}`],
  ["app: Shop\nprocesses: {}", `1:6: app: found "Shop", expected ${name}`],
  ["app:\nprocesses: {}", `1:4: app: found nothing, expected ${name}`],
  ["processes: {}", `1:1: found an app without "app", expected "app" in it`],
  [
    "app: a\nprocesses: { 1: { image: x } }",
    `2:14: processes: found the number 1, expected ${name}`,
  ],
  // Keys.
  [
    "app: a\nproceses: {}\nprocesses: {}",
    `2:1: found the key "proceses", expected a key of an app; did you mean "processes"?`,
  ],
  [
    inProcess("memroy: 1"),
    `5:5: processes.w: found the key "memroy", expected a key of a process; did you mean "memory"?`,
  ],
  [
    inProcess("cpu: 1"),
    `5:5: processes.w: found the key "cpu", expected a key of a process; did you mean "cpu-share"?`,
  ],
  [
    inProcess("env: {}"),
    `5:5: processes.w: found the key "env", expected a key of a process; did you mean "uses.env"?`,
  ],
  [
    "app: a\nprocesses: { w: { args: [] } }",
    '2:17: processes.w: found a process without "image" or "source", ' +
      "expected one of them in it",
  ],
  [
    inProcess("source: ./w.ts"),
    `5:5: processes.w.source: found "image" and "source", expected one of them`,
  ],
  [
    "app: a\nprocesses: { w: { source: ./w.py } }",
    `2:27: processes.w.source: found "./w.py", expected a .ts or .js file such as ./web.ts`,
  ],
  [
    "app: a\nprocesses: { w: { image: ./w.tsx } }",
    '2:26: processes.w.image: found "./w.tsx", ' +
      "expected an image; of a script, source: with its name",
  ],
  // Types, units and ranges.
  ["app: a\nprocesses: [w]", "2:12: processes: found a list, expected a map of processes by name"],
  [
    "app: a\nprocesses: { w: }",
    "2:15: processes.w: found nothing, " +
      "expected a process: a map with image, source, args and so on",
  ],
  [
    inProcess("args: jobs"),
    `5:11: processes.w.args: found "jobs", expected a list such as [--queue, jobs]`,
  ],
  [
    inProcess("args: [a, ~]"),
    "5:15: processes.w.args[1]: found nothing, " +
      "expected a text of at most 65536 characters, none of them NUL",
  ],
  [
    inProcess("count: -1"),
    "5:12: processes.w.count: found the number -1, expected a whole number from 0 to 100000",
  ],
  [
    inProcess("memory: 64MB2"),
    `5:13: processes.w.memory: found "64MB2", expected a size such as 64MiB, from 0 B to 16 GiB`,
  ],
  [
    inProcess("wall-time: 10"),
    "5:16: processes.w.wall-time: found the number 10, " +
      "expected a duration such as 10s or 500ms or unlimited",
  ],
  [
    inProcess("descriptors: 1"),
    "5:18: processes.w.descriptors: found the number 1, expected a value from 3 to 65536",
  ],
  [
    inProcess("restart: alway"),
    `5:14: processes.w.restart: found "alway", ` +
      `expected "always", "on-failure" or "never"; did you mean "always"?`,
  ],
  [
    inProcess("give-up: often"),
    `5:14: processes.w.give-up: found "often", ` +
      `expected restarts in a time such as "10 in 60s" (at most 10000 in 24h), or "never"`,
  ],
  [
    inProcess("grace: 2h"),
    `5:12: processes.w.grace: found "2h", expected a duration from 0s to 1h, such as 5s`,
  ],
  [
    inProcess("uses: { listen: [80] }"),
    "5:22: processes.w.uses.listen[0]: found the number 80, " +
      "expected HOST:PORT, [IPV6]:PORT, :PORT or unix:PATH, with a port of at most 65535",
  ],
  [
    inProcess(`uses: { files: ["::x"] }`),
    `5:21: processes.w.uses.files[0]: found "::x", expected HOST, HOST::GUEST or either with :ro`,
  ],
  [
    inProcess("uses: { secrets: [A-B] }"),
    `5:23: processes.w.uses.secrets[0]: found "A-B", ` +
      `expected the name of a variable: letters, digits and "_", no digit first`,
  ],
  // What has to agree.
  [
    `${inProcess("uses: { config: [MOED] }")}config: { MODE: x }`,
    `5:22: processes.w.uses.config: found "MOED", ` +
      `expected a name in the app's config; did you mean "MODE"?`,
  ],
  [
    inProcess("uses: { env: { A: 1 }, secrets: [A] }"),
    `5:38: processes.w.uses.secrets: found "A" again, ` +
      `expected it once among env, config and secrets`,
  ],
  [
    inProcess("uses: { spawn: [v] }"),
    `5:21: processes.w.uses.spawn: found "v", expected the name of a process`,
  ],
  [
    `${inProcess("uses: { spawn: [v, v] }")}  v: { image: x }\n`,
    `5:24: processes.w.uses.spawn: found "v" again, expected it once in the list`,
  ],
  [
    `${inProcess("uses: { spawn: [v], files: [a] }")}  v: { image: x, uses: { files: [b] } }\n`,
    `5:21: processes.w.uses.spawn: found "v", which has files: "b", ` +
      `expected a process with no more than this one has`,
  ],
  [
    `${inProcess("uses: { spawn: [v] }")}  v: { image: x, uses: { unlisted: count } }\n`,
    `5:21: processes.w.uses.spawn: found "v", which has unlisted: "count", ` +
      `expected a process with no more than this one has`,
  ],
  [
    `${inProcess("uses: { spawn: [v] }")}    memory: 1MiB\n  v: { image: x, memory: 2MiB }\n`,
    `5:21: processes.w.uses.spawn: found "v", which has memory: 2 MiB, ` +
      `expected a process with no more than this one has`,
  ],
  [
    inProcess("uses: { files: [a, b::a] }"),
    `5:24: processes.w.uses.files: found "a" again, ` +
      `expected it once as the guest's name of a directory`,
  ],
  [
    inProcess(`uses: { listen: [":80", "127.0.0.1:80"] }`),
    `5:29: processes.w.uses.listen: found "127.0.0.1:80" again, expected it once in the app`,
  ],
  [
    withTree("{ children: [w, vv] }"),
    `2:31: processes: found "v", which the tree does not have, ` +
      `expected each process once in the tree`,
    `3:23: tree.children: found "vv", expected the name of a process; did you mean "v"?`,
  ],
  [
    withTree("{ children: [w, v, w] }"),
    `3:26: tree.children: found "w" again, expected it once in the tree`,
  ],
  [
    withTree("{ children: [w, v, [w]] }"),
    "3:26: tree.children[2]: found a list, expected the name of a process, or supervisor: { … }",
  ],
  [
    withTree("{ name: w, children: [w, v] }"),
    `3:15: tree.name: found "w" again, expected it once among processes and supervisors`,
  ],
  [
    withTree("{ children: [w, supervisor: { name: root, children: [v] }] }"),
    `3:43: tree.children.supervisor.name: found "root", ` +
      `expected another name: the top of a tree has this one`,
  ],
  [
    "app: shop\nprocesses: { root: { image: x } }\n",
    `2:14: processes.root: found "root", expected another name: the top of a tree has this one`,
  ],
  [
    "app: s\nprocesses: { a: { image: x, count: 60000 }, b: { image: x, count: 60000 } }\n",
    "2:45: processes.b: found 120000 processes up to here, expected at most 100000 in all",
  ],
  [
    withTree("{ strategy: all, children: [w, v] }"),
    `3:19: tree.strategy: found "all", expected "one-for-one", "one-for-all" or "rest-for-one"`,
  ],
  [
    withTree("{ children: [w, v, { supervisr: 1 }] }"),
    `3:26: tree.children[2]: found a child without "supervisor", expected "supervisor" in it`,
    `3:28: tree.children[2]: found the key "supervisr", ` +
      `expected a key of a child; did you mean "supervisor"?`,
  ],
];

suite("manifest: what is wrong", () => {
  for (const [text, ...problems] of bad) {
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    test(`is said of ${JSON.stringify(shown)}`, () => {
      assert.deepEqual(
        problemsOf(text),
        problems.map((problem) => `noos.yaml:${problem}`),
      );
    });
  }

  test("is a byte that is no UTF-8, wherever replacements stand before it", () => {
    const bytes = [...new TextEncoder().encode("app: \ufffd"), 0xff];
    assert.deepEqual(problemsOf(Uint8Array.from(bytes)), [
      "noos.yaml:1:7: found the byte 0xff, expected a text in UTF-8",
    ]);
  });

  test("is shown with its line, and a caret below the place", () => {
    assert.equal(
      reportOf(`app: a\r\nprocesses: { "\u00e4\ud83d\ude00": {image: 5} }\r\n`),
      [
        `noos.yaml:2:14: processes: found "\u00e4\ud83d\ude00", expected ${name}`,
        `    2 | processes: { "\u00e4\ud83d\ude00": {image: 5} }`,
        "      |              ^^^^^",
        "noos.yaml:2:28: processes.\u00e4\ud83d\ude00.image: found the number 5, " +
          "expected a file or directory such as ./worker.wasm",
        `    2 | processes: { "\u00e4\ud83d\ude00": {image: 5} }`,
        "      |                             ^",
      ].join("\n"),
    );
  });

  test("is told up to fifty times, in the order of the file", () => {
    const lines = problemsOf(`${manyErrors}\napp: a\nprocesses: {}\n`);
    assert.equal(lines.length, 51);
    assert.match(lines[49] ?? "", /^noos\.yaml:50:1: found the key "k49"/);
    assert.equal(lines[50], "and 10 more");
  });

  test("is told of ten thousand slips at once, too", () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `process-number-${index}`);
    const processes = names.map((one) => `  ${one}: { image: x }`).join("\n");
    const children = names.map((one) => `    - ${one}x`).join("\n");
    const text = `app: a\nprocesses:\n${processes}\ntree:\n  children:\n${children}\n`;
    assert.equal(problemsOf(text).at(-1), "and 9951 more");
  });

  test("is the one mistake in a tree, not all processes that are not in it therefore", () => {
    const processes = Array.from({ length: 60 }, (_, at) => `  p${at}: { image: ./w.wasm }`);
    const text = ["app: a", "processes:", ...processes, "tree: { childrn: [] }"].join("\n");
    const found = problemsOf(text).map((problem) => problem.replace(/, expected.*$/, ""));
    assert.deepEqual(found, [
      'noos.yaml:3:3: processes: found "p0" and 59 more, which the tree does not have',
      'noos.yaml:63:7: tree: found a supervisor without "children"',
      'noos.yaml:63:9: tree: found the key "childrn"',
    ]);
  });

  test("is an alias that repeats more than a file may hold", () => {
    const rows = Array.from("bcdefg", (letter, index) => {
      const before = `*${"abcdef"[index]}`;
      return `${letter}: &${letter} [${Array.from({ length: 10 }, () => before).join(", ")}]`;
    });
    const bomb = ["a: &a [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]", ...rows].join("\n");
    assert.match(
      problemsOf(bomb)[0] ?? "",
      /^noos\.yaml:6:\d+: found what the alias "\*e" repeats, expected at most 1000000 values/,
    );
  });

  test("is an alias that puts lists deeper than a file may", () => {
    const rows = Array.from({ length: 100 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}]`);
    assert.match(
      problemsOf(["a0: &a0 []", ...rows].join("\n"))[0] ?? "",
      /^noos\.yaml:64:\d+: found what the alias "\*a62" repeats, expected at most 64 lists/,
    );
  });
});

test("the manual shows a manifest that is read, and has every key", () => {
  const page = readFileSync(join(root, "docs", "manual", "manifest.md"), "utf8");
  const [, example = ""] = /^```yaml\n(.*?)^```$/ms.exec(page) ?? [];
  assert.equal(parse(example).manifest.processes.length, 3);
  for (const [, key = ""] of JSON.stringify(manifestSchema()).matchAll(/"([a-z-]+)":\{"desc/g)) {
    assert.ok(page.includes(`\`${key}\``), key);
  }
});

test("the JSON Schema in docs/schema is that of the table of fields", () => {
  const written = readFileSync(join(root, "docs", "schema", "noos.schema.json"), "utf8");
  const wanted = "run node tools/schemas.ts, then npm run fix";
  assert.deepEqual(JSON.parse(written), manifestSchema(), wanted);
});
