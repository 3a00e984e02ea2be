/**
 * What a recording is made of: frames, a header, attachments, and the entries of a journal.
 *
 * Knows: how each of them is written as bytes and read back; the numbers of ports and timers.
 * Must hold: a file is good up to its last whole frame; whatever bytes say, reading them ends with
 * an answer or a `PlatformError`; what one build writes, every build of its version reads.
 * Never imports: a personality, a file system, Node.
 * Start reading at `frames.ts`, then `entries.ts`.
 */
export { Cursor } from "./cursor.ts";
export {
  answerCodecs,
  type Ask,
  AskingDirectory,
  type DirectoryAnswers,
  type DirectoryCall,
  directoryCalls,
  subjectText,
} from "./directory-calls.ts";
export { Arrived, Asked, askedNames, Tag, tagNames } from "./entries.ts";
export { encodeFrame, encodeHead, FrameKind } from "./frames.ts";
export { sumMemories } from "./memory-sum.ts";
export { PortNumbers } from "./port-numbers.ts";
export {
  type Attachment,
  encodeAttachment,
  encodeHeader,
  type Recording,
  type RecordingHeader,
  readRecording,
} from "./recording.ts";
export { bytes, exitReason, outcome, parameters } from "./values.ts";
