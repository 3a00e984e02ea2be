import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { knownImports } from "./imports.ts";
import { knownInterfaces } from "./interfaces.ts";
import { nearestTo, recognize } from "./recognize.ts";

/** Imports as real programs have them, and a word of the fix that they get. */
const real: readonly (readonly [module: string, name: string, type: string, fix: RegExp])[] = [
  ["wasi", "thread-spawn", "(i32) -> i32", /-pthread/],
  ["wasi_snapshot_preview1", "sock_setsockopt", "(i32, i32, i32) -> i32", /--listen/],
  ["wasi_snapshot_preview1", "fd_fdstat_invent", "(i32) -> i32", /keeps to the contract/],
  ["wasix_32v1", "proc_fork", "(i32, i32) -> i32", /wasi-sdk/],
  ["wasi_ephemeral_nn", "load", "(i32) -> i32", /link a library/],
  ["GOT.mem", "stdout", "mut i32", /statically/],
  ["env", "__memory_base", "i32", /statically/],
  ["env", "__stack_pointer", "mut i32", /statically/],
  ["env", "abort", "(i32, i32, i32, i32) -> ()", /wasi-shim/],
  ["env", "console.log", "(i32) -> ()", /wasi-shim/],
  ["env", "seed", "() -> f64", /wasi-shim/],
  ["gojs", "runtime.wasmWrite", "(i32) -> ()", /GOOS=wasip1/],
  ["go", "syscall/js.valueGet", "(i32) -> ()", /GOOS=wasip1/],
  ["env", "runtime.ticks", "() -> f64", /GOOS=wasip1/],
  ["env", "syscall/js.finalizeRef", "(i64) -> ()", /GOOS=wasip1/],
  ["env", "abort", "() -> ()", /-sSTANDALONE_WASM/],
  ["env", "_abort_js", "() -> ()", /-sSTANDALONE_WASM/],
  ["env", "emscripten_resize_heap", "(i32) -> i32", /-sSTANDALONE_WASM/],
  ["env", "__syscall_openat", "(i32, i32, i32, i32) -> i32", /-sSTANDALONE_WASM/],
  ["env", "emscripten_notify_memory_growth", "(i32) -> ()", /-sALLOW_MEMORY_GROWTH/],
  ["env", "invoke_vii", "(i32, i32, i32) -> ()", /-fwasm-exceptions/],
  ["env", "__cxa_throw", "(i32, i32, i32) -> ()", /-fwasm-exceptions/],
  ["a", "b", "(i32) -> i32", /-sSTANDALONE_WASM/],
  ["wbg", "__wbindgen_throw", "(i32, i32) -> ()", /wasm32-wasip1/],
  ["__wbindgen_placeholder__", "__wbindgen_describe", "(i32) -> ()", /wasm32-wasip1/],
  ["./app_bg.js", "__wbg_log_1", "(i32) -> ()", /wasm32-wasip1/],
  ["rb-js-abi-host", "eval-js", "(i32, i32, i32) -> ()", /ruby\.wasm's command/],
  ["javascript_kit", "swjs_get_prop", "(i32) -> i32", /Swift's/],
  ["js_code", "kotlin.wasm.internal.throwJsError", "(externref) -> ()", /wasmWasi/],
  ["wasm:js-string", "concat", "(externref, externref) -> externref", /WASI target/],
  ["asyncify", "start_unwind", "(i32) -> ()", /wasm-opt --asyncify/],
  ["wasi:cli/environment@0.2.0", "get-arguments", "(i32) -> ()", /wasm32-wasip2/],
  ["cm32p2|wasi:io/poll@0.2", "poll", "(i32) -> ()", /wasm32-wasip2/],
  ["[export]my:app/api", "[resource-new]thing", "(i32) -> i32", /wasm32-wasip2/],
  ["$root", "log", "(i32, i32) -> ()", /wasm32-wasip2/],
  ["canonical_abi", "resource_drop_thing", "(i32) -> ()", /wasm32-wasip2/],
  ["env", "my_missing_function", "() -> i32", /allow-undefined/],
  ["noos", "yield", "() -> ()", /another name/],
];

suite("known: recognize", () => {
  for (const [module, name, type, fix] of real) {
    test(`knows what ${module}.${name} is and how to do without`, () => {
      assert.match(recognize({ module, name, type, kind: "function" })?.fix ?? "", fix);
    });
  }

  test("says nothing of an import that it does not know", () => {
    const asked = { name: "do_magic", type: "() -> ()", kind: "function" } as const;
    for (const module of ["elsewhere", "", "environment", "golang", "ab", "constructor"]) {
      assert.equal(recognize({ module, ...asked }), undefined);
    }
  });

  test("has no row that another one hides", () => {
    const used = new Set(
      real.map(([module, name, type]) => recognize({ module, name, type, kind: "function" })),
    );
    const glue = {
      module: "env",
      name: "__wbindgen_free",
      type: "() -> ()",
      kind: "function",
    } as const;
    used.add(recognize(glue));
    assert.deepEqual(
      knownImports.filter((row) => !used.has(row)),
      [],
    );
  });
});

suite("known: nearest to", () => {
  test("knows what in preview 1 comes nearest to each interface of a WASI command", () => {
    for (const [name, nearest] of [
      ["wasi:cli/environment", /args_get/],
      ["wasi:cli/exit", /proc_exit/],
      ["wasi:cli/run", /_start/],
      ["wasi:cli/stdin", /descriptor 0/],
      ["wasi:cli/stderr", /descriptors 1 and 2/],
      ["wasi:cli/terminal-stdout", /fd_fdstat_get/],
      ["wasi:cli/types", /descriptors 0/],
      ["wasi:clocks/wall-clock", /real-time/],
      ["wasi:clocks/monotonic-clock", /monotonic/],
      ["wasi:filesystem/preopens", /--dir/],
      ["wasi:filesystem/types", /path_/],
      ["wasi:io/poll", /^poll_oneoff$/],
      ["wasi:io/streams", /fd_read/],
      ["wasi:random/insecure-seed", /random_get/],
      ["wasi:sockets/tcp", /sock_accept/],
      ["wasi:http/types", /HTTP/],
    ] as const) {
      assert.match(nearestTo(name) ?? "", nearest, name);
    }
  });

  test("knows nothing near to what preview 1 lacks", () => {
    for (const name of ["wasi:sockets/udp", "wasi:keyvalue/store", "my:app/api", "", "cli"]) {
      assert.equal(nearestTo(name), undefined, name);
    }
  });

  test("is not fooled by a name that only contains a known one", () => {
    assert.equal(nearestTo("my-wasi:cli/run"), undefined);
    assert.ok(knownInterfaces.every((row) => row.name.source.startsWith("^")));
  });
});
