/**
 * The network of a process: granted addresses, sockets, requests from one process to another, and
 * connections that go the way of requests.
 *
 * Knows: how an address is written, what a socket does, how one process answers another; not how
 * bytes travel (that is the host's), nor which process holds a socket.
 * Must hold: an address that was not granted cannot be named here at all: a socket exists only
 * around a port object that somebody handed in.
 * Never imports: the kernel, the file systems, a personality.
 * Start reading at `address.ts`.
 */
export { type Address, formatAddress, parseAddress } from "./address.ts";
export { LocalCall } from "./local-call.ts";
export { LocalListener, type Visitor } from "./local-listener.ts";
export { ListeningSocket } from "./listening-socket.ts";
export { Socket } from "./socket.ts";
export { acceptTunnel, dialTunnel, isTunnel, tunnelHead } from "./tunnel.ts";
