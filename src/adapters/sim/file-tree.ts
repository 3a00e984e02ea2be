import { assert } from "#core/base";
import type { HostStat, HostTimes } from "#core/host";
import { errno, type Errno } from "#core/sys";

/** What a directory entry leads to. `links` counts the names that do. */
export interface TreeNode {
  readonly inode: bigint;
  readonly content: NodeContent;
  links: number;
  accessedNs: bigint;
  modifiedNs: bigint;
  changedNs: bigint;
}

export type NodeContent = DirectoryContent | RegularContent | SymlinkContent;

export interface DirectoryContent {
  readonly kind: "directory";
  readonly entries: Map<string, TreeNode>;
}

export interface RegularContent {
  readonly kind: "regular";
  bytes: Uint8Array;
}

export interface SymlinkContent {
  readonly kind: "symlink";
  readonly target: string;
}

export type DirectoryNode = TreeNode & { readonly content: DirectoryContent };
export type RegularNode = TreeNode & { readonly content: RegularContent };

export function isDirectory(node: TreeNode): node is DirectoryNode {
  return node.content.kind === "directory";
}

export function isRegular(node: TreeNode): node is RegularNode {
  return node.content.kind === "regular";
}

const encoder = new TextEncoder();

/** Nodes of a file system in memory: their numbers, their times, and the bytes they may hold. */
export class FileTree {
  readonly #nowNs: () => bigint;
  readonly #bytesMax: number;
  #inode = 0n;
  #bytes = 0;

  constructor(options: { readonly nowNs: () => bigint; readonly bytesMax: number }) {
    this.#nowNs = options.nowNs;
    this.#bytesMax = options.bytesMax;
  }

  create<Content extends NodeContent>(content: Content): TreeNode & { readonly content: Content } {
    const now = this.#nowNs();
    this.#inode += 1n;
    const times = { accessedNs: now, modifiedNs: now, changedNs: now };
    return { inode: this.#inode, content, links: 0, ...times };
  }

  /** Gives `node` the name, which nothing else has. */
  attach(parent: DirectoryNode, name: string, node: TreeNode): void {
    assert(!parent.content.entries.has(name), "a name leads to one node");
    parent.content.entries.set(name, node);
    node.links += 1;
    this.touch(parent);
    node.changedNs = this.#nowNs();
  }

  /** Takes the name away; a file that is open lives on without it. */
  detach(parent: DirectoryNode, name: string): void {
    const node = parent.content.entries.get(name);
    assert(node !== undefined, "a name that is taken away was there");
    parent.content.entries.delete(name);
    node.links -= 1;
    this.touch(parent);
    node.changedNs = this.#nowNs();
    if (node.links === 0 && isRegular(node)) this.#bytes -= node.content.bytes.length;
  }

  /** Sets the size of a file; what is new is zero. Answers ENOSPC when the tree is full. */
  resize(node: RegularNode, sizeBytes: number): Errno | undefined {
    const old = node.content.bytes;
    if (this.#bytes + sizeBytes - old.length > this.#bytesMax) return errno.ENOSPC;
    this.#bytes += sizeBytes - old.length;
    node.content.bytes = new Uint8Array(sizeBytes);
    node.content.bytes.set(old.subarray(0, sizeBytes));
    this.touch(node);
    return undefined;
  }

  /** What the node holds was changed just now. */
  touch(node: TreeNode): void {
    node.modifiedNs = this.#nowNs();
    node.changedNs = node.modifiedNs;
  }

  setTimes(node: TreeNode, times: HostTimes): void {
    node.accessedNs = times.accessedNs ?? node.accessedNs;
    node.modifiedNs = times.modifiedNs ?? node.modifiedNs;
    node.changedNs = this.#nowNs();
  }
}

/** What the port tells of a node. All trees are one device to whoever asks. */
export function statOf(node: TreeNode): HostStat {
  const { inode, content, links, accessedNs, modifiedNs, changedNs } = node;
  const times = { accessedNs, modifiedNs, changedNs };
  return { kind: content.kind, device: 1n, inode, links, sizeBytes: sizeOf(content), ...times };
}

function sizeOf(content: NodeContent): number {
  switch (content.kind) {
    case "directory":
      return 0;
    case "regular":
      return content.bytes.length;
    case "symlink":
      return encoder.encode(content.target).length;
  }
}
