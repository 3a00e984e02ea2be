/**
 * Grants of this machine: a directory, a listener, a connection, opened for one process.
 *
 * Knows: which adapter stands behind each kind of grant, and the name it has for a process.
 * Nothing of how somebody asks for one: a command line and an embedder do so in their own ways.
 * Must hold: what cannot be opened is a `PlatformError` before anything runs; nothing is opened
 * but what was asked for.
 * Never imports: a command line, the embeddable API.
 * Start reading at `grants.ts`.
 */
export {
  type ConnectionGrant,
  type DirectoryOptions,
  grantConnection,
  grantDirectory,
  grantListener,
  type ListenerGrant,
} from "./grants.ts";
