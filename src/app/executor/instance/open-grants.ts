import { grantConnection, grantDirectory, grantListener } from "#app/grant";
import { parseAddress } from "#core/net";
import type { StartOptions } from "#core/system";
import type { ProcessOrder } from "#pool/host";

/** What of the outside a process is granted, opened. */
export type Grants = Pick<StartOptions, "directories" | "listeners" | "connections">;

/** Whether opening what an order grants takes a while. */
export function opensLater({ listen, connect }: ProcessOrder): boolean {
  return listen.length + connect.length > 0;
}

/** Of most processes, and kept for as long as they run. */
const noGrants: Grants = {};

/** Listeners and connections are the process's own; directories are whose they were opened by. */
export function closeDirectories({ directories = [] }: Grants): void {
  for (const { port } of directories) port.closeAll();
}

/** One that cannot be opened is told of, and those before it are closed by whoever has `opened`. */
export function openDirectories({ directories }: ProcessOrder, opened: DisposableStack): Grants {
  if (directories.length === 0) return noGrants;
  return {
    directories: directories.map(({ host, guest, readOnly }) => {
      const grant = grantDirectory(host, { guest, readOnly });
      opened.defer(() => grant.port.closeAll());
      return grant;
    }),
  };
}

/** As `openDirectories`, with listeners and connections. */
export async function openGrants(order: ProcessOrder, opened: DisposableStack): Promise<Grants> {
  const { directories = [] } = openDirectories(order, opened);
  const listeners = [];
  for (const address of order.listen) {
    const grant = await grantListener(parseAddress(address));
    opened.defer(() => grant.port.close());
    listeners.push(grant);
  }
  const connections = [];
  for (const address of order.connect) {
    const grant = await grantConnection(parseAddress(address));
    opened.defer(() => grant.port.close());
    connections.push(grant);
  }
  return { directories, listeners, connections };
}
