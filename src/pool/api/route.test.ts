import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { errorCodes, PlatformError } from "#core/sys";
import { type Operation, type OperationName, operations } from "./operations.ts";
import { ProblemError, problemOf } from "./problem.ts";
import { findRoute, formatTarget } from "./route.ts";
import { statusOf } from "./statuses.ts";

suite("routes", () => {
  test("lead from each target that is written back to its operation, whatever the names", () => {
    const names = fc.constantFrom(...(Object.keys(operations) as OperationName[]));
    const word = fc.string({ minLength: 1, unit: "grapheme" });
    fc.assert(
      fc.property(names, word, word, (name, one, other) => {
        const operation: Operation = operations[name];
        const wanted: Record<string, string> = {};
        const words = { type: one, key: other, delay: one };
        const free = { app: one, spec: other, name: other, path: one, queue: other, ...words };
        const after = name === "output" ? "100" : other;
        const formed = { digest: `sha256:${"a".repeat(64)}`, id: "shop-1.rec", follow: "false" };
        const ranged = { standing: "dead", from: "1", to: "2", most: "5" };
        for (const [key, value] of Object.entries({ ...free, ...formed, ...ranged, after })) {
          const isNamed = operation.path.includes(`{${key}}`);
          if (isNamed || operation.query?.[key] !== undefined) wanted[key] = value;
        }
        const route = findRoute(operation.method, formatTarget(operation, wanted));
        assert.deepEqual(route, { kind: "found", name, parameters: wanted });
      }),
    );
  });

  const cases: readonly (readonly [request: string, answer: object])[] = [
    ["GET /", { kind: "unknown" }],
    ["GET /v2/status", { kind: "unknown" }],
    ["GET /v1/status/", { kind: "unknown" }],
    ["DELETE /v1/apps/", { kind: "unknown" }],
    ["GET /v1/../v1/status", { kind: "unknown" }],
    ["DELETE /v1/apps/%ff", { kind: "unknown" }],
    ["POST /v1/status", { kind: "wrong-method", allow: ["GET"] }],
    ["GET /v1/apps/shop/secrets/A", { kind: "wrong-method", allow: ["PUT", "DELETE"] }],
    ["POST /v1/end", { kind: "wrong-parameter", why: `"path" is missing` }],
    ["POST /v1/end?path=", { kind: "wrong-parameter", why: `"path" is missing` }],
    ["POST /v1/end?path=a%2Fb+c", { kind: "found", name: "end", parameters: { path: "a/b c" } }],
    ["GET /v1/processes?else=1", { kind: "found", name: "processes", parameters: {} }],
    [
      "GET /v1/output?path=a&after=-1",
      {
        kind: "wrong-parameter",
        why: `"after" is "-1", expected a count of bytes to begin after: the endBytes of an answer`,
      },
    ],
    [
      "GET /v1/events?follow=maybe",
      { kind: "wrong-parameter", why: `"follow" is "maybe", expected one of true, false` },
    ],
    [
      "GET /v1/processes?app=%zz",
      { kind: "wrong-parameter", why: "the query has an escape that makes no text" },
    ],
  ];
  for (const [request, answer] of cases) {
    test(`answer ${request}`, () => {
      const [method = "", target = ""] = request.split(" ");
      assert.deepEqual(findRoute(method, target), answer);
    });
  }

  for (const id of ["../state.db", "..", ".hidden", "a/b", "a\0b", "x".repeat(201)]) {
    test(`take no crash called ${JSON.stringify(id.slice(0, 20))}`, () => {
      const target = formatTarget(operations.crash, { id });
      assert.equal(findRoute("GET", target).kind, "wrong-parameter");
    });
  }
});

suite("problems", () => {
  test("have for each code a status that says it failed", () => {
    for (const code of errorCodes) assert.ok(statusOf[code] >= 400 && statusOf[code] < 600, code);
  });

  test("come back as the error they were made of", () => {
    const error = new PlatformError(`there is no app "shop"`, {
      code: "APP_UNKNOWN",
      hint: "noos ps lists them",
    });
    const problem = problemOf(error);
    assert.equal(problem.status, 404);
    assert.equal(problem.title, "App unknown");
    assert.equal(problem.type, "urn:noos:error:APP_UNKNOWN");
    const back = new ProblemError(JSON.parse(JSON.stringify(problem)));
    assert.ok(back instanceof PlatformError);
    assert.deepEqual([back.message, back.code, back.hint], [error.message, error.code, error.hint]);
  });

  test("of a manifest tell each place", () => {
    const place = { line: 2, column: 3, path: "app", found: "1", expected: "a name" };
    const error = Object.assign(
      new PlatformError("2:3", { code: "MANIFEST_INVALID", hint: "mend it" }),
      { report: "all of it", problems: [{ ...place, span: { start: 1, end: 2 } }] },
    );
    const { report, problems } = problemOf(error);
    assert.deepEqual({ report, problems }, { report: "all of it", problems: [place] });
  });
});
