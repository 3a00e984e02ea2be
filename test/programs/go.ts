import { join } from "node:path";
import { fileOf, toolchainFolder } from "#tools/toolchain";
import { type Recipe, text } from "./recipe.ts";

/** A program of ours, on the runtime and the library of others. */
export const go: Recipe = {
  name: "go",
  about: "a Go program for wasip1",
  needs: ["go"],
  inputs: "*.go",
  async make({ sources, scratch, run }) {
    const env = {
      GOOS: "wasip1",
      GOARCH: "wasm",
      GOCACHE: join(toolchainFolder, "go-build"),
      GOPATH: join(scratch, "path"),
      GOENV: "off",
      GOFLAGS: "",
      GOPROXY: "off",
      GOTOOLCHAIN: "local",
    };
    const target = join(scratch, "go.wasm");
    const main = join(sources, "main.go");
    await run([fileOf("go") ?? "", "build", "-trimpath", "-o", target, main], env);
    return target;
  },
  runs: [
    {
      title: "Go schedules goroutines, wakes by timers, and walks files",
      args: ["first", "second"],
      env: { GREETING: "hi" },
      stdin: "tea cake tea\nscone\n",
      files: {},
      code: 3,
      stdout: text("go", "expected.txt"),
      filesAfter: [],
    },
  ],
};
