/**
 * What a recording is made of: frames, a header, attachments, and the entries of a journal.
 *
 * Knows: how each of them is written as bytes and read back; the numbers of ports and timers.
 * Must hold: a file is good up to its last whole frame; whatever bytes say, reading them ends with
 * an answer or a `PlatformError`; what one build writes, every build of its version reads.
 * Never imports: a personality, a file system, Node.
 * Start reading at `frames.ts`, then `entries.ts` and `recording.ts`.
 */
export { type Ask, AskingDirectory, flagsOf } from "./asking-directory.ts";
export type { AnsweredQuestion, AnswerOf, Question } from "./directory-calls.ts";
export { type Entry, type EntryKind, type EntryOf, writeEntry } from "./entries.ts";
export { encodeFrame, encodeHead, FrameKind, frameBytesMax, joinFrame } from "./frames.ts";
export { Cursor } from "./journal.ts";
export { sumMemories } from "./memory-sum.ts";
export { piecesOf } from "./pieces.ts";
export { PortNumbers } from "./port-numbers.ts";
export {
  type Attachment,
  encodeAttachment,
  encodeFlightNotes,
  encodeHeader,
  onlyTail,
  readAnyRecording,
  readRecording,
  type Recording,
  type RecordingHeader,
  type TailRecording,
} from "./recording.ts";
export { isSameQuestion } from "./same-question.ts";
