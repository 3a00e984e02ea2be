import { printable } from "#core/base";

/** So many are told at once; then one a second, and how many were not. */
const toldAtOnceMax = 10;
const toldEveryMs = 1000;

/**
 * Tells the operator why a request was not answered as its program would. A program may answer what
 * is no answer to each request: what is said of that is bounded, and what was left out is counted.
 */
export function tellSparingly(say: (sentence: string) => void): (id: string, why: string) => void {
  let left = toldAtOnceMax;
  let untold = 0;
  let refilling: NodeJS.Timeout | undefined;
  const refill = (): void => {
    left += 1;
    if (untold > 0) say(`so were ${untold} more requests`);
    untold = 0;
    if (left < toldAtOnceMax) return;
    clearInterval(refilling);
    refilling = undefined;
  };
  return (id, why) => {
    if (left === 0) {
      untold += 1;
      return;
    }
    left -= 1;
    refilling ??= setInterval(refill, toldEveryMs).unref();
    say(printable(`request ${id} was not answered as its program would: ${why}`));
  };
}
