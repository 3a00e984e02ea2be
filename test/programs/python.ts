import { fileOf } from "#tools/toolchain";
import { type Recipe, text } from "./recipe.ts";

/** CPython with its standard library inside, as its packagers built it. */
export const python: Recipe = {
  name: "python",
  about: "CPython 3.12 from npm",
  needs: ["python"],
  inputs: "",
  make: () => Promise.resolve(fileOf("python") ?? ""),
  runs: [
    {
      title: "Python parses, keeps a database, hashes, compresses, and catches errors",
      args: ["/main.py", "first", "second"],
      env: { GREETING: "hi" },
      stdin: "tea x 3, cake x 12",
      files: { "main.py": text("python", "main.py") },
      code: 5,
      stdout: text("python", "expected.txt"),
      filesAfter: ["main.py"],
    },
    {
      title: "Python says where an error was that nobody caught",
      args: ["-c", "def f(): raise ValueError('nobody cares')\nf()"],
      files: {},
      code: 1,
      stdout: "",
      stderr: "ValueError: nobody cares",
      filesAfter: [],
    },
  ],
};
