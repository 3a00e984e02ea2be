// table: one row per kind of import that nothing here provides, the first row that fits counts
/** Imports as a toolchain or another platform writes them, and how to come by a program without. */
export interface KnownImports {
  readonly module: RegExp;
  /** Without it, any name. */
  readonly name?: RegExp;
  /** Without it, any type; as a description writes it. */
  readonly type?: RegExp;
  readonly note: string;
  readonly fix: string;
  /** How a program with such imports gets an entry, where that tells more than `fix`. */
  readonly entryFix?: string;
}

const emscriptenFix = "build with -sSTANDALONE_WASM, or with wasi-sdk";
const emscriptenEntry = "build a program with a main function, with -sSTANDALONE_WASM";
const assemblyScriptEntry = "build with --exportStart _start";
const rustEntry = "build a program, not a library, for wasm32-wasip1 and without wasm-bindgen";
const goFix = "build with GOOS=wasip1 GOARCH=wasm, or TinyGo's -target=wasip1";
const rustFix =
  "build for wasm32-wasip1 instead of wasm32-unknown-unknown, without wasm-bindgen and web-sys";
const componentFix =
  "build for wasm32-wasip1 instead of wasm32-wasip2, without bindings to WIT interfaces";
const linkFix = "link it statically: without -shared, -fPIC, -sSIDE_MODULE or -sMAIN_MODULE";

export const knownImports: readonly KnownImports[] = [
  {
    module: /^noos$/,
    note: "an import module that only the kernel uses",
    fix: "give the import module another name",
  },
  {
    module: /^wasi$/,
    name: /^thread-spawn$/,
    note: "starts a thread: a process has one",
    fix: "build for wasm32-wasip1 instead of wasm32-wasip1-threads, without -pthread",
  },
  {
    module: /^wasi_(?:snapshot_preview1|unstable)$/,
    name: /^sock_/,
    note: "a socket call that other runtimes add to WASI preview 1",
    fix: "use sock_accept, sock_recv, sock_send on what --listen and --connect grant",
  },
  {
    module: /^wasi_(?:snapshot_preview1|unstable)$/,
    note: "no function of WASI preview 1",
    fix: "leave the call out, or build with a toolchain that keeps to the contract",
  },
  {
    module: /^wasix_/,
    note: "WASIX, one runtime's extension of WASI",
    fix: "build with wasi-sdk for wasm32-wasip1: no threads, no fork, sockets as they are granted",
  },
  {
    module: /^wasi_(?:ephemeral|experimental)_/,
    note: "a proposal that no version of WASI has taken up",
    fix: "leave the feature out, or link a library that does it inside the program",
  },
  {
    module: /^GOT\.(?:mem|func)$/,
    note: "an address that a dynamic linker would fill in",
    fix: linkFix,
  },
  {
    module: /^env$/,
    name: /^__(?:indirect_function_table|memory_base|table_base|stack_pointer)$/,
    note: "what a dynamic linker would bring, or the last step of linking",
    fix: linkFix,
  },
  {
    module: /^env$/,
    name: /^abort$/,
    type: /^\(i32, i32, i32, i32\) -> \(\)$/,
    note: "AssemblyScript's way to end with a message",
    fix: "build with the configuration of @assemblyscript/wasi-shim",
    entryFix: assemblyScriptEntry,
  },
  {
    module: /^env$/,
    name: /^(?:seed|trace|(?:console|crypto|Date|Math|performance|process)\..+)$/,
    note: "JavaScript that AssemblyScript's standard library calls",
    fix: "build with the configuration of @assemblyscript/wasi-shim",
    entryFix: assemblyScriptEntry,
  },
  {
    module: /^(?:go|gojs)$/,
    note: "the JavaScript side of Go programs",
    fix: goFix,
    entryFix: goFix,
  },
  {
    module: /^env$/,
    name: /^(?:runtime|syscall\/js|internal\/.*)\./,
    note: "the JavaScript side of TinyGo programs",
    fix: goFix,
    entryFix: goFix,
  },
  {
    module: /^env$/,
    name: /^emscripten_notify_memory_growth$/,
    note: "tells JavaScript that the memory grew",
    fix: "build without -sALLOW_MEMORY_GROWTH, or with wasi-sdk",
  },
  {
    module: /^env$/,
    name: /^(?:invoke_\w+|__cxa_\w+|__resumeException|_emscripten_throw_longjmp|[gs]etTempRet0)$/,
    note: "C++ exceptions and longjmp by way of JavaScript",
    fix: "build with -fwasm-exceptions and -sSUPPORT_LONGJMP=wasm, or without exceptions",
  },
  {
    module: /^env$/,
    name: /^(?:(?:__syscall|_?_?emscripten|_emval|_embind)_\w+|\w+_js|__assert_fail|_?abort)$/,
    note: "the JavaScript side of Emscripten programs",
    fix: emscriptenFix,
    entryFix: emscriptenEntry,
  },
  {
    module: /^a$/,
    name: /^[A-Za-z_$]{1,2}$/,
    note: "the JavaScript side of Emscripten programs, its names shortened",
    fix: emscriptenFix,
    entryFix: emscriptenEntry,
  },
  {
    module: /^(?:wbg|__wbindgen_\w+|.*_bg\.js)$/,
    note: "the JavaScript side of wasm-bindgen programs",
    fix: rustFix,
    entryFix: rustEntry,
  },
  { module: /^env$/, name: /^__wbindgen_/, note: "glue of wasm-bindgen", fix: rustFix },
  {
    module: /^rb-js-abi-host$/,
    note: "the JavaScript side of ruby.wasm's js library",
    fix: "take ruby.wasm's command (usr/local/bin/ruby of its wasm32-unknown-wasip1 archive)",
  },
  {
    module: /^javascript_kit$/,
    note: "the JavaScript side of Swift's JavaScriptKit",
    fix: "leave JavaScriptKit out and build with Swift's wasm32-unknown-wasip1 SDK",
  },
  {
    module: /^js_code$/,
    note: "the JavaScript side of Kotlin programs",
    fix: "build for the target wasmWasi instead of wasmJs",
  },
  {
    module: /^wasm:/,
    note: "built-in functions of JavaScript engines",
    fix: "build for the language's WASI target, which brings its own strings",
  },
  {
    module: /^asyncify$/,
    note: "a placeholder that wasm-opt replaces",
    fix: "run wasm-opt --asyncify -O1 on the program",
  },
  {
    module: /^(?:cm32p2|\[|\$root$|canonical_abi$|[^:/]+:[^:/]+\/)/,
    note: "an interface of the component model, which is not supported yet",
    fix: componentFix,
  },
  {
    module: /^env$/,
    note: "a symbol that linking left open, for an embedder of its own to provide",
    fix: "link what defines it; without -Wl,--allow-undefined the linker says who needs it",
  },
];
