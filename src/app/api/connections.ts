import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { PlatformError } from "#core/sys";
import { problemOf } from "#pool/api";
import { RequestRefusal } from "./refusal.ts";

/** Bounds the connections of `server`, and answers what is no request in the words of others. */
export function guardConnections(server: Server, connectionsMax: number): void {
  let open = 0;
  server.on("connection", (socket) => {
    open += 1;
    socket.once("close", () => (open -= 1));
    if (open > connectionsMax) refuseConnection(socket, connectionsMax);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET" || !socket.writable) socket.destroy();
    else endWith(socket, refusalOf(error));
  });
}

/** Requests on a connection that was refused are not heard any more. */
const refused = new WeakSet<Duplex>();

export function isRefused(socket: Duplex): boolean {
  return refused.has(socket);
}

function refuseConnection(socket: Socket, connectionsMax: number): void {
  refused.add(socket);
  const busy = new PlatformError(`the daemon has ${connectionsMax} connections, and no more`, {
    code: "DAEMON_BUSY",
    hint: "do it again in a little while",
  });
  endWith(socket, busy);
}

/** What Node says of what it could not read as a request. */
function refusalOf({ code, message }: NodeJS.ErrnoException): RequestRefusal {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new RequestRefusal("the request did not come whole in time", {
        status: 408,
        hint: "send it at once",
      });
    case "HPE_HEADER_OVERFLOW":
      return new RequestRefusal("the request's headers are larger than they may be", {
        status: 431,
        code: "REQUEST_TOO_LARGE",
        hint: "send fewer or shorter ones",
      });
    default:
      return new RequestRefusal(`this is no request of HTTP: ${message}`, {
        status: 400,
        hint: "the daemon speaks HTTP/1.1; import { connect } from noos/client speaks it for you",
      });
  }
}

/** Without a response object, since there is no request. */
function endWith(socket: Duplex, error: PlatformError): void {
  const problem = problemOf(error, error instanceof RequestRefusal ? error.status : undefined);
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.on("error", () => socket.destroy());
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
