import type { CallAnswer, Process } from "#core/kernel";
import { errno } from "#core/sys";

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

export function randomGet(process: Process, buffer: number, lengthBytes: number): CallAnswer {
  process.outside.entropy.fill(process.memory.bytes(buffer, lengthBytes));
  return undefined;
}
