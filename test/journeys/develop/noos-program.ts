/** `bin/noos` as somebody at work starts it, in a folder of its own, with no daemon about. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const noosProgram = resolve(import.meta.dirname, "..", "..", "..", "bin", "noos");

/** The path of a socket may have some hundred bytes, and no more. */
const scratchRoot = tmpdir().length <= 40 ? tmpdir() : "/tmp";

/** An empty folder that is gone after the tests. */
export const scratch: string = mkdtempSync(join(scratchRoot, "noos-develop-"));

const living = new Set<ChildProcessWithoutNullStreams>();
process.on("exit", () => {
  for (const child of living) child.kill("SIGKILL");
  rmSync(scratch, { recursive: true, force: true });
});

/** A command that runs, and what a person sees of it. */
export interface Running {
  /** What it says that is like this, as soon as it does. Rejects if it ends before. */
  readonly said: (wanted: RegExp) => Promise<RegExpExecArray>;
  /** Ends it as Ctrl-C does; answers its status. */
  readonly end: () => Promise<number | null>;
  /** Its status, and all it said, once it has ended. */
  readonly ended: Promise<{ readonly status: number | null; readonly text: string }>;
}

export function startNoos(words: readonly string[], cwd: string = scratch): Running {
  const own = { NOOS_DATA: join(scratch, "data"), NOOS_AT: "", NOOS_HTTP: "" };
  const child = spawn(noosProgram, words, { cwd, env: { ...process.env, ...own } });
  living.add(child);
  let text = "";
  const lookers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      for (const look of lookers) look();
    });
  }
  const gone = once(child, "close").then(([status]) => {
    living.delete(child);
    return status as number | null;
  });
  return {
    ended: gone.then((status) => ({ status, text })),
    async end() {
      child.kill("SIGINT");
      return gone;
    },
    said(wanted) {
      const { promise, resolve: settle, reject } = Promise.withResolvers<RegExpExecArray>();
      const look = (): void => {
        const found = wanted.exec(text);
        if (found !== null) settle(found);
      };
      lookers.add(look);
      void gone.then((status) => reject(new Error(`it ended with ${status}: ${text}`)));
      look();
      return promise.finally(() => lookers.delete(look));
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export async function ask(url: string): Promise<Answer> {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
}

/** Asks again until the answer is as wanted; the test's own time is the bound. */
export async function askUntil(
  url: string,
  isWanted: (answer: Answer) => boolean,
): Promise<Answer> {
  for (;;) {
    const answer = await ask(url);
    if (isWanted(answer)) return answer;
  }
}
