import { readFileSync } from "node:fs";
import { nodeHost, type NodeHostOptions } from "#app/embed";
import { describeExit, type Limits } from "#core/sys";
import { type RunningProcess, System } from "#core/system";

/** A kernel in this process, on this machine, as an embedder has it; it keeps nothing on disk. */
export function newSystem(limits: Partial<Limits> = {}, options: NodeHostOptions = {}): System {
  return new System(nodeHost({ cacheFolder: false, ...options }), limits);
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
