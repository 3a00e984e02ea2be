// table: one row per question that can be asked of an outside directory
import type { FileKind, HostEntry, HostHandle, HostStat } from "#core/host";
import type { Errno } from "#core/sys";
import {
  bytes,
  fallible,
  list,
  oneOf,
  optional,
  outcome,
  signed64,
  text,
  tuple,
  unsigned,
  unsigned64,
  type ValueCodec,
} from "./values.ts";

/** An open file or directory as a journal names it: 0 is the root, others are one higher. */
type Handle = number;
type Time = bigint | undefined;
type Done = Errno | undefined;

interface Row<Subject extends readonly unknown[], Answer> {
  readonly subject: Subject;
  readonly answer: Answer;
}

/**
 * The questions that can be asked of an outside directory: what each is about, and its answer.
 * `read` answers the bytes themselves here, so that an answer is a plain value.
 */
interface Questions {
  openDirectory: Row<readonly [parent: Handle, name: string], HostHandle | Errno>;
  openFile: Row<readonly [parent: Handle, name: string, flags: number], HostHandle | Errno>;
  stat: Row<readonly [parent: Handle, name: string], HostStat | Errno>;
  statHandle: Row<readonly [handle: Handle], HostStat | Errno>;
  list: Row<readonly [handle: Handle], readonly HostEntry[] | Errno>;
  readLink: Row<readonly [parent: Handle, name: string], string | Errno>;
  read: Row<readonly [handle: Handle, position: number, lengthBytes: number], Uint8Array | Errno>;
  write: Row<readonly [handle: Handle, position: number, content: Uint8Array], number | Errno>;
  truncate: Row<readonly [handle: Handle, sizeBytes: number], Done>;
  sync: Row<readonly [handle: Handle], Done>;
  setTimes: Row<readonly [handle: Handle, accessed: Time, modified: Time], Done>;
  setTimesAt: Row<readonly [parent: Handle, name: string, accessed: Time, modified: Time], Done>;
  makeDirectory: Row<readonly [parent: Handle, name: string], Done>;
  makeSymlink: Row<readonly [parent: Handle, name: string, target: string], Done>;
  link: Row<readonly [from: Handle, name: string, to: Handle, newName: string], Done>;
  rename: Row<readonly [from: Handle, name: string, to: Handle, newName: string], Done>;
  unlink: Row<readonly [parent: Handle, name: string], Done>;
  removeDirectory: Row<readonly [parent: Handle, name: string], Done>;
}

export type DirectoryCall = keyof Questions;
export type SubjectOf<Call extends DirectoryCall> = Questions[Call]["subject"];
export type AnswerOf<Call extends DirectoryCall> = Questions[Call]["answer"];

/** One question to an outside directory. */
export type Question = {
  [Call in DirectoryCall]: { readonly call: Call; readonly subject: SubjectOf<Call> };
}[DirectoryCall];

/** One question to an outside directory, and what it answered. */
export type AnsweredQuestion = {
  [Call in DirectoryCall]: { readonly call: Call } & Questions[Call];
}[DirectoryCall];

const kind = oneOf<FileKind>(["directory", "regular", "symlink", "character", "block", "socket"]);

const stat: ValueCodec<HostStat> = {
  write: (writer, value) => {
    kind.write(writer, value.kind);
    unsigned64.write(writer, value.device);
    unsigned64.write(writer, value.inode);
    writer.unsigned(value.links);
    writer.unsigned(value.sizeBytes);
    signed64.write(writer, value.accessedNs);
    signed64.write(writer, value.modifiedNs);
    signed64.write(writer, value.changedNs);
  },
  read: (reader) => ({
    kind: kind.read(reader),
    device: unsigned64.read(reader),
    inode: unsigned64.read(reader),
    links: reader.unsigned(),
    sizeBytes: reader.unsigned(),
    accessedNs: signed64.read(reader),
    modifiedNs: signed64.read(reader),
    changedNs: signed64.read(reader),
  }),
};

const entries = list<HostEntry>({
  write: (writer, entry) => {
    writer.text(entry.name);
    kind.write(writer, entry.kind);
    unsigned64.write(writer, entry.inode);
  },
  read: (reader) => ({
    name: reader.text(),
    kind: kind.read(reader),
    inode: unsigned64.read(reader),
  }),
});

const handle = fallible(unsigned) as ValueCodec<HostHandle | Errno>;
const time = optional(signed64);
const named = tuple(unsigned, text);
const twoPlaces = tuple(unsigned, text, unsigned, text);

/** A question's number is its place here: rows are only added, and only at the end. */
const codecs: {
  readonly [Call in DirectoryCall]: {
    readonly subject: ValueCodec<SubjectOf<Call>>;
    readonly answer: ValueCodec<AnswerOf<Call>>;
  };
} = {
  openDirectory: { subject: named, answer: handle },
  openFile: { subject: tuple(unsigned, text, unsigned), answer: handle },
  stat: { subject: named, answer: fallible(stat) },
  statHandle: { subject: tuple(unsigned), answer: fallible(stat) },
  list: { subject: tuple(unsigned), answer: fallible(entries) },
  readLink: { subject: named, answer: fallible(text) },
  read: { subject: tuple(unsigned, unsigned, unsigned), answer: fallible(bytes) },
  write: { subject: tuple(unsigned, unsigned, bytes), answer: fallible(unsigned) },
  truncate: { subject: tuple(unsigned, unsigned), answer: outcome },
  sync: { subject: tuple(unsigned), answer: outcome },
  setTimes: { subject: tuple(unsigned, time, time), answer: outcome },
  setTimesAt: { subject: tuple(unsigned, text, time, time), answer: outcome },
  makeDirectory: { subject: named, answer: outcome },
  makeSymlink: { subject: tuple(unsigned, text, text), answer: outcome },
  link: { subject: twoPlaces, answer: outcome },
  rename: { subject: twoPlaces, answer: outcome },
  unlink: { subject: named, answer: outcome },
  removeDirectory: { subject: named, answer: outcome },
};

const directoryCall = oneOf<DirectoryCall>(Object.keys(codecs) as DirectoryCall[]);

/** A question with its answer. */
export const answeredQuestion: ValueCodec<AnsweredQuestion> = {
  write: (writer, { call, subject, answer }) => {
    directoryCall.write(writer, call);
    codecs[call].subject.write(writer, subject as never);
    codecs[call].answer.write(writer, answer as never);
  },
  read: (reader) => {
    const call = directoryCall.read(reader);
    const subject = codecs[call].subject.read(reader);
    return { call, subject, answer: codecs[call].answer.read(reader) } as AnsweredQuestion;
  },
};
