import { fstatSync } from "node:fs";

/** Which of stdin, stdout and stderr of this OS process is a terminal. */
export function standardTerminals(): boolean[] {
  return [0, 1, 2].map(isTerminal);
}

/** The major device number of null, zero, full and random on Linux. */
const memoryDevices = 1;

function isTerminal(fd: number): boolean {
  try {
    // Whether a device is a terminal only `node:tty` knows, which takes 2 ms to load.
    const stat = fstatSync(fd);
    if (!stat.isCharacterDevice() || stat.rdev >> 8 === memoryDevices) return false;
  } catch {
    // Not open at all.
    return false;
  }
  return process.getBuiltinModule("node:tty").isatty(fd);
}
