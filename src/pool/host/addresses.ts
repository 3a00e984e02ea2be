/**
 * Addresses of the machine at which raw connections come in: the daemon has them for as long as
 * they are wanted, whichever executors accept there.
 */
export interface Addresses {
  /** Has the address of a route, as `formatTcpRoute` writes it. Throws `LISTEN_FAILED`. */
  take(route: string): void;
  /** Lets go of one that it has. */
  leave(route: string): void;
}
