import { assert } from "#core/base";
import type { CallAnswer, Descriptor, Process } from "#core/kernel";
import { Errno } from "#core/sys";
import type { Directory, DirectoryEntry } from "#core/vfs";
import { rights, sizes } from "#core/personality/wasi-p1/abi";
import { typeOf } from "./file-types.ts";
import { directoryFor } from "./lookup.ts";

/** Where an entry is laid out. Names are 255 bytes at most, on every file system there is. */
const record = new Uint8Array(sizes.dirent + 1024);
const recordView = new DataView(record.buffer);
const recordName = record.subarray(sizes.dirent);
const encoder = new TextEncoder();

/**
 * Writes as many entries as fit, the last one cut where the buffer ends. A cookie is an index
 * into the listing taken when the reader last started at 0, so entries neither repeat nor vanish
 * while somebody else changes the directory.
 */
export function fdReaddir(
  process: Process,
  fd: number,
  buffer: number,
  bufferBytes: number,
  cookie: bigint,
  result: number,
): CallAnswer {
  const found = directoryFor(process, fd, rights.fdReaddir);
  if (found instanceof Errno) return found;
  const target = process.memory.bytes(buffer, bufferBytes);
  const listing = listingOf(process, found, cookie === 0n);
  if (listing instanceof Errno) return listing;
  let used = 0;
  const start = BigInt.asUintN(64, cookie);
  const first = start > BigInt(listing.length) ? listing.length : Number(start);
  for (let index = first; index < listing.length && used < target.length; index++) {
    const bytes = layOut(listing[index] as DirectoryEntry, index + 1);
    const count = Math.min(bytes, target.length - used);
    // An array of its own for each entry would cost more than all the rest.
    for (let at = 0; at < count; at++) target[used + at] = record[at] as number;
    used += count;
  }
  process.memory.setU32(result, used);
  return undefined;
}

function listingOf(
  { listings }: Process,
  { descriptor, directory }: { readonly descriptor: Descriptor; readonly directory: Directory },
  isFresh: boolean,
): readonly DirectoryEntry[] | Errno {
  const begun = isFresh ? undefined : listings.of(descriptor);
  if (begun !== undefined) return begun;
  const stat = directory.stat();
  if (stat instanceof Errno) return stat;
  const entries = directory.list();
  if (entries instanceof Errno) return entries;
  // What lies above the granted directory is not the guest's to know: `..` is the directory too.
  const own = { kind: "directory", inode: stat.inode } as const;
  const listing = [{ name: ".", ...own }, { name: "..", ...own }, ...entries];
  listings.begin(descriptor, listing);
  return listing;
}

/** Lays out an entry in `record`; answers how long it is. */
function layOut({ name, kind, inode }: DirectoryEntry, next: number): number {
  const { read, written } = encoder.encodeInto(name, recordName);
  assert(read === name.length, "a name is no longer than a file system allows");
  recordView.setBigUint64(0, BigInt(next), true);
  recordView.setBigUint64(8, inode, true);
  recordView.setUint32(16, written, true);
  recordView.setUint8(20, typeOf(kind));
  return sizes.dirent + written;
}
