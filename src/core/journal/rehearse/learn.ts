import type { FileKind, HostStat, OpenFlags } from "#core/host";
import {
  type AnsweredQuestion,
  type AnswerOf,
  flagsOf,
  type Recording,
} from "#core/journal/format";
import { errno, Errno } from "#core/sys";
import { InitialFile } from "./initial-file.ts";
import { moveOf, openingOf, WorkingFile } from "./working-file.ts";

/** A name in a directory, which is given by its number. */
type Name = readonly [directory: number, name: string];

/** Errors that tell of which kind it is that something was not done with. */
const kindsTold: ReadonlyMap<Errno, FileKind> = new Map([
  [errno.EISDIR, "directory"],
  [errno.ENOTEMPTY, "directory"],
  [errno.ELOOP, "symlink"],
]);

/** The questions that were asked of one directory, in their order. */
export function* questionsOf(
  journal: Recording["journal"],
  port: number,
): IterableIterator<AnsweredQuestion> {
  const cursor = journal.start();
  while (cursor.peek() !== undefined) {
    const entry = cursor.take();
    if (entry.kind === "asked" && entry.port === port) yield entry.question;
  }
}

/**
 * What answered questions tell of a granted directory: how it was before the run, and what the run
 * made of it. They are gone through in their order; those that changed something are done again,
 * so that what is read later is not taken for what was there before.
 */
export class LearntDirectory {
  readonly initial: InitialFile;
  /** As the questions so far have left it, where they have touched it. */
  readonly final: WorkingFile;
  /** What is open, by the number that a question has for it: 0 is the root. */
  readonly handles: Map<number, WorkingFile>;

  /** `initial` is what is known before the first question. */
  constructor(initial: InitialFile = new InitialFile("")) {
    this.initial = initial;
    this.final = new WorkingFile("directory", initial);
    this.handles = new Map([[0, this.final]]);
  }

  learn(question: AnsweredQuestion): void {
    switch (question.call) {
      case "openDirectory":
        return this.#learnEntering(question.subject, question.answer);
      case "openFile":
        return this.#learnOpening(question.subject, question.answer);
      case "stat":
        return this.#learnStat(question.subject, question.answer);
      case "statHandle":
        return learnStat(this.#at(question.subject[0]), question.answer);
      case "list":
        return learnList(this.#at(question.subject[0]), question.answer);
      case "readLink":
        return this.#learnLink(question.subject, question.answer);
      case "read":
        return learnRead(this.#at(question.subject[0]), question);
      case "write": {
        const [handle, position, content] = question.subject;
        if (question.answer instanceof Errno) return;
        return this.#at(handle).write(content.subarray(0, question.answer), position);
      }
      case "truncate":
        if (question.answer === undefined)
          this.#at(question.subject[0]).truncate(question.subject[1]);
        return;
      case "makeDirectory":
        return this.#learnMaking(
          question.call,
          question.subject,
          question.answer,
          new WorkingFile("directory"),
        );
      case "makeSymlink": {
        const [parent, name, target] = question.subject;
        const link = new WorkingFile("symlink", undefined, target);
        return this.#learnMaking(question.call, [parent, name], question.answer, link);
      }
      case "link":
      case "rename":
        return this.#learnMoving(question.call, question.subject, question.answer);
      case "unlink":
        return this.#learnRemoving(question.call, question.subject, question.answer);
      case "removeDirectory":
        return this.#learnRemoving(question.call, question.subject, question.answer, "directory");
      case "sync":
      case "setTimes":
      case "setTimesAt":
        return;
    }
  }

  #at(handle: number): WorkingFile {
    // A recording that was made up may name a handle that nobody has opened.
    return this.handles.getOrInsertComputed(handle, () => new WorkingFile("regular"));
  }

  /** Something was not done with a name, or with all of a path. */
  #refused(what: string, [parent, name]: Name, why: Errno): void {
    const directory = this.#at(parent);
    if (directory.isUntouched(name)) directory.initial?.child(name).refused(what, why);
    const file = directory.find(name);
    const kind = kindsTold.get(why);
    if (kind !== undefined && file instanceof WorkingFile) file.initial?.found(kind);
  }

