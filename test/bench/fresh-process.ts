import { fork } from "node:child_process";
import { join } from "node:path";
import type { Figure } from "#test/bench/statistics";

const timeLimitMs = 180_000;

interface FreshOptions {
  /** Flags of Node. */
  readonly flags?: readonly string[];
  readonly args?: readonly string[];
}

/**
 * Runs a module of this folder in an OS process of its own, with nothing else in it, and answers
 * what it sends. Throws with the last words of a process that ended without an answer.
 */
export function askFreshProcess<Answer = readonly Figure[]>(
  module: string,
  { flags = [], args = [] }: FreshOptions = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const child = fork(join(import.meta.dirname, module), args, {
    execArgv: ["--disable-warning=ExperimentalWarning", ...flags],
    stdio: ["ignore", "inherit", "pipe", "ipc"],
    timeout: timeLimitMs,
  });
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-4000);
  });
  child.on("message", (answer: Answer) => resolve(answer));
  child.on("error", reject);
  child.on("close", (code, signal) => {
    reject(new Error(words.trim() || `it ended with ${signal ?? code} and no figure`));
  });
  return promise;
}

/** Sends `answer` to the process that asked this one; without one, prints it. */
export function sendAnswer(answer: unknown): void {
  if (process.send === undefined) console.log(answer);
  else process.send(answer);
}

/** Ends this process because something it needs is not here; `why` says what, and how to get it. */
export function giveUp(why: string): never {
  console.error(why);
  process.exit(1);
}
