import { join } from "node:path";
import { fileOf } from "#tools/toolchain";
import { type Recipe, text } from "./recipe.ts";

/** A program of ours, on the library of others. */
export const rust: Recipe = {
  name: "rust",
  about: "a Rust program for wasm32-wasi",
  needs: ["rust"],
  inputs: "*.rs",
  async make({ sources, scratch, run }) {
    const target = join(scratch, "rust.wasm");
    const flags = ["--edition=2021", "--target=wasm32-wasi", "-O", "-Cstrip=debuginfo"];
    const place = ["-Clinker=wasm-ld-14", `--remap-path-prefix=${sources}=.`];
    await run([fileOf("rust") ?? "", ...flags, ...place, "-o", target, join(sources, "main.rs")]);
    return target;
  },
  runs: [
    {
      title: "Rust reads lines, keeps files, sleeps, and has no threads",
      args: ["first", "second"],
      env: { GREETING: "hi" },
      stdin: "1 2 +\n3 4 * 5 -\n1 x\n+\n",
      files: {},
      code: 4,
      stdout: text("rust", "expected.txt"),
      filesAfter: [],
    },
    {
      title: "Rust's panic is a trap that says what happened",
      args: ["panic"],
      files: {},
      code: undefined,
      stdout: text("rust", "expected-panic.txt"),
      stderr: "index out of bounds",
      filesAfter: [],
    },
  ],
};
