import { readFileSync } from "node:fs";
import { nodeExecutor, nodeOutside } from "#adapters/node";
import { describeExit, type Limits } from "#core/sys";
import { type RunningProcess, System } from "#core/system";

/** A kernel in this process, on this machine. */
export function newSystem(limits: Partial<Limits> = {}): System {
  return new System({ ...nodeExecutor(), outside: nodeOutside() }, limits);
}

/** Waits until all is over. Throws if the program did not end with code 0. */
export async function mustEnd(running: RunningProcess): Promise<void> {
  const { reason } = await running.exit;
  await running.delivered;
  if (reason.kind === "exited" && reason.code === 0) return;
  throw new Error(`${describeExit(reason)}: ${running.errors()}`);
}

export function read(file: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(readFileSync(file));
}
