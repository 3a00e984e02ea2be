import { ByteReader, ByteWriter, MalformedBytes } from "#core/base";
import type { Launch } from "#core/kernel";
import { PlatformError } from "#core/sys";
import { type FrameCodec, FrameKind, readFrames } from "./frames.ts";
import { launchCodec } from "./launch-codec.ts";

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
  readonly isPreemptible: boolean;
}

/** A recording as it was read. */
export interface Recording {
  readonly header: RecordingHeader;
  readonly attachments: readonly Attachment[];
  /** All entries of the journal, one after the other. */
  readonly entries: Uint8Array;
  /** The file was cut: the entries end where the last whole frame ends. */
  readonly isCut: boolean;
}

export function encodeHeader(header: RecordingHeader): Uint8Array {
  const writer = new ByteWriter(1024);
  launchCodec.write(writer, header.launch);
  writer.unsigned(header.calls.length);
  for (const call of header.calls) writer.text(call);
  writer.u8(header.isPreemptible ? 1 : 0);
  return writer.toBytes();
}

function decodeHeader(payload: Uint8Array): RecordingHeader {
  const reader = new ByteReader(payload);
  const launch = launchCodec.read(reader);
  const count = Math.min(reader.unsigned(), reader.remainingBytes);
  const calls = Array.from({ length: count }, () => reader.text());
  return { launch, calls, isPreemptible: reader.u8() !== 0 };
}

/** The payloads of an attachment: its name and then its bytes, in pieces that fit a frame. */
export function* encodeAttachment(attachment: Attachment): IterableIterator<Uint8Array> {
  const pieceBytes = 16 * 1024 * 1024;
  const { bytes } = attachment;
  for (let offset = 0; offset === 0 || offset < bytes.length; offset += pieceBytes) {
    const piece = bytes.subarray(offset, offset + pieceBytes);
    const writer = new ByteWriter(piece.length + attachment.name.length + 16);
    writer.text(attachment.name);
    writer.bytes(piece);
    yield writer.toBytes();
  }
}

/**
 * Reads a recording. Throws `RECORDING_MALFORMED` for damage, `RECORDING_VERSION` for another
 * format, `RECORDING_INCOMPLETE` for a file that was cut before its journal began.
 */
export function readRecording(bytes: Uint8Array, codec: FrameCodec): Recording {
  const { frames, isCut } = readFrames(bytes, codec);
  try {
    const attachments = new Map<string, Uint8Array[]>();
    const entries: Uint8Array[] = [];
    let header: RecordingHeader | undefined;
    for (const { kind, payload } of frames) {
      if (kind === FrameKind.header) header ??= decodeHeader(payload);
      else if (kind === FrameKind.attachment) addPiece(attachments, payload);
      else if (kind === FrameKind.entries) entries.push(payload);
      else throw new MalformedBytes(`unknown frame kind ${kind}`, 0);
    }
    if (header === undefined || !attachments.has("program")) throw incomplete();
    return {
      header,
      attachments: [...attachments].map(([name, pieces]) => ({ name, bytes: joined(pieces) })),
      entries: joined(entries),
      isCut,
    };
  } catch (cause) {
    if (!(cause instanceof MalformedBytes)) throw cause;
    throw malformed(cause);
  }
}

/** What to say when entries do not read as they should. */
export function malformed(cause: MalformedBytes): PlatformError {
  return new PlatformError(`cannot read the recording: ${cause.message}`, {
    code: "RECORDING_MALFORMED",
    hint: "fetch the file again from where it was recorded",
    cause,
  });
}

function incomplete(): PlatformError {
  return new PlatformError("cannot read the recording: it ends before its journal begins", {
    code: "RECORDING_INCOMPLETE",
    hint: "record the run again: this file holds too little to start from",
  });
}

function addPiece(attachments: Map<string, Uint8Array[]>, payload: Uint8Array): void {
  const reader = new ByteReader(payload);
  const name = reader.text();
  attachments.getOrInsertComputed(name, () => []).push(reader.bytes());
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const only = pieces[0];
  if (only !== undefined && pieces.length === 1) return only;
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    all.set(piece, offset);
    offset += piece.length;
  }
  return all;
}
