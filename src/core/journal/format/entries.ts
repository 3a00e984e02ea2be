// table: one row per kind of entry in a journal
import { type ByteReader, type ByteWriter, MalformedBytes } from "#core/base";
import type { ChildId, Notice, SourceAnswer, SpawnRequest } from "#core/host";
import { Errno, type ExitReason } from "#core/sys";
import { type AnsweredQuestion, answeredQuestion } from "./directory-calls.ts";
import { exitReason } from "./exit-reason.ts";
import { anyNumber, childId, noticeCodec, spawnRequest } from "./family-codec.ts";
import { trafficCodecs, type TrafficFields } from "./traffic-codec.ts";
import {
  bytes,
  fallible,
  optional,
  outcome,
  parameters,
  signed64,
  type ValueCodec,
} from "./values.ts";

/** What each kind of entry holds. */
export interface EntryFields extends TrafficFields {
  /** The guest makes a call. */
  call: { readonly row: number; readonly parameters: readonly (number | bigint)[] };
  /** The call under way answers. */
  answer: { readonly answer: number };
  /** A clock was read. */
  realtime: { readonly ns: bigint };
  monotonic: { readonly ns: bigint };
  cpu: { readonly ns: bigint };
  /** Random bytes were drawn. */
  entropy: { readonly bytes: Uint8Array };
  /** A sink was asked to take output without waiting: how it went, and what it took. */
  offered: {
    readonly port: number;
    readonly failed: Errno | undefined;
    readonly taken: Uint8Array;
  };
  /** An outside directory was asked something. */
  asked: { readonly port: number; readonly question: AnsweredQuestion };
  /** Output leaves for a sink, which answers when it has all of it (`pushed`). */
  output: { readonly port: number; readonly bytes: Uint8Array };
  /** A source answers what it was asked for some time ago. */
  pulled: { readonly port: number; readonly result: SourceAnswer };
  pushed: { readonly port: number; readonly failed: Errno | undefined };
  /** A listener answers; a connection gets the next number of a port. */
  accepted: { readonly port: number; readonly failed: Errno | undefined };
  rang: { readonly timer: number };
  /** What was written was handed on while the guest was paused between two calls. */
  flushed: object;
  /** The guest was woken inside its call, and has to wait on. */
  waits: object;
  /** A sum over the guest's memories at this point. */
  mark: { readonly sum: number };
  /** The guest runs no more. What follows is the delivery of its last output. */
  ended: { readonly reason: ExitReason; readonly sum: number };
  /** The start of a child is asked for; the family answers later (`spawned`). */
  spawning: { readonly request: SpawnRequest };
  spawned: { readonly result: ChildId | Errno };
  /** A notice arrives. */
  noticed: { readonly notice: Notice };
  /** A failure is acknowledged, or with a grace a child is to end. */
  told: {
    readonly child: ChildId;
    readonly graceNs: number | undefined;
    readonly failed: Errno | undefined;
  };
  /** A source was asked for what is there already, and had this. */
  handed: { readonly port: number; readonly result: SourceAnswer };
  /** The entry before was shortened: so many of its bytes, or names of a listing, are not here. */
  cut: { readonly left: number };
}

export type EntryKind = keyof EntryFields;
export type EntryOf<K extends EntryKind> = K extends EntryKind
  ? { readonly kind: K } & EntryFields[K]
  : never;
/** One thing that happened, in the order in which it did. */
export type Entry = EntryOf<EntryKind>;

const time: ValueCodec<{ readonly ns: bigint }> = {
  write: (writer, { ns }) => signed64.write(writer, ns),
  read: (reader) => ({ ns: signed64.read(reader) }),
};

const portOutcome: ValueCodec<EntryFields["pushed"]> = {
  write: (writer, { port, failed }) => {
    writer.unsigned(port);
    outcome.write(writer, failed);
  },
  read: (reader) => ({ port: reader.unsigned(), failed: outcome.read(reader) }),
};

const nothing: ValueCodec<object> = {
  write: () => undefined,
  read: () => ({}),
};

