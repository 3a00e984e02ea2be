/** Holds the lock of a folder until stdin ends: `holder.ts FOLDER`. Says so, or the problem. */
import { lockFolder } from "#adapters/sqlite/lock";
import { PlatformError } from "#core/sys";

const [, , folder = ""] = process.argv;
try {
  const lock = lockFolder(folder);
  process.stdout.write("held\n");
  process.stdin.resume().on("end", () => lock.release());
} catch (error) {
  if (!(error instanceof PlatformError)) throw error;
  process.stdout.write(`${error.code} ${error.message}\n`);
}
