import { writeSync } from "node:fs";
import type { Terminal } from "#app/cli/command";

const stdout = 1;
const stderr = 2;

/** How long to wait before looking whether somebody else's pipe has room again. */
const retryMs = 5;

const never = new Int32Array(new SharedArrayBuffer(4));

/** The terminal this OS process was started from, or what its output was sent to. */
export const terminal: Terminal = {
  out: (text) => writeAll(stdout, text),
  err: (text) => writeAll(stderr, text),
  get isTerminal() {
    return process.stdout.isTTY;
  },
};

/** Writes all of `text`, or as much as somebody is there to read. */
function writeAll(fd: number, text: string | Uint8Array): void {
  let rest: Uint8Array = typeof text === "string" ? Buffer.from(text) : text;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // The reader is gone, or the descriptor was never open: there is nobody to tell.
      if (code === "EPIPE" || code === "EBADF") return;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(never, 0, 0, retryMs);
    }
  }
}
