import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { PlatformError } from "#core/sys";

/** The shortest bound of the systems we run on, less the byte that ends it. */
const pathBytesMax = 103;

/**
 * Where executors take requests from each other. Each start has a name of its own: whoever was told
 * of one executor never reaches the next by it.
 */
export class ExecutorSockets {
  readonly #folder: string;

  /** Throws `LISTEN_FAILED` where the folder's name leaves no room for a socket's. */
  constructor(folder: string) {
    this.#folder = folder;
    const path = this.next();
    if (Buffer.byteLength(path) <= pathBytesMax) return;
    throw new PlatformError(
      `cannot listen at "${path}": its name is longer than ${pathBytesMax} bytes`,
      { code: "LISTEN_FAILED", hint: "set --data to a shorter one" },
    );
  }

  /** A path at which nothing is. */
  next(): string {
    return join(this.#folder, `${randomBytes(6).toString("hex")}.sock`);
  }

  /** The executor that listened there is gone, and may have had no time to remove it. */
  remove(path: string): void {
    rmSync(path, { force: true });
  }
}
