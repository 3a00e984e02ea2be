import { ByteReader, ByteWriter, MalformedBytes } from "#core/base";
import type { Launch } from "#core/kernel";
import { PlatformError } from "#core/sys";
import type { EntryOf } from "./entries.ts";
import { type FlightNotes, flightNotes } from "./flight-notes.ts";
import {
  type FrameCodec,
  FrameKind,
  incomplete,
  type PackedFrame,
  readFrames,
  unpackFrame,
} from "./frames.ts";
import { Journal, malformed } from "./journal.ts";
import { launchAdditions, launchCodec } from "./launch-codec.ts";
import { flag, list, texts } from "./values.ts";

/** Bytes that a replay needs besides the journal: the program, and the layers of its root. */
export interface Attachment {
  /** `program`, or `layer 0`, `layer 1` … from the lowest up. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a recording begins with. */
export interface RecordingHeader {
  readonly launch: Launch;
  /** The names of the personality's calls by row, as they were when it was recorded. */
  readonly calls: readonly string[];
  /** Whether the program had the checks by which it is paused: they take of its stack. */
  readonly isPreemptible: boolean;
  /** What else there must be, wherever in the file it stands. */
  readonly attachments: readonly { readonly name: string; readonly sizeBytes: number }[];
}

/** What every recording has. */
interface Recorded {
  readonly header: RecordingHeader;
  readonly journal: Journal;
  /** How many calls the guest made. */
  readonly callCount: number;
  /** How it ended; `undefined` of a recording that was cut before that. */
  readonly end: EntryOf<"ended"> | undefined;
}

/** A recording that reaches back to the start: it can be replayed. */
export interface Recording extends Recorded {
  readonly program: Uint8Array;
  /** The layers of the process's root, the lowest first. */
  readonly layers: readonly Uint8Array[];
  /** Of one that a flight recorder wrote. */
  readonly flight: FlightNotes | undefined;
}

/** The last of a journal whose beginning is gone: it can only be read. */
export interface TailRecording extends Recorded {
  readonly program?: never;
  readonly flight: FlightNotes;
}

/** The most bytes that all attachments may unpack to. */
const attachmentsBytesMax = 2 ** 31;

/** The most bytes of an attachment in one frame. */
const pieceBytesMax = 4 * 1024 * 1024;

const attachmentList = list<RecordingHeader["attachments"][number]>({
  write: (writer, { name, sizeBytes }) => {
    writer.text(name);
    writer.unsigned(sizeBytes);
  },
  read: (reader) => ({ name: reader.text(), sizeBytes: reader.unsigned() }),
});

export function encodeHeader(header: RecordingHeader): Uint8Array {
  const writer = new ByteWriter(1024);
  launchCodec.write(writer, header.launch);
  texts.write(writer, header.calls);
  flag.write(writer, header.isPreemptible);
  attachmentList.write(writer, header.attachments);
  launchAdditions.write(writer, header.launch);
  return writer.toBytes();
}

function decodeHeader(payload: Uint8Array): RecordingHeader {
  const reader = new ByteReader(payload);
  const launch = launchCodec.read(reader);
  const rest = {
    calls: texts.read(reader),
    isPreemptible: flag.read(reader),
    attachments: attachmentList.read(reader),
  };
  return { launch: { ...launch, ...launchAdditions.read(reader) }, ...rest };
}

/** The payloads of an attachment's frames, each with its name and the next piece of it. */
export function* encodeAttachment({ name, bytes }: Attachment): IterableIterator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += pieceBytesMax) {
    const piece = bytes.subarray(offset, offset + pieceBytesMax);
    const writer = new ByteWriter(piece.length + name.length + 16);
    writer.text(name);
    writer.bytes(piece);
    yield writer.peek();
  }
}

/**
 * Reads a recording that can be replayed. Throws as `readAnyRecording` does, and `RECORDING_TAIL`
 * for one whose beginning is gone.
 */
export function readRecording(bytes: Uint8Array, codec: FrameCodec): Recording {
  const recording = readAnyRecording(bytes, codec);
  if (recording.program === undefined) throw onlyTail(recording);
  return recording;
}

/**
 * Reads a recording, all of it, so that what it says is well-formed to its end. Throws
 * `RECORDING_MALFORMED` for damage, `RECORDING_VERSION` for another format, and
 * `RECORDING_INCOMPLETE` for a file that was cut before it held the program.
 */
