import type { EventKind, Exchanges } from "#core/exchange";
import { type CallAnswer, notYet, type Process } from "#core/kernel";
import type { WaitQueue } from "#core/stream";
import { errno, type Errno } from "#core/sys";

export type Exchange = NonNullable<ReturnType<Exchanges["find"]>>;

/** Something that cannot be done yet: how to try, and what tells that it is time to. */
export interface Trial {
  readonly exchange: Exchange;
  readonly kind: EventKind;
  readonly queue: WaitQueue;
  readonly attempt: () => Errno | undefined | typeof notYet;
}

/**
 * Does what can be done now. Otherwise a program of events gets EAGAIN, and is told when to try
 * again; any other waits.
 */
export function nowOrLater(process: Process, trial: Trial): CallAnswer {
  const { exchanges } = process;
  const { exchange, kind, queue, attempt } = trial;
  if (!exchanges.isEventful) return process.wait({ attempt, on: [queue] });
  const answer = attempt();
  if (answer !== notYet) return answer;
  exchanges.watch(exchange, kind, queue);
  return errno.EAGAIN;
}
