/**
 * The ports: everything of the world that a kernel may ask for, as types.
 *
 * Knows: the shapes of clock, timers, entropy, streams, sockets, outside directories, blobs and
 * codecs, families; no implementation of any of them, which `adapters/node` and `adapters/sim`
 * have.
 * Must hold: an answer is a value or an `Errno`, never a host's own error; what answers later
 * answers exactly once, in a turn of its own and never inside the asking call.
 * Never imports: anything but base and sys.
 * Start reading at `executor.ts` (what a kernel needs) and `outside.ts` (what a process is
 * granted; these are the ports a journal wraps).
 */
export type { ChildId, EndSummary, Family, Notice, SpawnRequest } from "./family.ts";
export type {
  Blobs,
  Clock,
  Codec,
  EngineHeap,
  Entropy,
  Executor,
  Timer,
  Turns,
  Watchdog,
} from "./executor.ts";
export type {
  ByteSink,
  ByteSource,
  Connection,
  Dialer,
  Listener,
  Outside,
  SharedOutside,
  SourceAnswer,
} from "./outside.ts";
export type {
  FileKind,
  HostEntry,
  HostHandle,
  HostStat,
  HostTimes,
  OpenFlags,
  OutsideDirectory,
} from "./outside-directory.ts";
