import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";

/** Something that answers on a port, in an OS process of its own. */
export interface Peer {
  readonly port: number;
  readonly child: ChildProcess;
}

/** A port that was free when it was looked for: for a peer that cannot choose one itself. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
