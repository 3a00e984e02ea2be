import { runByCommand } from "./command-runner.ts";
import { runByKernel } from "./kernel-runner.ts";

/** A program, and all that it may see. */
export interface GuestRun {
  readonly file: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** A folder of this machine that is "/" for the program. */
  readonly directory?: string;
}

/** How a run went. */
export interface GuestOutcome {
  /** `exited(CODE)`, or why it ended otherwise, in the runner's own words. */
  readonly ending: string;
  readonly stdout: string;
  readonly stderr: string;
}

export type GuestRunner = (run: GuestRun) => Promise<GuestOutcome>;

const runners: Readonly<Record<string, GuestRunner>> = {
  /** Our kernel, in this process. */
  kernel: runByKernel,
  /** Our command, in a process of its own. */
  noos: runByCommand("noos"),
  /** Others, to compare with; both take the options that our command takes. */
  "node-wasi": runByCommand("node-wasi"),
  wasmtime: runByCommand("wasmtime"),
};

/** The runner that NOOS_RUNNER names, or else `usual`. */
export function chooseRunner(usual: "kernel" | "noos"): GuestRunner {
  const name = process.env["NOOS_RUNNER"] ?? usual;
  const runner = runners[name];
  if (runner !== undefined) return runner;
  throw new Error(`NOOS_RUNNER is "${name}"; it can be ${Object.keys(runners).join(", ")}`);
}
