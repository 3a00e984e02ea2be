import { compareOutputs, type OutputDifference } from "./outputs.ts";
import { WorkingFile } from "./working-file.ts";

/** How much of a file is compared at once. */
const chunkBytes = 4 * 1024 * 1024;

/** A directory as the recorded run left it, and as another one did. */
export interface ComparedDirectories {
  readonly recorded: WorkingFile;
  readonly found: WorkingFile;
  /** Its name for the guest. */
  readonly path: string;
  /** The recorded run was ended from outside, at some point of its own. */
  readonly isOpenEnded: boolean;
}

/** The first difference of each file that either run has made, changed or taken away. */
export function* compareDirectories(both: ComparedDirectories): IterableIterator<OutputDifference> {
  const { recorded, found } = both;
  const names = new Set([...recorded.children.keys(), ...found.children.keys()]);
  for (const name of [...names].toSorted()) {
    const path = both.path.endsWith("/") ? both.path + name : `${both.path}/${name}`;
    yield* compare(recorded.find(name), found.find(name), { ...both, path });
  }
}

type Found = ReturnType<WorkingFile["find"]>;

function* compare(
  recorded: Found,
  found: Found,
  both: ComparedDirectories,
): IterableIterator<OutputDifference> {
  const isThere = recorded instanceof WorkingFile && found instanceof WorkingFile;
  if (!isThere || recorded.kind !== found.kind || recorded.linkTarget !== found.linkTarget) {
    // Of what one run has never looked at, nobody knows whether it changed.
    if (recorded === "unknown" || found === "unknown") return;
    const texts = { recorded: textOf(recorded), found: textOf(found) };
    const isAbsent = recorded === "absent" || found === "absent";
    const isSame = texts.recorded === texts.found || (isAbsent && both.isOpenEnded);
    if (!isSame) yield { stream: both.path, offset: 0, line: 1, ...texts };
  } else if (recorded.kind === "directory") {
    yield* compareDirectories({ ...both, recorded, found });
  } else if (recorded.isChanged || found.isChanged) {
    const difference = compareContent(recorded, found, both);
    if (difference !== undefined) yield difference;
  }
}

function textOf(found: Found): string {
  if (!(found instanceof WorkingFile)) return "(nothing of that name)";
  if (found.kind === "symlink") return `(a symbolic link to ${found.linkTarget ?? "somewhere"})`;
  return found.kind === "directory" ? "(a directory)" : `(a file of ${found.sizeBytes} bytes)`;
}

function compareContent(
  recorded: WorkingFile,
  found: WorkingFile,
  { path, isOpenEnded }: ComparedDirectories,
): OutputDifference | undefined {
  const sizeBytes = Math.max(recorded.sizeBytes, found.sizeBytes);
  for (let at = 0; at < sizeBytes; at += chunkBytes) {
    const options = { isOpenEnded };
    const difference = compareOutputs(path, chunk(recorded, at), chunk(found, at), options);
    if (difference === undefined) continue;
    if (at === 0) return difference;
    // The line is one of the whole file, which only now has to be looked at from its start.
    const end = at + chunkBytes;
    return compareOutputs(path, chunk(recorded, 0, end), chunk(found, 0, end), options);
  }
  return undefined;
}

function chunk(file: WorkingFile, at: number, lengthBytes: number = chunkBytes): Uint8Array {
  const left = Math.max(0, file.sizeBytes - at);
  const bytes = new Uint8Array(Math.min(lengthBytes, left));
  file.read(bytes, at);
  return bytes;
}
