import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import fc from "fast-check";
import { checkSchema } from "./check-schema.ts";
import { type JsonSchema, object, words } from "./json-schema.ts";
import { openApiDocument } from "./openapi.ts";
import { type Operation, operations } from "./operations.ts";
import { schemas } from "./schemas.ts";

suite("schemas", () => {
  const good = {
    manifest: "app: shop",
    file: "noos.yaml",
    base: "/srv/shop",
    images: { "./worker.wasm": `sha256:${"0".repeat(64)}` },
  };
  const check = (value: unknown): string => {
    const found = checkSchema(schemas.DeployRequest, value, schemas);
    return found === undefined ? "fits" : `${found.at}: ${found.found}, not ${found.expected}`;
  };

  test("let pass what fits, fields that nobody knows too", () => {
    assert.equal(check(good), "fits");
    assert.equal(check({ ...good, added: [1, { later: null }] }), "fits");
  });

  const refused: readonly (readonly [value: unknown, message: RegExp])[] = [
    [null, /^: null, not an object$/],
    [[], /^: a list, not an object$/],
    [{ ...good, manifest: 7 }, /^manifest: 7, not a text$/],
    [{ ...good, manifest: "x".repeat(2 ** 23 + 1) }, /^manifest: 8388609 characters, not 8388608/],
    [{ ...good, base: "shop" }, /^base: "shop", not the absolute directory/],
    [{ ...good, images: undefined }, /^images: undefined, not an object$/],
    [{ ...good, images: { a: "sha256:1" } }, /^images\.a: "sha256:1", not a text like/],
    [{ manifest: "", file: "", base: "/" }, /^images: nothing, not a value$/],
    [{ ...good, file: "\u001b[2J" }, /^fits$/],
    [{ ...good, base: "\u001b[2J" }, /^base: "\\u001b\[2J", not/],
  ];
  for (const [value, message] of refused) {
    test(`say of ${JSON.stringify(value)?.slice(0, 60)}: ${message.source}`, () => {
      assert.match(check(value), message);
    });
  }

  for (const [count, fits] of [
    [0, true],
    [1_000_000, true],
    [1_000_001, false],
    [-1, false],
    [1.5, false],
    ["3", false],
    [true, false],
  ] as const) {
    test(`${fits ? "take" : "refuse"} ${JSON.stringify(count)} as a count`, () => {
      const found = checkSchema(schemas.ScaleRequest, { count }, schemas);
      assert.equal(found === undefined, fits);
    });
  }

  test("judge any JSON without a crash", () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom(...Object.values<JsonSchema>(schemas)),
        (v, s) => {
          checkSchema(s, v, schemas);
        },
      ),
    );
  });

  test("refuse a word that is not in a list, and an item of a list by its place", () => {
    const event = { position: "1", at: "", kind: "app-deployed" };
    assert.equal(checkSchema(schemas.EventView, event, schemas), undefined);
    const found = checkSchema(schemas.EventView, { ...event, kind: "new" }, schemas);
    assert.match(found?.expected ?? "", /^one of app-deployed, /);
    const problems = [{}];
    const fields = { type: "", title: "", status: 404, detail: "", code: "", hint: "", problems };
    assert.equal(checkSchema(schemas.ProblemView, fields, schemas)?.at, "problems.0.line");
  });
});

suite("schemas: the compiler", () => {
  interface View {
    readonly name: string;
    readonly state: "on" | "off";
    readonly age?: number;
  }
  const name = { type: "string" } as const;
  const age = { type: "number" } as const;
  const state = words<View["state"]>({ on: "", off: "" });

  test("takes the fields of a type, and tells required ones from others", () => {
    const schema = object<View>({ name, state }, { age });
    assert.deepEqual(schema.required, ["name", "state"]);
    assert.deepEqual(Object.keys(schema.properties), ["name", "state", "age"]);
  });

  test("refuses a field that lacks, is not there, or is of another kind", () => {
    // @ts-expect-error -- `state` lacks
    object<View>({ name }, { age });
    // @ts-expect-error -- `age` lacks
    object<View>({ name, state }, {});
    // @ts-expect-error -- `age` may be left out
    object<View>({ name, state, age }, { age });
    // @ts-expect-error -- `name` is no number
    object<View>({ name: age, state }, { age });
    // @ts-expect-error -- the words of another field
    object<View>({ name, state: words({ up: "", down: "" }) }, { age });
    // @ts-expect-error -- not all words
    words<View["state"]>({ on: "" });
    assert.ok(true, "the compiler is the judge");
  });
});

suite("the OpenAPI document", () => {
  const document = JSON.parse(JSON.stringify(openApiDocument()));

  test("in docs/schema is that of the tables", () => {
    const file = join(import.meta.dirname, "../../../docs/schema/openapi.json");
    const wanted = "run node tools/schemas.ts, then npm run fix";
    assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), document, wanted);
  });

  test("is told of in the manual, operation by operation", () => {
    const file = join(import.meta.dirname, "../../../docs/manual/api.md");
    const page = readFileSync(file, "utf8");
    for (const { method, path } of Object.values<Operation>(operations)) {
      const row = new RegExp(`^\\| [^|]*(?:${method}|PUT …)[^|]*\\|`, "gm");
      const rows = [...page.matchAll(row)].map(([text]) => text);
      assert.ok(
        rows.some((text) => text.includes(path)),
        `${method} ${path}`,
      );
    }
  });

  test("has each operation under its path and method, by its name", () => {
    for (const [name, { path, method }] of Object.entries<Operation>(operations)) {
      assert.equal(document.paths[path]?.[method.toLowerCase()]?.operationId, name);
    }
    const described = Object.values<object>(document.paths).flatMap((path) => Object.keys(path));
    assert.equal(described.length, Object.keys(operations).length);
  });

  test("refers to schemas that are there, and has each that is there used", () => {
    const text = JSON.stringify(document);
    const used = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((m) => m[1]);
    assert.deepEqual(new Set(used), new Set(Object.keys(document.components.schemas)));
  });

  test("is as OpenAPI 3.1 asks: names of the path are parameters, each answer is described", () => {
    assert.match(document.openapi, /^3\.1\.\d+$/);
    assert.ok(document.info.title && document.info.version);
    for (const [path, methods] of Object.entries<Record<string, never>>(document.paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      for (const operation of Object.values<Described>(methods)) {
        const given = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
        assert.deepEqual(
          given.map(({ name, required }) => [name, required]),
          names.map((name) => [name, true]),
        );
        for (const [status, answer] of Object.entries(operation.responses)) {
          assert.match(status, /^[2-5]\d\d$/);
          assert.ok(answer.description);
        }
        const refused = Object.keys(operation.responses).filter((status) => status >= "400");
        for (const status of ["400", "401", "500", "503"]) assert.ok(refused.includes(status));
      }
    }
  });
});

interface Described {
  readonly parameters?: readonly { in: string; name: string; required: boolean }[];
  readonly responses: Readonly<Record<string, { description: string }>>;
}
