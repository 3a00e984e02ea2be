import type { Connection, Dialer } from "#core/host";
import type { Errno } from "#core/sys";
import { nodeAddress, type SocketAddress } from "./address.ts";
import { SocketConnection } from "#adapters/node/socket/connection";
import { errnoOf } from "#adapters/node/failure";

/** Opens connections to `address`, each time it is asked to. */
export function dialer(address: SocketAddress): Dialer {
  return { dial: (answer) => dial(address, answer) };
}

function dial(address: SocketAddress, answer: (result: Connection | Errno) => void): void {
  const { connect } = process.getBuiltinModule("node:net");
  const socket = connect({ ...nodeAddress(address), allowHalfOpen: true, noDelay: true });
  const fail = (error: Error): void => answer(errnoOf(error));
  socket.once("error", fail);
  socket.once("connect", () => {
    const connection = new SocketConnection(socket);
    socket.off("error", fail);
    answer(connection);
  });
}
