import type { Readable } from "node:stream";
import type { FrontBounds } from "./bounds.ts";

/**
 * Lets go of what still comes of a body that nobody wants, so that its sender gets to read the
 * answer: a connection closed before would be reset, and the answer with it. Calls back with
 * whether all came. Past the bound nothing more is taken, and the sender has the rest of the time.
 */
export function letGo(
  body: Readable,
  bounds: Pick<FrontBounds, "unreadBytesMax" | "unreadMs">,
  done: (isWhole: boolean) => void,
): void {
  let takenBytes = 0;
  const finish = (isWhole: boolean): void => {
    clearTimeout(late);
    body.off("data", count).off("end", whole).off("close", gone);
    done(isWhole);
  };
  const whole = (): void => finish(true);
  const gone = (): void => finish(false);
  const count = (bytes: Uint8Array): void => {
    takenBytes += bytes.length;
    if (takenBytes > bounds.unreadBytesMax) body.pause();
  };
  const late = setTimeout(gone, bounds.unreadMs);
  late.unref();
  // As long as somebody listens for readiness, nothing flows.
  body.removeAllListeners("readable");
  body.on("data", count).on("end", whole).on("close", gone);
  body.resume();
}
