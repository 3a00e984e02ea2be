import { execFile } from "node:child_process";
import { globSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { fileOf, toolchainFolder, whyMissing } from "#tools/toolchain";
import { fetchFor, place } from "./place.ts";
import { type PreparedApp, preparedApp, projectFolder } from "./prepared.ts";

const execute = promisify(execFile);
const folder = "examples/site";

/** The first time, Go compiles its library. */
const buildTimeLimitMs = 240_000;

/** Builds and gets what is not committed. `fetch`: what the machine lacks is got first. */
export async function prepareSite(options: { readonly fetch: boolean }): Promise<PreparedApp> {
  if (options.fetch) await fetchFor(["python"], ["go"]);
  const missing = new Map<string, string>();
  const noWords = await place("python", `${folder}/words`);
  if (noWords !== undefined) missing.set("words", noWords);
  const noFaces = await buildFaces(join(projectFolder, folder, "faces"));
  if (noFaces !== undefined) missing.set("faces", noFaces);
  return preparedApp(folder, missing);
}

/** Builds the server in Go, if it is not as its sources are; or answers why it cannot be had. */
async function buildFaces(sources: string): Promise<string | undefined> {
  const why = whyMissing(["go"]);
  if (why !== undefined) return why;
  const target = join(sources, "program.wasm");
  const builtMs = statSync(target, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const isFresh = globSync("*.{go,mod}", { cwd: sources }).every(
    (name) => statSync(join(sources, name)).mtimeMs <= builtMs,
  );
  if (isFresh) return undefined;
  const env = {
    ...process.env,
    GOOS: "wasip1",
    GOARCH: "wasm",
    GOCACHE: join(toolchainFolder, "go-build"),
    GOENV: "off",
    GOFLAGS: "",
    GOPROXY: "off",
    GOTOOLCHAIN: "local",
  };
  const words = ["build", "-trimpath", "-o", `${target}.new`, "."];
  const options = { cwd: sources, env, timeout: buildTimeLimitMs };
  try {
    await execute(fileOf("go") ?? "", words, options);
  } catch (error) {
    return String(error);
  }
  // Whole or not at all: somebody may be deploying it.
  renameSync(`${target}.new`, target);
  return undefined;
}
