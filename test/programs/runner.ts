import type { StartOptions } from "#core/system";
import { runByCommand } from "./command-runner.ts";

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
  kernel: (run) => runWithGrants(run, {}),
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

/** Runs a program under a kernel in this process, with more granted than a run can say. */
export async function runWithGrants(run: GuestRun, grants: StartOptions): Promise<GuestOutcome> {
  // Loaded when wanted, so that the other runners do without the kernel.
  const { runByKernel } = await import("./kernel-runner.ts");
  return runByKernel(run, grants);
}