export function readAnyRecording(bytes: Uint8Array, codec: FrameCodec): Recording | TailRecording {
  const [first, ...others] = readFrames(bytes, codec);
  if (first === undefined) throw incomplete();
  if (first.kind !== FrameKind.header) throw malformed(new MalformedBytes("no header", 0));
  const header = unlessMalformed(() => decodeHeader(unpackFrame(first, codec)));
  const attachments = new Attachments(header);
  const entries: PackedFrame[] = [];
  let flight: FlightNotes | undefined;
  for (const frame of others) {
    if (frame.kind === FrameKind.attachment) {
      unlessMalformed(() => attachments.add(unpackFrame(frame, codec)));
    } else if (frame.kind === FrameKind.entries) {
      entries.push(frame);
    } else if (frame.kind === FrameKind.flight) {
      flight = unlessMalformed(() => flightNotes.read(new ByteReader(unpackFrame(frame, codec))));
    } else {
      throw malformed(new MalformedBytes(`unknown frame kind ${frame.kind}`, frame.offset));
    }
  }
  const journal = new Journal(entries, codec);
  const recorded = { header, journal, ...summaryOf(journal) };
  if (flight?.isWhole === false) return { ...recorded, flight };
  const layerCount = header.attachments.filter(({ name }) => name.startsWith("layer ")).length;
  return {
    ...recorded,
    flight,
    program: attachments.get("program"),
    layers: Array.from({ length: layerCount }, (_, index) => attachments.get(`layer ${index}`)),
  };
}

/** The payload of a flight frame. */
export function encodeFlightNotes(notes: FlightNotes): Uint8Array {
  const writer = new ByteWriter(1024);
  flightNotes.write(writer, notes);
  return writer.toBytes();
}

/** What to say to whoever wants to replay the last of a journal. */
export function onlyTail({ flight }: Pick<TailRecording, "flight">): PlatformError {
  const why =
    flight.missingEntries > 0
      ? `it does not reach back to the start (${flight.missingCalls} calls before it are missing)`
      : "an input or output was too large for it to be kept whole";
  return new PlatformError(`cannot replay the recording: ${why}`, {
    code: "RECORDING_TAIL",
    hint: "read what it holds; `noos run --record` keeps all of a run",
  });
}

/** The attachments that a header announces, as their pieces come in. */
class Attachments {
  readonly #all = new Map<string, { readonly bytes: Uint8Array; filledBytes: number }>();

  constructor({ attachments }: RecordingHeader) {
    const sizeBytes = attachments.reduce((sum, each) => sum + each.sizeBytes, 0);
    if (sizeBytes > attachmentsBytesMax) {
      throw malformed(new MalformedBytes(`${sizeBytes} bytes of attachments announced`, 0));
    }
    for (const each of attachments) {
      this.#all.set(each.name, { bytes: new Uint8Array(each.sizeBytes), filledBytes: 0 });
    }
  }

  add(payload: Uint8Array): void {
    const reader = new ByteReader(payload);
    const name = reader.text();
    const piece = reader.bytes();
    const attachment = this.#all.get(name);
    if (attachment === undefined) throw new MalformedBytes(`attachment "${name}" not announced`, 0);
    if (attachment.filledBytes + piece.length > attachment.bytes.length) {
      throw new MalformedBytes(`attachment "${name}" longer than announced`, 0);
    }
    attachment.bytes.set(piece, attachment.filledBytes);
    attachment.filledBytes += piece.length;
  }

  /** Throws `RECORDING_INCOMPLETE` when it is not all there. */
  get(name: string): Uint8Array {
    const attachment = this.#all.get(name);
    if (attachment === undefined || attachment.filledBytes < attachment.bytes.length) {
      throw incomplete();
    }
    return attachment.bytes;
  }
}

function summaryOf(journal: Journal): Pick<Recording, "callCount" | "end"> {
  const cursor = journal.start();
  let callCount = 0;
  let end: EntryOf<"ended"> | undefined;
  for (let entry = cursor.peek(); entry !== undefined; entry = cursor.peek()) {
    cursor.take();
    if (entry.kind === "call") callCount += 1;
    if (entry.kind === "ended") end ??= entry;
  }
  return { callCount, end };
}

function unlessMalformed<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw cause instanceof MalformedBytes ? malformed(cause) : cause;
  }
}
