import type { ByteSink, ByteSource } from "#core/host";
import { Errno } from "#core/sys";

/** What goes from a source to a sink at once. */
const pieceBytesMax = 64 * 1024;

/**
 * Carries a body from one side to the other, a piece at a time, and closes both. Calls back once,
 * with why it did not come whole, if it did not; the sink is left open then, for its owner to
 * break.
 */
export function pump(
  source: ByteSource,
  sink: ByteSink,
  ended: (failed: Errno | undefined) => void,
): void {
  const next = (): void => source.pull(pieceBytesMax, take);
  const pushed = (failed: Errno | undefined): void => {
    if (failed === undefined) return next();
    source.close();
    ended(failed);
  };
  const take = (result: Uint8Array | "end" | Errno): void => {
    if (result instanceof Errno) return ended(result);
    if (result !== "end") return sink.push(result, pushed);
    sink.close();
    ended(undefined);
  };
  next();
}
