import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import {
  callTable,
  callTablePage,
  noosHttpContract,
  noosProcessContract,
  wasiP1Contracts,
} from "#core/grade";
import { callFixes, preview0Differences } from "#core/grade/known";
import { type Caller, extended } from "#core/kernel";
import { noosHttp } from "#core/personality/noos-http";
import { noosProcess } from "#core/personality/noos-process";
import { wasiP1, wasiP1Calls, wasiP1Modules } from "#core/personality/wasi-p1";

const projectFolder = join(import.meta.dirname, "..", "..");

const nobody: Caller = {
  get process() {
    return assert.fail("nobody calls here");
  },
};

suite("call table: WASI preview 1", () => {
  const calls = Object.entries(wasiP1Calls);

  test("has a row for each of the contract's 46 functions", () => {
    assert.equal(calls.length, 46);
  });

  test("has handlers that take no more parameters than their type has", () => {
    for (const [name, { handler, type }] of calls) {
      const parameters = type.replace(/ -> .*$/, "").match(/i(?:32|64)/g) ?? [];
      // The first parameter is the process; a handler may leave the last ones aside.
      assert.ok(handler.length - 1 <= parameters.length, name);
    }
  });

  test("says what is different where support is partial, and the manual what to do then", () => {
    const partial = calls.filter(([, call]) => call.support === "partial");
    assert.deepEqual(
      calls.filter(([, { note }]) => note !== ""),
      partial,
    );
    assert.deepEqual(Object.keys(callFixes).toSorted(), partial.map(([name]) => name).toSorted());
  });

  test("is what the manual's page was made of", () => {
    const page = readFileSync(join(projectFolder, "docs", "manual", "wasi-p1.md"), "utf8");
    assert.equal(page, callTablePage(wasiP1Calls), "make it anew: node tools/manual-pages.ts");
  });
});

suite("call table: noos:process", () => {
  const calls = Object.entries(noosProcess.calls);

  test("has a row for each function that the C header declares, and no other", () => {
    const path = join(projectFolder, "guests", "sdk", "c", "noos", "process.h");
    const declared = readFileSync(path, "utf8").matchAll(/NOOS_IMPORT\("(\w+)"\)/g);
    assert.deepEqual(
      [...declared].map(([, name]) => name),
      calls.map(([name]) => name),
    );
  });

  test("has handlers that take as many parameters as their type has", () => {
    for (const [name, { handler, type }] of calls) {
      const parameters = type.replace(/ -> .*$/, "").match(/i(?:32|64)/g) ?? [];
      assert.equal(handler.length - 1, parameters.length, name);
    }
  });

  test("is in the manual's page", () => {
    const page = readFileSync(join(projectFolder, "docs", "manual", "process.md"), "utf8");
    assert.ok(page.includes(callTable(noosProcess.calls)), "run node tools/manual-pages.ts");
  });

  test("goes on behind WASI preview 1 in recordings, with names of its own", () => {
    const { calls: names } = extended(wasiP1, noosProcess);
    const own = ["spawn", "next_exit", "exit_fd", "acknowledge", "end", "self"];
    assert.deepEqual(names, [...Object.keys(wasiP1Calls), ...own]);
  });
});

suite("call table: noos:http", () => {
  const calls = Object.entries(noosHttp.calls);

  test("has a row for each function that the C header declares, and no other", () => {
    const path = join(projectFolder, "guests", "sdk", "c", "noos", "http.h");
    const declared = readFileSync(path, "utf8").matchAll(/NOOS_HTTP\("(\w+)"\)/g);
    const names = [...declared].map(([, name]) => name);
    assert.deepEqual(new Set(names), new Set(calls.map(([name]) => name)));
    assert.equal(names.length, calls.length);
  });

  test("has handlers that take as many parameters as their type has", () => {
    for (const [name, { handler, type }] of calls) {
      const parameters = type.replace(/ -> .*$/, "").match(/i(?:32|64)/g) ?? [];
      assert.equal(handler.length - 1, parameters.length, name);
    }
  });

  test("is in the manual's page", () => {
    const page = readFileSync(join(projectFolder, "docs", "manual", "http.md"), "utf8");
    assert.ok(page.includes(callTable(noosHttp.calls)), "run node tools/manual-pages.ts");
  });

  test("goes on behind noos:process in recordings, with names of its own", () => {
    const before = extended(wasiP1, noosProcess);
    const { calls: names } = extended(before, noosHttp);
    const own =
      "head read respond write finish close request accept receive send leave timer cancel_timer";
    const later = ["pass"];
    const duties = ["noos_handle", "noos_event"];
    assert.deepEqual(names, [...before.calls, ...own.split(" "), ...later, ...duties]);
  });
});

suite("call table: the contracts that programs are graded by", () => {
  const wasi = wasiP1Contracts({ modules: wasiP1Modules, calls: wasiP1Calls });
  const contracts = [...wasi, noosProcessContract(noosProcess), noosHttpContract(noosHttp)];
  const provided = extended(extended(wasiP1, noosProcess), noosHttp).imports(nobody, false);

  test("are the import modules that the personality provides", () => {
    assert.deepEqual(
      contracts.map(({ module }) => module),
      [...provided.keys()],
    );
  });

  for (const { module, calls } of contracts) {
    test(`call supported under ${module} exactly what is provided, with the same types`, () => {
      const supported = [...calls].filter(([, call]) => call.level !== "unsupported");
      const functions = [...(provided.get(module) ?? [])];
      assert.deepEqual(
        supported.map(([name, { type }]) => `${name} ${type}`),
        functions.map(([name, { type }]) => `${name} ${type}`),
      );
    });
  }

  test("have no difference of preview 0 that is none of a call", () => {
    for (const name of Object.keys(preview0Differences)) assert.ok(name in wasiP1Calls, name);
  });
});
