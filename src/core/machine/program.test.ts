import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readFileSync } from "node:fs";
import { guestFile } from "#guests";
import type { Blobs } from "#core/host";
import { prepare, type PrepareOptions, type Program } from "#core/machine";
import { assemble, exportOf, functionType, Type, wasm } from "#core/machine/assembler";
import { readLayout } from "#core/machine/instrument";
import { type ErrorCode, PlatformError } from "#core/sys";
import { simulatedHost } from "#adapters/sim";

const defaults: PrepareOptions = {
  name: "tried",
  moduleBytesMax: 1e7,
  tableElementsMax: 1000,
  isPreemptible: true,
};

const hello = readFileSync(guestFile("basics/hello"));

function load(
  bytes: Uint8Array,
  options: Partial<PrepareOptions & { readonly blobs: Blobs }> = {},
): Program {
  const { codec, clock } = simulatedHost({ seed: 1 });
  return prepare(bytes, { codec, clock, blobs: options.blobs }, { ...defaults, ...options });
}

function refuses(
  bytes: Uint8Array,
  code: ErrorCode,
  options: Partial<PrepareOptions> = {},
): PlatformError {
  try {
    load(bytes, options);
  } catch (thrown) {
    assert.ok(thrown instanceof PlatformError, String(thrown));
    assert.equal(thrown.code, code, thrown.message);
    assert.notEqual(thrown.hint, "");
    return thrown;
  }
  return assert.fail("it was taken");
}

/** Blobs whose content a test can look at and spoil. */
function blobsOf(kept: Map<string, Uint8Array>): Blobs {
  return { get: (key) => kept.get(key), put: (key, bytes) => void kept.set(key, bytes.slice()) };
}

suite("prepare", () => {
  test("makes a program of a sound module, and says how long each phase took", () => {
    const program = load(hello);
    assert.equal(program.hasFunction("_start", "() -> ()"), true);
    assert.equal(program.hasFunction("_start", "(i32) -> ()"), false);
    assert.equal(program.hasFunction("memory", "() -> ()"), false);
    assert.equal(program.sha256.length, 64);
    const phases = program.phases.map(({ name }) => name);
    const all = ["hash", "look up", "validate", "instrument", "compile", "describe", "keep"];
    assert.deepEqual(phases, all);
  });

  test("refuses bytes that are no module, and says where they go wrong", () => {
    refuses(new Uint8Array(0), "WASM_MALFORMED");
    refuses(new Uint8Array(1000), "WASM_MALFORMED");
    refuses(new TextEncoder().encode("#!/bin/sh\necho hello\n"), "WASM_MALFORMED");
    refuses(hello.subarray(0, 4), "WASM_MALFORMED");
    assert.match(refuses(hello.subarray(0, 500), "WASM_MALFORMED").message, /\d/);
  });

  test("refuses what was cut off at any byte, never with anything but a reason", () => {
    const bytes = readFileSync(guestFile("basics/echo"));
    for (let length = 0; length < bytes.length; length++) {
      try {
        load(bytes.subarray(0, length));
      } catch (thrown) {
        assert.ok(thrown instanceof PlatformError, `${length}: ${String(thrown)}`);
      }
    }
  });

  test("tells a component from a module", () => {
    const component = Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0);
    assert.match(refuses(component, "WASM_UNSUPPORTED").message, /"tried": it is a component/);
  });

  test("passes on the engine's reason for a module that is well-formed and wrong", () => {
    const unbalanced = assemble({ functions: [{ code: [0x41, 0] }] });
    assert.match(refuses(unbalanced, "WASM_INVALID").message, /"tried".*expected 0 elements/);
  });

  test("refuses a file over the limit before it looks at it, and names both sizes", () => {
    const error = refuses(new Uint8Array(2049), "IMAGE_TOO_LARGE", { moduleBytesMax: 2048 });
    assert.match(error.message, /2 KiB, module-size allows 2 KiB/);
    const exact = refuses(new Uint8Array(2048), "WASM_MALFORMED", { moduleBytesMax: 2048 });
    assert.notEqual(exact.code, "IMAGE_TOO_LARGE");
  });

  test("refuses what checks make larger than the engine takes", () => {
    // As many memories as the engine takes, and then the flag's.
    const memories = Array.from({ length: 100_000 }, () => [0, 0]);
    const full = assemble({ memories, functions: [{ code: [0x03, 0x40, 0x0c, 0, 0x0b] }] });
    assert.ok(WebAssembly.validate(full));
    const error = refuses(full, "WASM_UNSUPPORTED");
    assert.match(error.message, /"tried": made ready to run, At most 100000 imported memories/);
  });

  test("gives the same program from what was kept as from the bytes", () => {
    const kept = new Map<string, Uint8Array>();
    const blobs = blobsOf(kept);
    const made = load(hello, { blobs });
    const found = load(hello, { blobs });
    assert.equal(kept.size, 1);
    assert.deepEqual(found.description, made.description);
    assert.deepEqual([found.sha256, found.isPreemptible], [made.sha256, made.isPreemptible]);
    assert.deepEqual(
      WebAssembly.Module.imports(found.module),
      WebAssembly.Module.imports(made.module),
    );
    const phases = found.phases.map(({ name }) => name);
    assert.deepEqual(phases, ["hash", "look up", "compile"]);
  });

  test("keeps programs apart that were made with other options", () => {
    const kept = new Map<string, Uint8Array>();
    const blobs = blobsOf(kept);
    const checked = load(hello, { blobs });
    const plain = load(hello, { blobs, isPreemptible: false });
    load(hello, { blobs, tableElementsMax: 999 });
    assert.equal(kept.size, 3);
    assert.notDeepEqual(checked.description.imports, plain.description.imports);
    assert.deepEqual(
      [checked, plain].map(({ module }) => readLayout(module).indexShift),
      [1, 0],
    );
  });

  test("makes a program anew when what was kept is damaged, and keeps the new one", () => {
    const kept = new Map<string, Uint8Array>();
    const blobs = blobsOf(kept);
    const made = load(hello, { blobs });
    const [key = ""] = kept.keys();
    const good = kept.get(key);
    assert.ok(good);
    const damaged = [hello.subarray(0, 100), good.subarray(0, 100), good.subarray(0, -100)];
    for (const bytes of [...damaged, good.with(2, 0x20), hello]) {
      kept.set(key, bytes);
      assert.deepEqual(load(hello, { blobs }).description, made.description);
      assert.deepEqual(kept.get(key), good);
    }
  });

  test("keeps nothing of what it refuses", () => {
    const kept = new Map<string, Uint8Array>();
    assert.throws(() => load(wasm([1, 2, 3]), { blobs: blobsOf(kept) }), PlatformError);
    assert.equal(kept.size, 0);
  });

  test("knows a function by its whole type", () => {
    const program = load(
      assemble({
        types: [functionType([Type.i64], [])],
        functions: [{ code: [] }],
        exports: [exportOf("_start", "function", 0)],
      }),
    );
    assert.equal(program.hasFunction("_start", "() -> ()"), false);
    assert.equal(program.hasFunction("_start", "(i64) -> ()"), true);
  });
});
