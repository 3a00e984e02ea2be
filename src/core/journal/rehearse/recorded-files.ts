import type { ByteReader } from "#core/base";
import type { HostEntry, HostStat } from "#core/host";
import { answerCodecs, type DirectoryAnswers, directoryCalls } from "#core/journal/format";
import { errno, Errno } from "#core/sys";

/** What a recording tells of one name in a directory, as it was before the run changed it. */
export interface FileFacts {
  isAbsent: boolean;
  /** It was opened to be made if need be: without a word of what was in it, it was not there. */
  wasMade: boolean;
  stat: HostStat | undefined;
  entries: readonly HostEntry[] | undefined;
  linkTarget: string | undefined;
  readonly pieces: { readonly position: number; readonly content: Uint8Array }[];
}

/** The parts of a question's subject: the directory, the name in it, and what follows. */
interface Subject {
  readonly path: string;
  readonly rest: string;
}

/** What a recording tells of a granted directory: the answers it holds, by path. */
export class RecordedFiles {
  readonly #facts = new Map<string, FileFacts>();
  /** Paths of open handles; "" is the directory itself. */
  readonly #handles = new Map<string, string>([["root", ""]]);
  /** What the run itself made or changed: later answers tell of its own work. */
  readonly #changed = new Set<string>();

  factsOf(path: string): FileFacts | undefined {
    return this.#facts.get(path);
  }

  /** Takes the rest of an entry that a question to an outside directory left. */
  learn(reader: ByteReader): void {
    const call = directoryCalls[reader.u8()] ?? "stat";
    const subject = reader.text();
    const answer = answerCodecs[call].read(reader);
    switch (call) {
      case "openDirectory":
        return this.#learnOpening(this.#below(subject, 0).path, answer);
      case "openFile": {
        const { path, rest } = this.#below(subject, 1);
        const isNew = rest.includes("create") && this.#facts.get(path)?.stat === undefined;
        if (isNew && typeof answer === "number") this.#at(path).wasMade = true;
        if (rest.includes("truncate")) this.#changed.add(path);
        return this.#learnOpening(path, answer);
      }
      case "stat":
        return this.#learn(this.#below(subject, 0).path, answer as DirectoryAnswers["stat"]);
      case "statHandle":
        return this.#learn(this.#pathOf(subject), answer as DirectoryAnswers["stat"]);
      case "list":
        return this.#learnList(this.#pathOf(subject), answer as DirectoryAnswers["list"]);
      case "readLink":
        if (typeof answer === "string") {
          this.#at(this.#below(subject, 0).path).linkTarget ??= answer;
        }
        return undefined;
      case "read":
        return this.#learnRead(subject, answer as DirectoryAnswers["read"]);
      case "write":
      case "truncate":
        this.#changed.add(this.#pathOf(subject.split(" ")[0] ?? ""));
        return undefined;
      case "makeDirectory":
        return this.#learnMaking(this.#below(subject, 0).path, answer);
      case "makeSymlink":
        return this.#learnMaking(this.#below(subject, 1).path, answer);
      default:
        this.#changed.add(this.#below(subject, 0).path);
        return undefined;
    }
  }

  /** What could be made was not there before. */
  #learnMaking(path: string, answer: unknown): void {
    if (answer !== undefined) return;
    if (!this.#changed.has(path) && !this.#facts.has(path)) this.#at(path).isAbsent = true;
    this.#changed.add(path);
  }

  #learnOpening(path: string, answer: unknown): void {
    if (typeof answer === "number") this.#handles.set(String(answer), path);
    else if (answer === errno.ENOENT && !this.#changed.has(path)) this.#at(path).isAbsent = true;
  }

  #learn(path: string, answer: HostStat | Errno): void {
    if (this.#changed.has(path)) return;
    if (answer === errno.ENOENT) this.#at(path).isAbsent = true;
    if (answer instanceof Errno) return;
    // An empty file that was opened to be made says nothing of what was there before.
    const isOwnWork = answer.sizeBytes === 0 && this.#facts.get(path)?.wasMade === true;
    if (!isOwnWork) this.#at(path).stat ??= answer;
  }

  #learnList(path: string, answer: readonly HostEntry[] | Errno): void {
    if (!(answer instanceof Errno)) this.#at(path).entries ??= answer;
  }

  #learnRead(subject: string, answer: Uint8Array | Errno): void {
    const [handle, position] = subject.split(" ");
    const path = this.#pathOf(handle ?? "");
    if (answer instanceof Errno || this.#changed.has(path)) return;
    this.#at(path).pieces.push({ position: Number(position), content: answer });
  }

  #at(path: string): FileFacts {
    return this.#facts.getOrInsertComputed(path, () => ({
      isAbsent: false,
      wasMade: false,
      stat: undefined,
      entries: undefined,
      linkTarget: undefined,
      pieces: [],
    }));
  }

  #pathOf(handle: string): string {
    return this.#handles.get(handle) ?? "?";
  }

  /** Reads `HANDLE NAME`, where NAME may have spaces, with `tail` words behind it. */
  #below(subject: string, tail: number): Subject {
    const space = subject.indexOf(" ");
    const end = tail === 0 ? subject.length : subject.lastIndexOf(" ");
    const directory = this.#pathOf(subject.slice(0, space));
    const name = subject.slice(space + 1, end);
    return { path: directory === "" ? name : `${directory}/${name}`, rest: subject.slice(end) };
  }
}
