import {
  type ConnectionGrant,
  grantConnection,
  grantDirectory,
  grantListener,
  type ListenerGrant,
} from "#app/grant";
import { type Address, formatAddress } from "#core/net";
import { type DirectoryGrant as DirectoryOrder, PlatformError } from "#core/sys";
import type { DirectoryGrant, StartOptions } from "#core/system";
import type { RunOrder } from "./order.ts";

/** What a process is granted of this machine. */
type Grants = Required<Pick<StartOptions, "directories" | "listeners" | "connections">>;

/** How grants are opened. */
export interface GrantsAround {
  /** Whether directories are to be seen in a root that is there already. */
  readonly hasRoot: boolean;
  /** Takes over what is open, to close it if the program does not come to start. */
  readonly opened: DisposableStack;
  /** Told where it listens when the system chose the port. */
  readonly announce: (line: string) => void;
}

/** Opens what the order grants: what cannot be opened is an error before the program starts. */
export async function openGrants(order: RunOrder, around: GrantsAround): Promise<Grants> {
  if (around.hasRoot) for (const { guest } of order.directories) checkBelowRoot(guest);
  return {
    directories: order.directories.map((directory) => openDirectory(directory, around)),
    listeners: await inTurn(order.listen, (address) => openListener(address, around)),
    connections: await inTurn(order.connect, (address) => openConnection(address, around)),
  };
}

async function inTurn<A, B>(all: readonly A[], each: (one: A) => Promise<B>): Promise<B[]> {
  const done: B[] = [];
  for (const one of all) done.push(await each(one));
  return done;
}

function openDirectory(
  { host, guest, readOnly }: DirectoryOrder,
  { opened }: GrantsAround,
): DirectoryGrant {
  const grant = grantDirectory(host, { guest, readOnly });
  opened.defer(() => grant.port.closeAll());
  return grant;
}

async function openListener(
  address: Address,
  { opened, announce }: GrantsAround,
): Promise<ListenerGrant> {
  const grant = await grantListener(address);
  opened.defer(() => grant.port.close());
  if (grant.name !== formatAddress(address)) announce(`listening on ${grant.name}`);
  return grant;
}

async function openConnection(
  address: Address,
  { opened }: GrantsAround,
): Promise<ConnectionGrant> {
  const grant = await grantConnection(address);
  opened.defer(() => grant.port.close());
  return grant;
}

/** A directory at the image's root would hide all of the image. */
function checkBelowRoot(guest: string): void {
  if (guest.split("/").some((name) => name !== "" && name !== ".")) return;
  throw new PlatformError(`cannot grant a directory as "${guest}" of an image: it would hide it`, {
    code: "GRANT_INVALID",
    hint: "name where it is to be seen: --dir HOST::/work",
  });
}
