import { writeSync } from "node:fs";
import type { Terminal } from "#app/cli/command";
import { PlatformError } from "#core/sys";

const stdout = 1;
const stderr = 2;

/** How long to wait before looking whether somebody else's pipe has room again. */
const retryMs = 5;

const never = new Int32Array(new SharedArrayBuffer(4));

let hasReader = true;

/** The terminal this OS process was started from, or what its output was sent to. */
export const terminal: Terminal = {
  out: (text) => {
    const why = writeAll(stdout, text);
    if (why === "EPIPE") hasReader = false;
    else if (why !== undefined) throw outputFailed(why);
  },
  // Where this cannot be said, nothing can.
  err: (text) => void writeAll(stderr, text),
  get hasReader() {
    return hasReader;
  },
  get isTerminal() {
    return process.stdout.isTTY;
  },
  get isErrTerminal() {
    return process.stderr.isTTY;
  },
  get hasColours() {
    // https://no-color.org: there, and not empty.
    return process.stdout.isTTY && (process.env["NO_COLOR"] ?? "") === "";
  },
  get size() {
    return sizeOf(process.stdout);
  },
};

/** What Node knows of where stdout goes; only of a terminal are there numbers. */
interface Seen {
  readonly isTTY: boolean | undefined;
  readonly columns: number | undefined;
  readonly rows: number | undefined;
}

/** A terminal that nobody gave a size, as that of `script`, says that it has 0 columns. */
export function sizeOf({ isTTY, columns, rows }: Seen): Terminal["size"] {
  return isTTY && columns && rows ? { columns, rows } : undefined;
}

/** Writes all of `text`, or as much as somebody is there to read; answers why it could not. */
function writeAll(fd: number, text: string | Uint8Array): string | undefined {
  let rest: Uint8Array = typeof text === "string" ? Buffer.from(text) : text;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // The descriptor was never open: there is nobody to tell.
      if (code === "EBADF") return undefined;
      if (code !== "EAGAIN") return code ?? String(error);
      Atomics.wait(never, 0, 0, retryMs);
    }
  }
  return undefined;
}

function outputFailed(why: string): PlatformError {
  return new PlatformError(`cannot write to stdout: ${why}`, {
    code: "OUTPUT_FAILED",
    hint: "look at where stdout goes: is there room?",
  });
}
