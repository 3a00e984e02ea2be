import type { CallAnswer, Process } from "#core/kernel";
import { errno } from "#core/sys";

/** Lets a timer of this number ring once; ENOTSUP of a program that is not told of events. */
export function timer({ exchanges }: Process, id: number, delay: bigint): CallAnswer {
  if (!exchanges.isEventful) return errno.ENOTSUP;
  return exchanges.alarms.set(id >>> 0, Number(BigInt.asUintN(64, delay)));
}

/** The timer does not ring. */
export function cancelTimer({ exchanges }: Process, id: number): CallAnswer {
  exchanges.cancelTimer(id >>> 0);
  return undefined;
}
