/**
 * One machine behind the ports: clocks, the event loop, entropy, streams, sockets and the disk.
 *
 * Knows: Node and the operating system, and how to keep the ports' promises with them.
 * Must hold: errors of the host become `Errno` (towards a guest) or `PlatformError` (towards the
 * operator) here; nothing blocks the event loop; a module of Node that takes long to load is
 * loaded at its first use.
 * Never imports: anything of core but base, sys and host.
 * Start reading at `host.ts`; the rest is behind `stream/`, `socket/`,
 * `blobs/`, `watchdog/`, `directory/` and `archive/`.
 */
export { diskBlobs, type DiskBlobs, usualProgramFolder } from "#adapters/node/blobs";
export type { SocketAddress, SocketListener } from "#adapters/node/socket";
export {
  fileDescriptorSink,
  fileDescriptorSource,
  serveSink,
  stdinSource,
  threadSink,
} from "#adapters/node/stream";
export { setCallStack } from "./call-stack.ts";
export { collectNow } from "./collector.ts";
export { nodeExecutor, nodeOutside } from "./host.ts";
export { giveBackWhenIdle } from "./idle.ts";
export { heldMemory, loopBusyNs } from "./load.ts";
export { dialer, listen } from "./network.ts";
export { keepTickShape } from "./tick-shape.ts";