const portAnswer: ValueCodec<EntryFields["pulled"]> = {
  write: (writer, { port, result }) => {
    const failed = result instanceof Errno ? result : undefined;
    portOutcome.write(writer, { port, failed });
    // No bytes stand for the end: a source that has some gives one at least.
    if (!(result instanceof Errno)) writer.bytes(result === "end" ? noBytes : result);
  },
  read: (reader) => {
    const { port, failed } = portOutcome.read(reader);
    if (failed !== undefined) return { port, result: failed };
    const chunk = bytes.read(reader);
    return { port, result: chunk.length === 0 ? "end" : chunk };
  },
};

const child = fallible(childId);
const grace = optional(anyNumber);

const noBytes = new Uint8Array(0);

/** An entry's number is its place here, from 1: rows are only added, and only at the end. */
const codecs: { readonly [K in EntryKind]: ValueCodec<EntryFields[K]> } = {
  call: {
    write: (writer, entry) => {
      writer.u8(entry.row);
      parameters.write(writer, entry.parameters);
    },
    read: (reader) => ({ row: reader.u8(), parameters: parameters.read(reader) }),
  },
  answer: {
    write: (writer, { answer }) => writer.unsigned(answer),
    read: (reader) => ({ answer: reader.unsigned() }),
  },
  realtime: time,
  monotonic: time,
  cpu: time,
  entropy: {
    write: (writer, entry) => writer.bytes(entry.bytes),
    read: (reader) => ({ bytes: bytes.read(reader) }),
  },
  offered: {
    write: (writer, { port, failed, taken }) => {
      portOutcome.write(writer, { port, failed });
      writer.bytes(taken);
    },
    read: (reader) => ({ ...portOutcome.read(reader), taken: bytes.read(reader) }),
  },
  asked: {
    write: (writer, entry) => {
      writer.unsigned(entry.port);
      answeredQuestion.write(writer, entry.question);
    },
    read: (reader) => ({ port: reader.unsigned(), question: answeredQuestion.read(reader) }),
  },
  output: {
    write: (writer, entry) => {
      writer.unsigned(entry.port);
      writer.bytes(entry.bytes);
    },
    read: (reader) => ({ port: reader.unsigned(), bytes: bytes.read(reader) }),
  },
  pulled: portAnswer,
  pushed: portOutcome,
  accepted: portOutcome,
  rang: {
    write: (writer, { timer }) => writer.unsigned(timer),
    read: (reader) => ({ timer: reader.unsigned() }),
  },
  flushed: nothing,
  waits: nothing,
  mark: {
    write: (writer, { sum }) => writer.u32(sum),
    read: (reader) => ({ sum: reader.u32() }),
  },
  ended: {
    write: (writer, { reason, sum }) => {
      exitReason.write(writer, reason);
      writer.u32(sum);
    },
    read: (reader) => ({ reason: exitReason.read(reader), sum: reader.u32() }),
  },
  spawning: {
    write: (writer, { request }) => spawnRequest.write(writer, request),
    read: (reader) => ({ request: spawnRequest.read(reader) }),
  },
  spawned: {
    write: (writer, { result }) => child.write(writer, result),
    read: (reader) => ({ result: child.read(reader) }),
  },
  noticed: {
    write: (writer, { notice }) => noticeCodec.write(writer, notice),
    read: (reader) => ({ notice: noticeCodec.read(reader) }),
  },
  told: {
    write: (writer, entry) => {
      childId.write(writer, entry.child);
      grace.write(writer, entry.graceNs);
      outcome.write(writer, entry.failed);
    },
    read: (reader) => ({
      child: childId.read(reader),
      graceNs: grace.read(reader),
      failed: outcome.read(reader),
    }),
  },
  cut: {
    write: (writer, { left }) => writer.unsigned(left),
    read: (reader) => ({ left: reader.unsigned() }),
  },
  ...trafficCodecs,
  handed: portAnswer,
};

const kinds = Object.keys(codecs) as EntryKind[];
const numbers = new Map(kinds.map((kind, index) => [kind, index + 1]));

export function writeEntry(writer: ByteWriter, entry: Entry): void {
  writer.u8(numbers.get(entry.kind) ?? 0);
  codecs[entry.kind].write(writer, entry as never);
}

/** Throws `MalformedBytes` for what is no entry. */
export function readEntry(reader: ByteReader): Entry {
  const at = reader.offset;
  const number = reader.u8();
  const kind = kinds[number - 1];
  if (kind === undefined) throw new MalformedBytes(`unknown entry ${number}`, at);
  return { kind, ...codecs[kind].read(reader) } as Entry;
}
