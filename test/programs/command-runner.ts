import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { nodeWasiScript } from "./node-wasi.ts";
import type { GuestOutcome, GuestRun, GuestRunner } from "./runner.ts";

const timeLimitMs = 60_000;

const projectFolder = resolve(import.meta.dirname, "..", "..");

/** Commands that take `--dir HOST::GUEST`, `--env K=V`, a module and its arguments. */
const commands: Readonly<Record<"noos" | "node-wasi" | "wasmtime", readonly string[]>> = {
  noos: [join(projectFolder, "bin", "noos"), "run"],
  "node-wasi": [process.execPath, "--no-warnings", nodeWasiScript],
  wasmtime: ["wasmtime", "run"],
};

/** Runs programs by one of the commands, each in a process of its own. */
export function runByCommand(name: keyof typeof commands): GuestRunner {
  return (run) => spawnAndWait([...commands[name], ...argumentsOf(run)], run.stdin ?? "");
}

function argumentsOf(run: GuestRun): readonly string[] {
  const directory = run.directory === undefined ? [] : ["--dir", `${run.directory}::/`];
  const env = Object.entries(run.env ?? {}).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
  return [...directory, ...env, run.file, ...(run.args ?? [])];
}

async function spawnAndWait(argv: readonly string[], stdin: string): Promise<GuestOutcome> {
  const [program = "", ...args] = argv;
  const child = spawn(program, args, { timeout: timeLimitMs, killSignal: "SIGKILL" });
  const ended = Promise.withResolvers<string>();
  child.on("error", ended.reject);
  child.on("close", (code, signal) => {
    ended.resolve(signal === null ? `exited(${code})` : `killed(${signal})`);
  });
  // A program may end without having read all of its input.
  child.stdin.on("error", () => child.stdin.destroy());
  child.stdin.end(stdin);
  const [ending, stdout, stderr] = await Promise.all([
    ended.promise,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { ending, stdout, stderr };
}
