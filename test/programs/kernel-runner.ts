import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { nodeExecutor, nodeOutside } from "#adapters/node";
import { openNodeDirectory } from "#adapters/node/directory";
import { type StartOptions, System } from "#core/system";
import { describeExit } from "#core/sys";
import type { GuestOutcome, GuestRun } from "./runner.ts";

const timeLimitNs = 60e9;

let shared: System | undefined;

function system(): System {
  shared ??= new System(
    { ...nodeExecutor(), outside: nodeOutside() },
    { "wall-time": timeLimitNs },
  );
  return shared;
}

/** Runs a program under a kernel of this process. */
export async function runByKernel(run: GuestRun, grants: StartOptions): Promise<GuestOutcome> {
  const program = system().load(await readFile(run.file), { name: basename(run.file) });
  const { directory } = run;
  const directories =
    directory === undefined
      ? []
      : [{ guest: "/", port: openNodeDirectory(directory, { readOnly: false }) }];
  const running = system().start(program, {
    args: run.args ?? [],
    env: run.env ?? {},
    stdin: run.stdin ?? "",
    directories,
    ...grants,
  });
  const { reason } = await running.exit;
  await running.delivered;
  return { ending: describeExit(reason), stdout: running.output(), stderr: running.errors() };
}
