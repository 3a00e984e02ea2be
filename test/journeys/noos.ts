/**
 * The program as its users run it: `bin/noos` as an OS process of its own, with a cache of its own.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after } from "node:test";

const projectFolder = resolve(import.meta.dirname, "..", "..");
/** The `noos` of the checkout. */
export const noosProgram: string = join(projectFolder, "bin", "noos");

/** The path of a socket may have some hundred bytes, and no more. */
const scratchRoot = tmpdir().length <= 60 ? tmpdir() : "/tmp";

/** An empty folder that is gone after the tests. */
export const scratch: string = mkdtempSync(join(scratchRoot, "noos-journeys-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

/** The path of a built guest: `basics/hello`. */
export function guest(name: string): string {
  return join(projectFolder, "guests", "built", `${name}.wasm`);
}

export interface Ended {
  /** The exit status; undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface NoosOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Another `noos` than that of the checkout. */
  readonly program?: string;
}

/** What a test that failed has left behind would keep its file from coming to an end. */
const living = new Set<ChildProcessWithoutNullStreams>();
after(() => living.forEach((child) => child.kill("SIGKILL")));

/** Starts `noos` and leaves its streams to the caller. */
export function startNoos(
  words: readonly string[],
  options: NoosOptions = {},
): ChildProcessWithoutNullStreams {
  const env = { ...process.env, NOOS_CACHE: join(scratch, "cache"), ...options.env };
  const child = spawn(options.program ?? noosProgram, words, { env, cwd: options.cwd ?? scratch });
  living.add(child);
  return child.on("exit", () => living.delete(child));
}

/** Runs `noos` to its end. */
export function noos(words: readonly string[], options: NoosOptions = {}): Promise<Ended> {
  const child = startNoos(words, options);
  const ended = collect(child);
  // It may end without having read its input.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.stdin ?? "");
  return ended;
}

/** What a started `noos` writes until its end, and how it ends. */
export function collect(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const { promise, resolve: settle, reject } = Promise.withResolvers<Ended>();
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("latin1").on("data", (text: string) => {
      output[name] += text;
    });
  }
  child.on("error", reject);
  child.on("close", (status) => settle({ status: status ?? undefined, ...decoded(output) }));
  return promise;
}

/** The port on which a started `noos` says it listens, once it has said so. */
export function announcedPort(child: ChildProcessWithoutNullStreams): Promise<number> {
  const { promise, resolve: settle, reject } = Promise.withResolvers<number>();
  let said = "";
  child.stderr.on("data", (piece: Buffer | string) => {
    said += piece.toString();
    const port = /listening on 127\.0\.0\.1:(\d+)\n/.exec(said)?.[1];
    if (port !== undefined) settle(Number(port));
  });
  child.stderr.on("close", () => reject(new Error(`nothing said of a port, but: ${said}`)));
  return promise;
}

/** No machine is so slow that what is waited for takes longer. */
const waitedSecondsMax = 60;

/**
 * A --timeout counts from the start of the command, and how long a program takes to come to where
 * it is to be ended differs: runs it with more and more, until it has come there.
 */
export async function withEnoughTime<T>(
  run: (seconds: number) => Promise<T>,
  isEnough: (result: T) => boolean,
): Promise<T> {
  for (let seconds = 1; ; seconds *= 3) {
    const result = await run(seconds);
    if (isEnough(result) || seconds > waitedSecondsMax) return result;
  }
}

function decoded(output: { readonly stdout: string; readonly stderr: string }): {
  readonly stdout: string;
  readonly stderr: string;
} {
  const decode = (text: string): string => Buffer.from(text, "latin1").toString("utf8");
  return { stdout: decode(output.stdout), stderr: decode(output.stderr) };
}
