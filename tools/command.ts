/**
 * Running one outside command to its end, with what it printed kept in order. What the other
 * tools have in common; it decides nothing.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { delimiter, join, resolve } from "node:path";

export const projectFolder: string = resolve(import.meta.dirname, "..");

type Environment = Readonly<Record<string, string | undefined>>;

export type CommandOptions = {
  readonly cwd?: string;
  /** Added to our own environment; undefined takes a variable away. */
  readonly env?: Environment;
  /** The command and what it started are killed after this long. */
  readonly timeLimitMs?: number;
};

export type CommandResult = {
  /** 0 when all went well; a command that was killed or cannot be started has another. */
  readonly status: number;
  readonly output: string;
  readonly elapsedMs: number;
};

/** The environment of this process, with the project's own programs first in PATH. */
function commandEnvironment(extra: Environment = {}): NodeJS.ProcessEnv {
  const programs = join(projectFolder, "node_modules", ".bin");
  const path = [programs, process.env["PATH"] ?? ""].join(delimiter);
  return { ...process.env, PATH: path, ...extra };
}

/** Never rejects: a command that fails, hangs or does not exist is an answer as well. */
export function runCommand(
  argv: readonly [string, ...string[]],
  { cwd = projectFolder, env, timeLimitMs = Infinity }: CommandOptions = {},
): Promise<CommandResult> {
  const startedAt = performance.now();
  const [program, ...args] = argv;
  return new Promise((settle) => {
    const child = spawn(program, args, {
      cwd,
      env: commandEnvironment(env),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true, // A group of its own, so that it can be ended with all that it started.
    });
    const chunks: string[] = [];
    const collect = (chunk: string): unknown => chunks.push(chunk);
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    const release = endWithUs(child);
    const timer = onceAfter(timeLimitMs, () => {
      collect(`\nkilled: still running after ${formatSeconds(timeLimitMs)}\n`);
      killGroup(child);
    });
    const finish = (status: number): void => {
      clearTimeout(timer);
      release();
      settle({ status, output: chunks.join(""), elapsedMs: performance.now() - startedAt });
    };
    child.on("error", (error) => {
      collect(`cannot start "${program}": ${error.message}\n`);
      finish(1);
    });
    child.on("close", (status, signal) => {
      if (signal !== null) collect(`ended by ${signal}\n`);
      finish(status ?? 1);
    });
  });
}

function onceAfter(delayMs: number, act: () => void): NodeJS.Timeout | undefined {
  return delayMs === Infinity ? undefined : setTimeout(act, delayMs);
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // The whole group may have ended by itself in the meantime.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Ctrl-C does not reach another group, so the child's is ended when we are. */
function endWithUs(child: ChildProcess): () => void {
  const kill = (): void => killGroup(child);
  const leave = (): void => process.exit(130);
  process.on("exit", kill).on("SIGINT", leave).on("SIGTERM", leave);
  return () => process.off("exit", kill).off("SIGINT", leave).off("SIGTERM", leave);
}

export function formatSeconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}
