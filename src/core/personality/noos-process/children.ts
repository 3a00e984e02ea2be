import type { ChildId } from "#core/host";
import { type CallAnswer, notYet, type Process } from "#core/kernel";
import { errno, Errno } from "#core/sys";
import { graceForEver } from "./records.ts";
import { readRequest } from "./request.ts";

const encoder = new TextEncoder();

export function spawn(
  process: Process,
  address: number,
  lengthBytes: number,
  result: number,
): CallAnswer {
  const { kin, memory } = process;
  if (kin === undefined) return errno.ENOTSUP;
  memory.check(result, 8);
  const request = readRequest(process, address, lengthBytes);
  if (request instanceof Errno) return request;
  const refused = kin.spawn(request);
  if (refused !== undefined) return refused;
  const attempt = (): Errno | undefined | typeof notYet => {
    const child = kin.takeSpawned();
    if (child === undefined) return notYet;
    if (child instanceof Errno) return child;
    memory.setU64(result, BigInt(child));
    return undefined;
  };
  return process.wait({ attempt, on: [kin.spawned] });
}

export function acknowledge({ kin }: Process, child: bigint): CallAnswer {
  return kin === undefined ? errno.ENOTSUP : kin.acknowledge(childOf(child));
}

export function end({ kin }: Process, child: bigint, grace: bigint): CallAnswer {
  if (kin === undefined) return errno.ENOTSUP;
  const graceNs = BigInt.asUintN(64, grace);
  return kin.end(childOf(child), graceNs === graceForEver ? Infinity : Number(graceNs));
}

/** ERANGE for a path that is longer than its place; how long it is, is told in any case. */
export function self(
  { kin, memory }: Process,
  buffer: number,
  lengthBytes: number,
  result: number,
): CallAnswer {
  if (kin === undefined) return errno.ENOTSUP;
  const target = memory.bytes(buffer, lengthBytes);
  const path = encoder.encode(kin.path);
  memory.setU32(result, path.length);
  if (path.length > target.length) return errno.ERANGE;
  target.set(path);
  return undefined;
}

/** No child has a number beyond 2⁵³, so one that is rounded is nobody's. */
function childOf(value: bigint): ChildId {
  return Number(BigInt.asUintN(64, value)) as ChildId;
}
