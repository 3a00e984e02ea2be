// table: one row per function of the contract
import { preview0, preview1 } from "#core/personality/wasi-p1/abi";
import * as files from "#core/personality/wasi-p1/files";
import { type CallRow, type CallTable, full, partial } from "#core/kernel";
import { clockResGet, clockTimeGet } from "./clocks.ts";
import * as descriptors from "./descriptors.ts";
import * as ending from "./ending.ts";
import * as environment from "./environment.ts";
import { pollOneoffBy } from "./poll.ts";
import * as reading from "./reading.ts";
import * as sockets from "./sockets.ts";
import * as writing from "./writing.ts";

/** The import module of WASI preview 1, and the older name that some programs still carry. */
export const moduleNames: readonly [current: string, unstable: string] = [
  "wasi_snapshot_preview1",
  "wasi_unstable",
];

/**
 * All 46 functions of WASI preview 1. `waits` marks calls that can suspend the guest. `asks` names
 * what of the outside a call may consult; a replay answers exactly that from its journal.
 */
export const calls: CallTable = {
  args_get: full({ type: "(i32, i32) -> i32", asks: [] }, environment.argsGet),
  args_sizes_get: full({ type: "(i32, i32) -> i32", asks: [] }, environment.argsSizesGet),
  environ_get: full({ type: "(i32, i32) -> i32", asks: [] }, environment.environGet),
  environ_sizes_get: full({ type: "(i32, i32) -> i32", asks: [] }, environment.environSizesGet),
  clock_res_get: full({ type: "(i32, i32) -> i32", asks: [] }, clockResGet),
  clock_time_get: full({ type: "(i32, i64, i32) -> i32", asks: ["clock"] }, clockTimeGet),
  fd_advise: partial(
    "checked, then ignored: advice changes nothing here",
    { type: "(i32, i64, i64, i32) -> i32", asks: [] },
    reading.fdAdvise,
  ),
  fd_allocate: partial(
    "makes the file longer when needed; reserves no blocks",
    { type: "(i32, i64, i64) -> i32", asks: ["files"] },
    files.fdAllocate,
  ),
  fd_close: full({ type: "(i32) -> i32", asks: ["files", "streams"] }, descriptors.fdClose),
  fd_datasync: full({ type: "(i32) -> i32", asks: ["files"] }, descriptors.fdDatasync),
  fd_fdstat_get: full({ type: "(i32, i32) -> i32", asks: [] }, descriptors.fdFdstatGet),
  fd_fdstat_set_flags: partial(
    "APPEND and NONBLOCK; the synchronous flags can only be given to path_open",
    { type: "(i32, i32) -> i32", asks: [] },
    descriptors.fdFdstatSetFlags,
  ),
  fd_fdstat_set_rights: full(
    { type: "(i32, i64, i64) -> i32", asks: [] },
    descriptors.fdFdstatSetRights,
  ),
  fd_filestat_get: full(
    { type: "(i32, i32) -> i32", asks: ["files"] },
    files.fdFilestatGetBy(preview1.filestat),
  ),
  fd_filestat_set_size: full(
    { type: "(i32, i64) -> i32", asks: ["files"] },
    files.fdFilestatSetSize,
  ),
  fd_filestat_set_times: full(
    { type: "(i32, i64, i64, i32) -> i32", asks: ["files", "clock"] },
    files.fdFilestatSetTimes,
  ),
  fd_pread: full({ type: "(i32, i32, i32, i64, i32) -> i32", asks: ["files"] }, reading.fdPread),
  fd_prestat_get: full({ type: "(i32, i32) -> i32", asks: [] }, descriptors.fdPrestatGet),
  fd_prestat_dir_name: full(
    { type: "(i32, i32, i32) -> i32", asks: [] },
    descriptors.fdPrestatDirName,
  ),
  fd_pwrite: full({ type: "(i32, i32, i32, i64, i32) -> i32", asks: ["files"] }, writing.fdPwrite),
  fd_read: full(
    { type: "(i32, i32, i32, i32) -> i32", asks: ["files", "streams"], waits: true },
    reading.fdRead,
  ),
  fd_readdir: full({ type: "(i32, i32, i32, i64, i32) -> i32", asks: ["files"] }, files.fdReaddir),
  fd_renumber: full({ type: "(i32, i32) -> i32", asks: [] }, descriptors.fdRenumber),
  fd_seek: full(
    { type: "(i32, i64, i32, i32) -> i32", asks: ["files"] },
    descriptors.fdSeekBy(preview1.whence),
  ),
  fd_sync: full({ type: "(i32) -> i32", asks: ["files"] }, descriptors.fdSync),
  fd_tell: full({ type: "(i32, i32) -> i32", asks: [] }, reading.fdTell),
  fd_write: full(
    { type: "(i32, i32, i32, i32) -> i32", asks: ["files", "streams"], waits: true },
    writing.fdWrite,
  ),
  path_create_directory: full(
    { type: "(i32, i32, i32) -> i32", asks: ["files"] },
    files.pathCreateDirectory,
  ),
  path_filestat_get: full(
    { type: "(i32, i32, i32, i32, i32) -> i32", asks: ["files"] },
    files.pathFilestatGetBy(preview1.filestat),
  ),
  path_filestat_set_times: full(
    { type: "(i32, i32, i32, i32, i64, i64, i32) -> i32", asks: ["files", "clock"] },
    files.pathFilestatSetTimes,
  ),
  path_link: partial(
    "within one file system; a symbolic link is linked itself, never followed",
    { type: "(i32, i32, i32, i32, i32, i32, i32) -> i32", asks: ["files"] },
    files.pathLink,
  ),
  path_open: full(
    { type: "(i32, i32, i32, i32, i32, i64, i64, i32, i32) -> i32", asks: ["files"] },
    files.pathOpen,
  ),
  path_readlink: full(
    { type: "(i32, i32, i32, i32, i32, i32) -> i32", asks: ["files"] },
    files.pathReadlink,
  ),
  path_remove_directory: full(
    { type: "(i32, i32, i32) -> i32", asks: ["files"] },
    files.pathRemoveDirectory,
  ),
  path_rename: partial(
    "within one file system",
    { type: "(i32, i32, i32, i32, i32, i32) -> i32", asks: ["files"] },
    files.pathRename,
  ),
  path_symlink: partial(
    "relative targets; an absolute one could only lead out of what was granted",
    { type: "(i32, i32, i32, i32, i32) -> i32", asks: ["files"] },
    files.pathSymlink,
  ),
  path_unlink_file: full({ type: "(i32, i32, i32) -> i32", asks: ["files"] }, files.pathUnlinkFile),
  poll_oneoff: partial(
    "real-time and monotonic clocks, streams, sockets, pipes and files; not CPU-time clocks",
    {
      type: "(i32, i32, i32, i32) -> i32",
      asks: ["clock", "timers", "streams", "files", "family"],
      waits: true,
    },
    pollOneoffBy(preview1.subscription),
  ),
  proc_exit: full({ type: "(i32) -> ()", asks: [] }, ending.procExit),
  proc_raise: partial(
    "there are no signals: only signal 0 is accepted",
    { type: "(i32) -> i32", asks: [] },
    ending.procRaise,
  ),
  sched_yield: full({ type: "() -> i32", asks: [], waits: true }, ending.schedYield),
  random_get: full({ type: "(i32, i32) -> i32", asks: ["entropy"] }, ending.randomGet),
  sock_accept: full(
    { type: "(i32, i32, i32) -> i32", asks: ["streams"], waits: true },
    sockets.sockAccept,
  ),
  sock_recv: full(
    { type: "(i32, i32, i32, i32, i32, i32) -> i32", asks: ["streams"], waits: true },
    sockets.sockRecv,
  ),
  sock_send: full(
    { type: "(i32, i32, i32, i32, i32) -> i32", asks: ["streams"], waits: true },
    sockets.sockSend,
  ),
  sock_shutdown: full({ type: "(i32, i32) -> i32", asks: ["streams"] }, sockets.sockShutdown),
};

/** What stands in place of a handler for programs that name the older import module. */
const olderHandlers: Readonly<Record<string, CallRow["handler"]>> = {
  fd_filestat_get: files.fdFilestatGetBy(preview0.filestat),
  fd_seek: descriptors.fdSeekBy(preview0.whence),
  path_filestat_get: files.pathFilestatGetBy(preview0.filestat),
  poll_oneoff: pollOneoffBy(preview0.subscription),
};

/**
 * The same functions for programs made for `wasi_unstable`. Each keeps its place, by which a
 * recording knows it.
 */
export const olderCalls: CallTable = Object.fromEntries(
  Object.entries(calls).map(([name, row]) => {
    return [name, { ...row, handler: olderHandlers[name] ?? row.handler }];
  }),
);
