import { ByteReader, ByteWriter, MalformedBytes, unreachable } from "#core/base";
import type { DeathCause, DueAgain, MessageView, MoveEntry, Stage } from "#pool/queue/ledger";

/** The first byte of each entry; another one is of a newer build. */
export const entryFormat = 1;

/** The order is the number of each in the log: new ones go to the end. */
const kinds = [
  "leased",
  "extended",
  "acknowledged",
  "returned",
  "died",
  "redriven",
  "removed",
  "checkpoint",
  "released",
] as const satisfies readonly MoveEntry["kind"][];
const causes = ["failed", "expired", "rejected"] as const satisfies readonly DeathCause[];
const stages = ["waiting", "leased", "dead"] as const satisfies readonly Stage["kind"][];

export function encodeMove(move: MoveEntry): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(entryFormat);
  writer.u8(kinds.indexOf(move.kind));
  switch (move.kind) {
    case "leased":
    case "extended":
      writer.unsigned(move.untilMs);
      writeIds(writer, move.ids);
      break;
    case "acknowledged":
    case "removed":
      writeIds(writer, move.ids);
      break;
    case "redriven":
      writer.unsigned(move.atMs);
      writeIds(writer, move.ids);
      break;
    case "died":
      writer.unsigned(move.atMs);
      writer.u8(causes.indexOf(move.cause));
      writeIds(writer, move.ids);
      break;
    case "returned":
    case "released":
      writer.unsigned(move.messages.length);
      for (const { id, dueAtMs } of move.messages) {
        writer.unsigned(id);
        writer.unsigned(dueAtMs);
      }
      break;
    case "checkpoint":
      for (const number of [move.seen, move.part, move.parts, move.messages.length]) {
        writer.unsigned(number);
      }
      for (const message of move.messages) writeMessage(writer, message);
      break;
    default:
      return unreachable(move);
  }
  return writer.toBytes();
}

/** Throws `MalformedBytes` for what `encodeMove` did not write. */
export function decodeMove(bytes: Uint8Array): MoveEntry {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== entryFormat) throw new MalformedBytes("move of another format", 0);
  const kind = pick(kinds, reader);
  switch (kind) {
    case "leased":
    case "extended":
      return { kind, untilMs: reader.unsigned(), ids: readIds(reader) };
    case "acknowledged":
    case "removed":
      return { kind, ids: readIds(reader) };
    case "redriven":
      return { kind, atMs: reader.unsigned(), ids: readIds(reader) };
    case "died":
      return {
        kind,
        atMs: reader.unsigned(),
        cause: pick(causes, reader),
        ids: readIds(reader),
      };
    case "returned":
    case "released":
      return { kind, messages: readMany(reader, readDueAgain) };
    case "checkpoint":
      return {
        kind,
        seen: reader.unsigned(),
        part: reader.unsigned(),
        parts: reader.unsigned(),
        messages: readMany(reader, readMessage),
      };
    default:
      return unreachable(kind);
  }
}

function writeIds(writer: ByteWriter, ids: readonly number[]): void {
  writer.unsigned(ids.length);
  let before = 0;
  for (const id of ids) {
    // Neighbours lie close together.
    writer.signed(id - before);
    before = id;
  }
}

function readIds(reader: ByteReader): readonly number[] {
  let before = 0;
  return readMany(reader, () => (before += reader.signed()));
}

function readMany<T>(reader: ByteReader, read: (reader: ByteReader) => T): readonly T[] {
  const count = reader.unsigned();
  // Each takes a byte at least, so that a wrong count takes no memory.
  if (count > reader.remainingBytes) throw new MalformedBytes("wrong count", reader.offset);
  return Array.from({ length: count }, () => read(reader));
}

function readDueAgain(reader: ByteReader): DueAgain {
  return { id: reader.unsigned(), dueAtMs: reader.unsigned() };
}

function writeMessage(writer: ByteWriter, message: MessageView): void {
  writer.unsigned(message.id);
  writer.unsigned(message.position);
  writer.unsigned(message.sentAtMs);
  writer.unsigned(message.sizeBytes);
  writer.unsigned(message.attempts);
  writer.unsigned(message.deliveries);
  writer.u8(message.key === undefined ? 0 : 1);
  if (message.key !== undefined) writer.text(message.key);
  const { stage } = message;
  writer.u8(stages.indexOf(stage.kind));
  if (stage.kind === "waiting") writer.unsigned(stage.dueAtMs);
  else if (stage.kind === "leased") writer.unsigned(stage.untilMs);
  else {
    writer.unsigned(stage.sinceMs);
    writer.u8(causes.indexOf(stage.cause));
  }
}

function readMessage(reader: ByteReader): MessageView {
  return {
    id: reader.unsigned(),
    position: reader.unsigned(),
    sentAtMs: reader.unsigned(),
    sizeBytes: reader.unsigned(),
    attempts: reader.unsigned(),
    deliveries: reader.unsigned(),
    key: reader.u8() === 0 ? undefined : reader.text(),
    stage: readStage(reader),
  };
}

function readStage(reader: ByteReader): Stage {
  const kind = pick(stages, reader);
  switch (kind) {
    case "waiting":
      return { kind, dueAtMs: reader.unsigned() };
    case "leased":
      return { kind, untilMs: reader.unsigned() };
    case "dead":
      return { kind, sinceMs: reader.unsigned(), cause: pick(causes, reader) };
    default:
      return unreachable(kind);
  }
}

function pick<T>(row: readonly T[], reader: ByteReader): T {
  const value = row[reader.u8()];
  if (value === undefined) throw new MalformedBytes("unknown number", reader.offset - 1);
  return value;
}
