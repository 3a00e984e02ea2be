import { type ByteReader, type ByteWriter, MalformedBytes } from "#core/base";
import { Errno, PlatformError } from "#core/sys";
import type { Directory, Stat } from "#core/vfs";
import { LowerReaders } from "./file.ts";
import { OverlayFolder } from "./folder.ts";
import { Merged } from "./merged.ts";
import { Notes } from "./notes.ts";

const version = 1;

/** A writable tree that can be saved; a `MemoryTree` is one. */
export interface UpperTree {
  readonly root: Directory;
  save(writer: ByteWriter): void;
}

/** What an overlay is laid of. */
export interface OverlayParts {
  /** Directories that are only read, the topmost first. Borrowed. */
  readonly lowers: readonly Directory[];
  /** Where changes go: an empty tree, of another device number than the lower ones. */
  readonly upper: UpperTree;
}

/**
 * A writable file system over read-only ones: what is changed is copied up first. It saves what
 * was changed only, and is restored over the same lower directories.
 *
 * As overlayfs on Linux: a directory that a lower one shows through cannot be renamed (EXDEV), and
 * a lower file with several names is copied up under one of them. Unlike it, inode numbers stay
 * when a file is copied up, and who reads the file then reads the copy.
 */
export class Overlay {
  readonly root: Directory;
  readonly #upper: UpperTree;
  readonly #notes: Notes;

  constructor(parts: OverlayParts, notes: Notes = new Notes()) {
    const { lowers, upper } = parts;
    this.#upper = upper;
    this.#notes = notes;
    const shared = { notes, readers: new LowerReaders() };
    const own = statOrThrow(upper.root);
    const [top = upper.root] = lowers;
    const note = notes.get(own.inode) ?? notes.add(own, statOrThrow(top));
    this.root = new OverlayFolder(new Merged(shared, { upper: upper.root, lowers, note }));
  }

  save(writer: ByteWriter): void {
    writer.u8(version);
    this.#upper.save(writer);
    this.#notes.save(writer);
  }

  /** Throws `MalformedBytes` for bytes that are not what `save` wrote. */
  static restore(
    reader: ByteReader,
    parts: {
      readonly lowers: readonly Directory[];
      readonly restoreUpper: (reader: ByteReader) => UpperTree;
    },
  ): Overlay {
    if (reader.u8() !== version) {
      throw new MalformedBytes("saved overlay: another version", reader.offset);
    }
    const upper = parts.restoreUpper(reader);
    return new Overlay({ lowers: parts.lowers, upper }, Notes.restore(reader));
  }
}

function statOrThrow(directory: Directory): Stat {
  const stat = directory.stat();
  if (!(stat instanceof Errno)) return stat;
  throw new PlatformError(`cannot read the root of a layer: ${stat.meaning}`, {
    code: "FILE_NOT_READABLE",
    hint: "check that the directory is there and may be read",
  });
}
