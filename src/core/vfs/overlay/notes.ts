import { type ByteReader, type ByteWriter, MalformedBytes } from "#core/base";
import type { DirectoryEntry, Stat } from "#core/vfs";

/** What tells an object from all others. */
export interface Identity {
  readonly device: bigint;
  readonly inode: bigint;
}

/** What is known of an object of the upper tree that was copied up from a lower one. */
export interface Note {
  /** The object it was copied from, whose identity it keeps. */
  readonly origin: Identity;
  /** Of a directory: the names that lower directories have and that are gone. */
  readonly whiteouts: Set<string>;
}

/**
 * Notes on what was copied up, by inode number of the upper tree. A directory of the upper tree
 * shows what lower directories have at its path only if it has a note: one that was made new does
 * not, whatever was at its path before.
 */
export class Notes {
  readonly #byInode = new Map<bigint, Note>();

  add(upper: Identity, origin: Identity): Note {
    const { device, inode } = origin;
    const note: Note = { origin: { device, inode }, whiteouts: new Set() };
    this.#byInode.set(upper.inode, note);
    return note;
  }

  get(upperInode: bigint): Note | undefined {
    return this.#byInode.get(upperInode);
  }

  drop(upperInode: bigint): void {
    this.#byInode.delete(upperInode);
  }

  /** A stat of the upper tree with the identity that the guest knows the object by. */
  identify(stat: Stat): Stat {
    return identified(stat, this.#byInode.get(stat.inode));
  }

  identifyEntry(entry: DirectoryEntry): DirectoryEntry {
    const note = this.#byInode.get(entry.inode);
    return note === undefined ? entry : { ...entry, inode: note.origin.inode };
  }

  save(writer: ByteWriter): void {
    writer.unsigned(this.#byInode.size);
    for (const [inode, { origin, whiteouts }] of this.#byInode) {
      writer.unsigned64(inode);
      writer.unsigned64(origin.device);
      writer.unsigned64(origin.inode);
      writer.unsigned(whiteouts.size);
      for (const name of whiteouts) writer.text(name);
    }
  }

  static restore(reader: ByteReader): Notes {
    const notes = new Notes();
    for (let left = reader.unsigned(); left > 0; left--) {
      const inode = reader.unsigned64();
      if (notes.get(inode) !== undefined) {
        throw new MalformedBytes("saved overlay: two notes on one object", reader.offset);
      }
      const origin = { device: reader.unsigned64(), inode: reader.unsigned64() };
      const { whiteouts } = notes.add({ device: 0n, inode }, origin);
      for (let names = reader.unsigned(); names > 0; names--) whiteouts.add(reader.text());
    }
    return notes;
  }
}

/** A stat with the identity a note gives it. */
export function identified(stat: Stat, note: Note | undefined): Stat {
  return note === undefined ? stat : { ...stat, ...note.origin };
}
