import { errnoOf } from "#adapters/node/failure";
import { Errno } from "#core/sys";

/** What `act` answers, or the error number of what it threw. */
export function attempt<T>(act: () => T): T | Errno {
  // A guest's failed call is an ordinary event and nobody reads its stack: without one, an error
  // costs half.
  const framesMax = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return act();
  } catch (error) {
    return errnoOf(error);
  } finally {
    Error.stackTraceLimit = framesMax;
  }
}

/** The error number that an answer is, if it is one. */
export function failure(answer: unknown): Errno | undefined {
  return answer instanceof Errno ? answer : undefined;
}
