/**
 * Recordings of real runs, as earlier builds made them. A build that cannot play one has broken a
 * promise, or has to raise the format's version.
 *
 * Knows: how each was made, and how it must end. Must hold: what is here is never made anew.
 * Start reading at `recipes`; `record.ts` makes a recording of a row.
 */
import { join } from "node:path";

/** How a recording was made, and what its replay comes to. */
export interface Recipe {
  readonly program: string;
  readonly options: readonly string[];
  readonly args: readonly string[];
  readonly stdin: string;
  /** What the folder `files` held. */
  readonly files: Readonly<Record<string, string>>;
  readonly status: number;
  readonly stdout: RegExp;
}

const plain = { options: [], args: [], stdin: "", files: {}, status: 0 } as const;

/** By name; the number is that of the format. */
export const recipes: Readonly<Record<string, Recipe>> = {
  "1-echo": {
    ...plain,
    program: "basics/echo",
    stdin: "one\ntwo\n".repeat(1000),
    stdout: /^(?:one\ntwo\n){1000}$/,
  },
  "1-files": {
    ...plain,
    program: "basics/files",
    options: ["--dir", "files::/"],
    files: { text: "some text\n" },
    stdout: /text/,
  },
  "1-clocks": { ...plain, program: "basics/clock", stdout: /\d/ },
  "1-lots": { ...plain, program: "basics/random", args: ["50"], stdout: /./ },
  "1-timers": { ...plain, program: "basics/sleep", args: ["5", "3"], stdout: /^(?:slept\n){3}$/ },
  "1-limit": {
    ...plain,
    program: "basics/sleep",
    options: ["--timeout", "50ms"],
    args: ["60000"],
    status: 124,
    stdout: /^$/,
  },
};

export function recordingFile(name: string): string {
  return join(import.meta.dirname, `${name}.rec`);
}
