import type { Dialer } from "#core/host";
import type { SocketAddress, SocketListener } from "#adapters/node/socket";

// The sockets' folder is loaded with the first socket: most programs have none.

/** Listens on `address`. Throws `LISTEN_FAILED` when the system does not allow it. */
export async function listen(address: SocketAddress): Promise<SocketListener> {
  const sockets = await import("#adapters/node/socket");
  return sockets.listen(address);
}

/** Opens connections to `address`, each time it is asked to. */
export function dialer(address: SocketAddress): Dialer {
  return {
    dial(answer) {
      void import("#adapters/node/socket").then((sockets) => sockets.dialer(address).dial(answer));
    },
  };
}
