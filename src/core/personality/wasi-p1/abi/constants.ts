// table: numbers of the WASI preview 1 contract (wasi_snapshot_preview1.witx)
export const oflags = { creat: 1, directory: 2, excl: 4, trunc: 8 } as const;
export const fdflags = { append: 1, dsync: 2, nonblock: 4, rsync: 8, sync: 16 } as const;
export const lookupflags = { symlinkFollow: 1 } as const;
export const fstflags = { atim: 1, atimNow: 2, mtim: 4, mtimNow: 8 } as const;
export const eventtype = { clock: 0, fdRead: 1, fdWrite: 2 } as const;
export const eventrwflags = { hangup: 1 } as const;
export const subclockflags = { abstime: 1 } as const;
export const riflags = { peek: 1, waitall: 2 } as const;
export const sdflags = { rd: 1, wr: 2 } as const;
export const clockid = { realtime: 0, monotonic: 1, processCpu: 2, threadCpu: 3 } as const;

/** The contract knows directories only; any other number says that it is none. */
export const preopentype = { directory: 0, other: 1 } as const;

export const filetype = {
  unknown: 0,
  block: 1,
  character: 2,
  directory: 3,
  regular: 4,
  socket: 6,
  symlink: 7,
} as const;

export const rights = {
  fdDatasync: 0x1,
  fdRead: 0x2,
  fdSeek: 0x4,
  fdFdstatSetFlags: 0x8,
  fdSync: 0x10,
  fdTell: 0x20,
  fdWrite: 0x40,
  fdAdvise: 0x80,
  fdAllocate: 0x100,
  pathCreateDirectory: 0x200,
  pathCreateFile: 0x400,
  pathLinkSource: 0x800,
  pathLinkTarget: 0x1000,
  pathOpen: 0x2000,
  fdReaddir: 0x4000,
  pathReadlink: 0x8000,
  pathRenameSource: 0x10000,
  pathRenameTarget: 0x20000,
  pathFilestatGet: 0x40000,
  pathFilestatSetSize: 0x80000,
  pathFilestatSetTimes: 0x100000,
  fdFilestatGet: 0x200000,
  fdFilestatSetSize: 0x400000,
  fdFilestatSetTimes: 0x800000,
  pathSymlink: 0x1000000,
  pathRemoveDirectory: 0x2000000,
  pathUnlinkFile: 0x4000000,
  pollFdReadwrite: 0x8000000,
  sockShutdown: 0x10000000,
  sockAccept: 0x20000000,
} as const;

/** Sizes of the contract's structures, in bytes. */
export const sizes = {
  iovec: 8,
  fdstat: 24,
  prestat: 8,
  dirent: 24,
  event: 32,
} as const;

/** Bounds of the contract's variable parts; beyond them a call answers EINVAL. */
export const bounds = {
  iovecsMax: 1024,
  subscriptionsMax: 65_536,
  /** No file system here takes a longer path. */
  pathBytesMax: 4095,
  /** A call cannot be preempted, so what it moves is bounded; a short count is a good answer. */
  transferBytesMax: 67_108_864,
  /** The same for chance, which takes longer, and of which there is no short count. */
  entropyBytesMax: 16_777_216,
} as const;
