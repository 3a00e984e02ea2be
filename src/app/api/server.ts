import { createServer, type Server } from "node:http";
import { PlatformError } from "#core/sys";
import { allowAll, type Authorize, bearerOf } from "./authorize.ts";
import { type ApiBounds, apiBounds } from "./bounds.ts";
import { guardConnections, isRefused } from "./connections.ts";
import { Dispatcher } from "./dispatch.ts";
import type { ApiPorts } from "./ports.ts";
import { failure, listenAtPath, reasonOf, waitingMax } from "./unix-socket.ts";

/** Where a server of the protocol listens, and who may ask. */
export type ApiAddress =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number; readonly token: string };

export interface ApiServer {
  /** The port that the system chose where 0 was asked for; of a Unix socket there is none. */
  readonly port: number | undefined;
  /** Lets nobody in any more, and those that are in finish for a little while. */
  close(): Promise<void>;
}

/** A token is to be as hard to guess as sixteen characters of chance. */
const tokenCharactersMin = 16;

/** Serves the protocol. Throws `LISTEN_FAILED`, or `USAGE` for a token that is no secret. */
export async function serveApi(
  ports: ApiPorts,
  address: ApiAddress,
  changed: Partial<ApiBounds> = {},
): Promise<ApiServer> {
  const bounds = { ...apiBounds, ...changed };
  const dispatcher = new Dispatcher(ports, authorizeFor(address), bounds);
  const server = createServer({
    maxHeaderSize: bounds.headerBytesMax,
    headersTimeout: bounds.headersMs,
    // Of a body, the time depends on what is sent: whoever reads it keeps the time.
    requestTimeout: 0,
    connectionsCheckingInterval: bounds.lateCheckMs,
  });
  server.timeout = bounds.idleMs;
  server.on("request", (request, response) => {
    if (!isRefused(request.socket)) dispatcher.listener(request, response);
  });
  // Whoever asks before it sends a body is told yes by whoever reads it, or refused.
  server.on("checkContinue", dispatcher.listener);
  guardConnections(server, bounds.connectionsMax);
  await listenAt(server, address);
  const bound = server.address();
  return {
    port: typeof bound === "object" ? bound?.port : undefined,
    close: () => close(server, dispatcher, bounds.closeMs),
  };
}

function authorizeFor(address: ApiAddress): Authorize {
  if (address.kind === "unix") return allowAll;
  if (address.token.length >= tokenCharactersMin) return bearerOf(address.token);
  const message = `the token has ${address.token.length} characters`;
  throw new PlatformError(`${message}, ${tokenCharactersMin} at least`, {
    code: "USAGE",
    hint: "make one: openssl rand -hex 32",
  });
}

async function listenAt(server: Server, address: ApiAddress): Promise<void> {
  if (address.kind === "unix") return await listenAtPath(server, address.path);
  const { host, port } = address;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen({ host, port, backlog: waitingMax }, resolve);
  try {
    await promise;
  } catch (cause) {
    throw failure(`${host}:${port}`, reasonOf(cause), "give another with --listen", cause);
  } finally {
    server.off("error", reject);
  }
}

async function close(server: Server, dispatcher: Dispatcher, closeMs: number): Promise<void> {
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  dispatcher.close();
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), closeMs);
  await closed.promise;
  clearTimeout(late);
}
