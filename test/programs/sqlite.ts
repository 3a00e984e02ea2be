import { join } from "node:path";
import { fileOf } from "#tools/toolchain";
import { type Recipe, text } from "./recipe.ts";

const target = ["clang-14", "--target=wasm32-wasi"] as const;

const compilerFlags: readonly string[] = [
  "-O1", // With -O2 it compiles for half a minute and runs hardly faster.
  "-w",
  "-DSQLITE_THREADSAFE=0",
  "-DSQLITE_OMIT_WAL",
  "-DSQLITE_OMIT_LOAD_EXTENSION",
  "-DSQLITE_OMIT_POPEN",
  "-DSQLITE_NOHAVE_SYSTEM",
  "-DSQLITE_ENABLE_FTS5",
  "-D_WASI_EMULATED_SIGNAL",
  "-D_WASI_EMULATED_GETPID",
  "-D_WASI_EMULATED_PROCESS_CLOCKS",
  "-D_WASI_EMULATED_MMAN",
];

const linkerFlags: readonly string[] = [
  "-lwasi-emulated-signal",
  "-lwasi-emulated-getpid",
  "-lwasi-emulated-process-clocks",
  "-lwasi-emulated-mman",
  "-Wl,-z,stack-size=1048576,--stack-first,--strip-debug",
];

/** The shell of SQLite as Debian has it, with its usual way to files. */
export const sqlite: Recipe = {
  name: "sqlite",
  about: "SQLite's shell from Debian's sources, by Debian's clang",
  needs: ["c", "tcl", "sqlite"],
  inputs: "{*.h,include/*.h}",
  async make({ sources, scratch, run }) {
    await run(["tar", "-xf", fileOf("sqlite") ?? "", "--strip-components=1"]);
    await run(["./configure", "--disable-tcl", "--disable-readline", "--quiet"]);
    await run(["make", "--quiet", "sqlite3.c", "shell.c"]);
    const own = ["-I", join(sources, "include"), "-include", join(sources, "missing.h")];
    const flags = [...compilerFlags, ...own, ...linkerFlags];
    await run([...target, ...flags, "shell.c", "sqlite3.c", "-o", "sqlite.wasm"]);
    return join(scratch, "sqlite.wasm");
  },
  runs: [
    {
      title: "SQLite makes a database in a file, rolls back, and finds it whole",
      args: ["/orders.db"],
      stdin: text("sqlite", "main.sql"),
      files: {},
      code: 1,
      stdout: text("sqlite", "expected.txt"),
      stderr: "no such table: missing",
      filesAfter: ["orders.db"],
    },
    {
      title: "SQLite without a file works in memory",
      args: [":memory:", "select 6 * 7, hex(zeroblob(3))"],
      files: {},
      code: 0,
      stdout: "42|000000\n",
      filesAfter: [],
    },
  ],
};
