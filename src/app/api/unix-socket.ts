import { chmodSync, existsSync, lstatSync, rmSync } from "node:fs";
import { createConnection, type Server } from "node:net";
import { dirname } from "node:path";
import { PlatformError } from "#core/sys";

/** The shortest bound of the systems we run on, less the byte that ends it. */
const pathBytesMax = 103;

/** So many may wait to be let in while the daemon is busy; the system may take fewer. */
export const waitingMax = 4096;

/**
 * Listens at `path`, for its owner alone. A socket that a daemon left which is gone is removed;
 * anything else there is left as it is. Throws `LISTEN_FAILED`.
 */
export async function listenAtPath(server: Server, path: string): Promise<void> {
  if (Buffer.byteLength(path) > pathBytesMax) {
    throw failure(
      path,
      `its name is longer than ${pathBytesMax} bytes`,
      "set NOOS_AT, or --data, to a shorter one",
    );
  }
  if (!existsSync(dirname(path))) throw failure(path, "its directory is not there", "make it");
  await removeLeftover(path);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  // The mask counts where the socket is made, which is inside this call: nobody comes before.
  const mask = process.umask(0o177);
  try {
    server.listen({ path, backlog: waitingMax }, resolve);
  } finally {
    process.umask(mask);
  }
  try {
    await promise;
    chmodSync(path, 0o600);
  } catch (cause) {
    throw failure(path, reasonOf(cause), "look at the directory it is in", cause);
  } finally {
    server.off("error", reject);
  }
}

async function removeLeftover(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw failure(path, "there is a file that is no socket", "remove it");
  if (await answers(path)) {
    throw failure(path, "somebody listens there", "noos status says who; noos down ends a daemon");
  }
  rmSync(path, { force: true });
}

function answers(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = createConnection({ path });
  socket.once("connect", () => resolve(true));
  // Nobody accepts there. Whatever else is wrong, listening will say.
  socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EAGAIN"));
  return promise.finally(() => socket.destroy());
}

export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "EADDRINUSE" ? "somebody listens there" : (code ?? message);
}

export function failure(at: string, why: string, hint: string, cause?: unknown): PlatformError {
  return new PlatformError(`cannot listen at "${at}": ${why}`, {
    code: "LISTEN_FAILED",
    hint,
    cause,
  });
}
