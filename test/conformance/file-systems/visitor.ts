import assert from "node:assert/strict";
import { Errno } from "#core/sys";
import {
  type Directory,
  linkPath,
  makePathDirectory,
  makePathSymlink,
  type OpenFile,
  openPath,
  type PathOpening,
  readLinkPath,
  removePathDirectory,
  renamePath,
  setPathTimes,
  type Stat,
  statPath,
  type Times,
  unlinkPath,
} from "#core/vfs";

const forReading: PathOpening = {
  read: true,
  write: false,
  create: false,
  exclusive: false,
  truncate: false,
  followLast: true,
  directory: false,
};

/** What a call answered, in a word: the error's name, what was opened (and closed), or "done". */
export function word(answer: Errno | Directory | OpenFile | undefined | number | string): string {
  if (answer === undefined) return "done";
  if (answer instanceof Errno) return answer.name;
  if (typeof answer !== "object") return String(answer);
  if (answer.kind === "directory") answer.release();
  else answer.close();
  return answer.kind;
}

/** The answer, which is expected to be no error. */
export function must<T>(answer: T | Errno): T {
  if (answer instanceof Errno) assert.fail(`expected no error, got ${answer.name}`);
  return answer;
}

/** One who uses a file system by paths, as programs do. Errors are answered as words. */
export class Visitor {
  readonly base: Directory;

  constructor(base: Directory) {
    this.base = base;
  }

  tries(path: string, opening: Partial<PathOpening> = {}): string {
    return word(openPath(this.base, path, { ...forReading, ...opening }));
  }

  open(path: string, opening: Partial<PathOpening> = {}): OpenFile {
    const opened = must(openPath(this.base, path, { ...forReading, ...opening }));
    assert.ok(opened.kind !== "directory", `"${path}" is a directory`);
    return opened;
  }

  enter(path: string): Directory {
    const opened = must(openPath(this.base, path, { ...forReading, directory: true }));
    assert.ok(opened.kind === "directory");
    return opened;
  }

  /** Writes a whole file, made now if it is missing. */
  put(path: string, text: string): void {
    const file = this.open(path, { read: false, write: true, create: true, truncate: true });
    assert.equal(file.write(bytesOf(text), 0), bytesOf(text).length);
    file.close();
  }

  /** All of a file as text. */
  text(path: string): string {
    const file = this.open(path);
    const text = textIn(file);
    file.close();
    return text;
  }

  stat(path: string, followLast = true): Stat {
    return must(statPath(this.base, path, { followLast }));
  }

  kind(path: string, followLast = true): string {
    const stat = statPath(this.base, path, { followLast });
    return stat instanceof Errno ? stat.name : stat.kind;
  }

  names(path = "."): readonly string[] {
    const directory = this.enter(path);
    const entries = must(directory.list());
    directory.release();
    return entries.map(({ name }) => name).toSorted();
  }

  readLink(path: string): string {
    return word(readLinkPath(this.base, path));
  }

  makeDirectory(path: string): string {
    return word(makePathDirectory(this.base, path));
  }

  makeSymlink(path: string, target: string): string {
    return word(makePathSymlink(this.base, path, target));
  }

  link(from: string, to: string, followLast = false): string {
    return word(
      linkPath({ base: this.base, path: from, followLast }, { base: this.base, path: to }),
    );
  }

  rename(from: string, to: string): string {
    return word(renamePath({ base: this.base, path: from }, { base: this.base, path: to }));
  }

  unlink(path: string): string {
    return word(unlinkPath(this.base, path));
  }

  removeDirectory(path: string): string {
    return word(removePathDirectory(this.base, path));
  }

  setTimes(path: string, times: Partial<Times>, followLast = true): string {
    const all = { accessedNs: undefined, modifiedNs: undefined, ...times };
    return word(setPathTimes(this.base, path, { followLast, times: all }));
  }
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** What is left in a file from a position on, as text. */
export function textIn(file: OpenFile, position = 0): string {
  const bytes = new Uint8Array(must(file.stat()).sizeBytes);
  const count = must(file.read(bytes, position));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, count));
}
