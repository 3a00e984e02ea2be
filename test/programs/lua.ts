import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { fileOf } from "#tools/toolchain";
import { type Recipe, text } from "./recipe.ts";

const target = ["clang-14", "--target=wasm32-wasi"] as const;

const compilerFlags: readonly string[] = [
  "-O2",
  "-w",
  "-mexception-handling",
  "-mllvm",
  "-wasm-enable-sjlj",
  "-D_WASI_EMULATED_SIGNAL",
  "-D_WASI_EMULATED_PROCESS_CLOCKS",
  "-DL_tmpnam=1",
];

const linkerFlags: readonly string[] = [
  "-lwasi-emulated-signal",
  "-lwasi-emulated-process-clocks",
  "-lm",
  "-Wl,-z,stack-size=1048576,--stack-first,--strip-debug",
];

/** The interpreter as Debian has it; errors and coroutines jump by wasm exceptions. */
export const lua: Recipe = {
  name: "lua",
  about: "Lua 5.4 from Debian's sources, by Debian's clang",
  needs: ["c", "lua"],
  inputs: "{*.c,include/*.h}",
  async make({ sources, scratch, run }) {
    await run(["tar", "-xf", fileOf("lua") ?? "", "--strip-components=1"]);
    const theirs = globSync("src/*.c", { cwd: scratch }).filter((file) => !file.endsWith("luac.c"));
    const own = ["setjmp.c", "missing.c"].map((file) => join(sources, file));
    const files = [...own, ...theirs.sort()];
    await run([...target, ...compilerFlags, "-I", join(sources, "include"), "-c", ...files]);
    const objects = files.map((file) => `${basename(file, ".c")}.o`);
    await run([...target, ...objects, ...linkerFlags, "-o", "lua.wasm"]);
    return join(scratch, "lua.wasm");
  },
  runs: [
    {
      title: "Lua catches errors, switches coroutines, and writes and reads files",
      args: ["main.lua", "first", "second"],
      env: { GREETING: "hi" },
      stdin: "a line\n42\n",
      files: { "main.lua": text("lua", "main.lua") },
      code: 3,
      stdout: text("lua", "expected.txt"),
      filesAfter: ["main.lua"],
    },
    {
      title: "Lua says where an error was that nobody caught",
      args: ["-e", "local function f() error('nobody cares') end f()"],
      files: {},
      code: 1,
      stdout: "",
      stderr: "nobody cares",
      filesAfter: [],
    },
  ],
};
