import { assert, type ByteReader, type ByteWriter, MalformedBytes } from "#core/base";
import { formatBytes, PlatformError } from "#core/sys";
import { isNameTooLong } from "#core/vfs";
import { MemoryFile, MemorySymlink } from "./file.ts";
import { MemoryFolder } from "./folder.ts";
import { entryCost, type MemoryNode, type MemoryStore, rootInode } from "./store.ts";

/*
 * The saved form: a version, the next inode number, then every object in the order of inode
 * numbers (number, kind, times, content), then what each directory among them names, in its own
 * order. Links are counted, not saved. The same tree always gives the same bytes.
 */
const version = 1;
const kinds: readonly MemoryNode["kind"][] = ["regular", "directory", "symlink"];

/** Writes all objects of the store. */
export function saveNodes(writer: ByteWriter, store: MemoryStore): void {
  writer.u8(version);
  writer.unsigned(store.nextInode);
  writer.unsigned(store.nodes.size);
  for (const node of store.nodes.values()) saveNode(writer, node);
  for (const node of store.nodes.values()) {
    if (!(node instanceof MemoryFolder)) continue;
    writer.unsigned(node.entries.size);
    for (const [name, { inode }] of node.entries) {
      writer.text(name);
      writer.unsigned(inode);
    }
  }
}

function saveNode(writer: ByteWriter, node: MemoryNode): void {
  writer.unsigned(node.inode);
  writer.u8(kinds.indexOf(node.kind));
  writer.unsigned64(node.accessedNs);
  writer.unsigned64(node.modifiedNs);
  writer.unsigned64(node.changedNs);
  if (node instanceof MemoryFile) node.content.save(writer);
  if (node instanceof MemorySymlink) writer.text(node.target);
}

/** Fills an empty store from what `saveNodes` wrote. */
export function restoreNodes(reader: ByteReader, store: MemoryStore): void {
  assert(store.nodes.size === 0, "objects are restored into an empty store");
  if (reader.u8() !== version) throw malformed(reader, "a file system of another version");
  const nextInode = reader.unsigned();
  for (let left = reader.unsigned(); left > 0; left--) restoreNode(reader, store);
  for (const node of store.nodes.values()) {
    if (node instanceof MemoryFolder) restoreEntries(reader, store, node);
  }
  checkTree(reader, store);
  if (nextInode < store.nextInode) throw malformed(reader, "an inode number given twice");
  store.nextInode = nextInode;
}

function restoreNode(reader: ByteReader, store: MemoryStore): void {
  const inode = reader.unsigned();
  if (inode < store.nextInode) throw malformed(reader, "inode numbers out of order");
  const kind = kinds[reader.u8()];
  const accessedNs = reader.unsigned64();
  const modifiedNs = reader.unsigned64();
  const changedNs = reader.unsigned64();
  const node = makeNode(reader, store, { kind, inode });
  node.accessedNs = accessedNs;
  node.modifiedNs = modifiedNs;
  node.changedNs = changedNs;
  if (inode !== rootInode && !store.quota.take(node.costBytes)) throw tooSmall(store);
  store.add(node);
  if (node instanceof MemoryFile && !node.content.restore(reader)) throw tooSmall(store);
}

function makeNode(
  reader: ByteReader,
  store: MemoryStore,
  { kind, inode }: { readonly kind: MemoryNode["kind"] | undefined; readonly inode: number },
): MemoryNode {
  switch (kind) {
    case "regular":
      return new MemoryFile(store.quota, 0n, inode);
    case "directory":
      return new MemoryFolder(store, 0n, inode);
    case "symlink":
      return new MemorySymlink(reader.text(), 0n, inode);
    case undefined:
      throw malformed(reader, "an object of an unknown kind");
  }
}

function restoreEntries(reader: ByteReader, store: MemoryStore, folder: MemoryFolder): void {
  for (let left = reader.unsigned(); left > 0; left--) {
    const name = reader.text();
    const node = store.nodes.get(reader.unsigned());
    if (!isName(name) || folder.entries.has(name)) throw malformed(reader, "a name that is none");
    if (node === undefined) throw malformed(reader, `"${name}", which names nothing`);
    if (node instanceof MemoryFolder) {
      if (node.parent !== undefined) throw malformed(reader, `"${name}", a second name`);
      node.parent = folder;
      folder.links += 1;
    } else {
      node.links += 1;
    }
    if (!store.quota.take(entryCost(name))) throw tooSmall(store);
    folder.entries.set(name, node);
  }
}

/** Every directory is the root, or below it, or removed and empty: nothing goes round in a ring. */
function checkTree(reader: ByteReader, store: MemoryStore): void {
  const [root] = store.nodes.values();
  const reached = new Set<MemoryNode | undefined>([root]);
  for (const folder of reached) {
    if (!(folder instanceof MemoryFolder)) continue;
    for (const node of folder.entries.values()) {
      if (node === root) throw malformed(reader, "a name of the root directory");
      reached.add(node);
    }
  }
  for (const node of store.nodes.values()) {
    if (!(node instanceof MemoryFolder) || reached.has(node)) continue;
    if (node.entries.size > 0) throw malformed(reader, "a removed directory with names in it");
    node.links = 0;
  }
}

function isName(name: string): boolean {
  return !/^\.{0,2}$|[/\0]/u.test(name) && !isNameTooLong(name);
}

function malformed(reader: ByteReader, what: string): MalformedBytes {
  return new MalformedBytes(`saved file system: ${what}`, reader.offset);
}

function tooSmall(store: MemoryStore): PlatformError {
  const limit = formatBytes(store.quota.limitBytes);
  return new PlatformError(`cannot restore a file system of more than ${limit}`, {
    code: "LIMIT_OUT_OF_RANGE",
    hint: "raise the limit file-bytes to what it was when the file system was saved",
  });
}
