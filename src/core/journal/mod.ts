/**
 * Recording what comes into a process, and running it again from that alone.
 *
 * Knows: the recording's format, and how the ports of a process are wrapped (`recorder.ts`) or
 * stood in for (`replayer.ts`). It stands at the one boundary between a process and the outside.
 * Must hold: entries are in the order of events; a file is good up to its last whole frame; a
 * replay asks nothing of the outside; whatever a file says, reading it ends with an answer.
 * Never imports: a personality, a file system, Node.
 * Start reading at `entries.ts`, then `recorder.ts` and `replayer.ts`.
 */
export { Recorder, type RecorderOptions } from "./recorder.ts";
export {
  type Attachment,
  type Recording,
  type RecordingHeader,
  readRecording,
} from "./recording.ts";
export {
  type CallSeen,
  callText,
  type Divergence,
  Replayer,
  type ReplayerOptions,
  type ReplayResult,
} from "./replayer.ts";