  #learnEntering(subject: Name, answer: AnswerOf<"openDirectory">): void {
    if (answer instanceof Errno) return this.#refused("openDirectory", subject, answer);
    const [parent, path] = subject;
    // A walk may enter all directories of a plain path at once.
    let directory = this.#at(parent);
    for (const name of path.split("/")) directory = here(directory, name, "directory");
    this.handles.set(answer + 1, directory);
  }

  #learnOpening(subject: readonly [...Name, bits: number], answer: AnswerOf<"openFile">): void {
    const [parent, name, bits] = subject;
    const flags = flagsOf(bits);
    if (answer instanceof Errno) return this.#refused(openingOf(flags), [parent, name], answer);
    const directory = this.#at(parent);
    const file = flags.create ? made(directory, name, flags) : here(directory, name, "regular");
    if (flags.truncate) file.truncate(0);
    this.handles.set(answer + 1, file);
  }

  #learnStat(subject: Name, answer: AnswerOf<"stat">): void {
    if (answer instanceof Errno) return this.#refused("stat", subject, answer);
    const [parent, name] = subject;
    learnStat(here(this.#at(parent), name, answer.kind), answer);
  }

  #learnLink(subject: Name, answer: AnswerOf<"readLink">): void {
    if (answer instanceof Errno) return this.#refused("readLink", subject, answer);
    const [parent, name] = subject;
    const { initial } = here(this.#at(parent), name, "symlink");
    if (initial !== undefined) initial.linkTarget ??= answer;
  }

  #learnMaking(call: string, subject: Name, answer: Errno | undefined, file: WorkingFile): void {
    if (answer !== undefined) return this.#refused(call, subject, answer);
    const [parent, name] = subject;
    const directory = this.#at(parent);
    if (!directory.children.has(name)) directory.initial?.child(name).missed();
    directory.children.set(name, file);
  }

  #learnMoving(
    call: "link" | "rename",
    [from, name, to, newName]: readonly [...Name, ...Name],
    answer: Errno | undefined,
  ): void {
    const source = this.#at(from);
    const target = this.#at(to);
    if (answer !== undefined) {
      if (source.isUntouched(name)) {
        const move = moveOf(`${call} to`, { directory: target, name: newName });
        source.initial?.child(name).refused(move, answer);
      }
      const move = moveOf(`${call} from`, { directory: source, name });
      if (answer !== errno.ENOENT) this.#refused(move, [to, newName], answer);
      return;
    }
    const file = here(source, name, undefined);
    // Two names of one file stay as they are.
    if (target.find(newName) === file) return;
    if (call === "rename") source.children.set(name, undefined);
    target.children.set(newName, file);
  }

  #learnRemoving(call: string, subject: Name, answer: Errno | undefined, kind?: FileKind): void {
    if (answer !== undefined) return this.#refused(call, subject, answer);
    const [parent, name] = subject;
    here(this.#at(parent), name, kind);
    this.#at(parent).children.set(name, undefined);
  }
}

/** What an opening found or made: which of the two, only what follows may tell. */
function made(directory: WorkingFile, name: string, flags: OpenFlags): WorkingFile {
  const file = directory.find(name);
  if (file instanceof WorkingFile) return file;
  const initial = directory.children.has(name) ? undefined : directory.initial?.child(name);
  if (initial === undefined || flags.exclusive || initial.presence === "absent") {
    initial?.missed();
    const anew = new WorkingFile("regular");
    directory.children.set(name, anew);
    return anew;
  }
  initial.presence = "doubtful";
  return directory.enter(name, initial);
}

/** What has this name now, which is known to be there, and of which kind if the answer told. */
function here(directory: WorkingFile, name: string, kind: FileKind | undefined): WorkingFile {
  const file = directory.find(name);
  if (file instanceof WorkingFile) {
    if (kind !== undefined && file.initial !== undefined) file.initial.kind = kind;
    return file;
  }
  if (directory.children.has(name) || directory.initial === undefined) {
    const anew = new WorkingFile(kind ?? "regular");
    directory.children.set(name, anew);
    return anew;
  }
  const initial = directory.initial.child(name);
  initial.found(kind);
  return directory.enter(name, initial);
}

function learnStat(file: WorkingFile, answer: HostStat | Errno): void {
  const { initial } = file;
  if (answer instanceof Errno || initial === undefined) return;
  // An empty file that was opened to be made says nothing of what was there before.
  if (initial.presence === "doubtful" && (answer.sizeBytes === 0 || file.isChanged)) return;
  initial.found(answer.kind);
  initial.stat ??= answer;
  if (!file.isChanged) initial.endsAt ??= answer.sizeBytes;
}

function learnList(directory: WorkingFile, answer: AnswerOf<"list">): void {
  const { initial, children } = directory;
  if (answer instanceof Errno || initial === undefined || initial.entries !== undefined) return;
  const isOld = (name: string): boolean =>
    !children.has(name) || children.get(name)?.initial === initial.child(name);
  const entries = answer.filter(({ name }) => isOld(name));
  for (const { name, kind } of entries) initial.child(name).found(kind);
  const gone = [...children.keys()].filter((name) => initial.child(name).presence === "present");
  const missing = gone.filter((name) => !entries.some((entry) => entry.name === name));
  initial.entries = [
    ...entries,
    ...missing.map((name) => ({ name, kind: initial.child(name).kind, inode: 0n })),
  ];
}

function learnRead(
  file: WorkingFile,
  { subject, answer }: AnsweredQuestion & { readonly call: "read" },
): void {
  const [, position, lengthBytes] = subject;
  if (answer instanceof Errno || file.initial === undefined) return;
  file.learn(answer, position);
  if (file.isChanged) return;
  if (answer.length > 0) file.initial.found("regular");
  if (answer.length === lengthBytes) return;
  if (answer.length > 0 || position === 0) file.initial.endsAt ??= position + answer.length;
  else file.initial.endsBy = Math.min(file.initial.endsBy, position);
}
