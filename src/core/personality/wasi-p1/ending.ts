import type { CallAnswer, Process } from "#core/kernel";
import { errno } from "#core/sys";
import { bounds } from "#core/personality/wasi-p1/abi";

export function procExit(process: Process, code: number): never {
  process.exit({ kind: "exited", code: code >>> 0 });
}

/** No process has signals. Raising none is what the contract's signal 0 means, and is done. */
export function procRaise(_process: Process, signal: number): CallAnswer {
  return signal === 0 ? undefined : errno.ENOTSUP;
}

export function schedYield(process: Process): CallAnswer {
  return process.giveWay();
}

/** EINVAL for more than one call may give: nobody else runs meanwhile. */
export function randomGet(process: Process, buffer: number, lengthBytes: number): CallAnswer {
  const target = process.memory.bytes(buffer, lengthBytes);
  if (target.length > bounds.entropyBytesMax) return errno.EINVAL;
  process.outside.entropy.fill(target);
  return undefined;
}
