/** Why the daemon is to end. */
export type Wish = "Ctrl-C" | "SIGTERM" | "SIGHUP" | "noos down";

/** At the second word, this OS process ends at once, and its executors with it. */
export function listenToSignals(wish: (why: Wish) => void): void {
  let isEnding = false;
  for (const [signal, why] of [
    ["SIGINT", "Ctrl-C"],
    ["SIGTERM", "SIGTERM"],
    ["SIGHUP", "SIGHUP"],
  ] as const) {
    // One that is ignored since the start stays so.
    if (process.listenerCount(signal) > 0) continue;
    process.on(signal, () => {
      if (isEnding) process.exit(0);
      isEnding = true;
      wish(why);
    });
  }
}
