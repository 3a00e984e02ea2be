import { availableParallelism, cpus, release, totalmem, type } from "node:os";

/** What the figures were measured on, in one line. */
export function machineLine(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  const system = `${type()} ${release()} ${process.arch}`;
  return `${model}, ${availableParallelism()} cores, ${memoryGib} GiB, ${system}, Node ${process.version}`;
}
