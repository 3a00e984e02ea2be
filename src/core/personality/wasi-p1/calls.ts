// table: one row per function of the contract
import * as files from "#core/personality/wasi-p1/files";
import { type CallTable, full, partial } from "#core/kernel";
import { clockResGet, clockTimeGet } from "./clocks.ts";
import * as descriptors from "./descriptors.ts";
import * as ending from "./ending.ts";
import * as environment from "./environment.ts";
import { pollOneoff } from "./poll.ts";
import * as reading from "./reading.ts";
import * as sockets from "./sockets.ts";
import * as writing from "./writing.ts";

/** The import module of WASI preview 1, and the older name that some programs still carry. */
export const moduleNames: readonly string[] = ["wasi_snapshot_preview1", "wasi_unstable"];

/**
 * All 46 functions of WASI preview 1. `waits` marks calls that can suspend the guest. `asks` names
 * what of the outside a call may consult; a replay answers exactly that from its journal.
 */
export const calls: CallTable = {
  args_get: full({ asks: [] }, environment.argsGet),
  args_sizes_get: full({ asks: [] }, environment.argsSizesGet),
  environ_get: full({ asks: [] }, environment.environGet),
  environ_sizes_get: full({ asks: [] }, environment.environSizesGet),
  clock_res_get: full({ asks: [] }, clockResGet),
  clock_time_get: full({ asks: ["clock"] }, clockTimeGet),
  fd_advise: partial(
    "checked, then ignored: advice changes nothing here",
    { asks: [] },
    reading.fdAdvise,
  ),
  fd_allocate: partial(
    "makes the file longer when needed; reserves no blocks",
    { asks: ["files"] },
    files.fdAllocate,
  ),
  fd_close: full({ asks: ["files", "streams"] }, descriptors.fdClose),
  fd_datasync: full({ asks: ["files"] }, descriptors.fdDatasync),
  fd_fdstat_get: full({ asks: [] }, descriptors.fdFdstatGet),
  fd_fdstat_set_flags: partial(
    "APPEND and NONBLOCK; the synchronous flags can only be given to path_open",
    { asks: [] },
    descriptors.fdFdstatSetFlags,
  ),
  fd_fdstat_set_rights: full({ asks: [] }, descriptors.fdFdstatSetRights),
  fd_filestat_get: full({ asks: ["files"] }, files.fdFilestatGet),
  fd_filestat_set_size: full({ asks: ["files"] }, files.fdFilestatSetSize),
  fd_filestat_set_times: full({ asks: ["files", "clock"] }, files.fdFilestatSetTimes),
  fd_pread: full({ asks: ["files"] }, reading.fdPread),
  fd_prestat_get: full({ asks: [] }, descriptors.fdPrestatGet),
  fd_prestat_dir_name: full({ asks: [] }, descriptors.fdPrestatDirName),
  fd_pwrite: full({ asks: ["files"] }, writing.fdPwrite),
  fd_read: full({ asks: ["files", "streams"], waits: true }, reading.fdRead),
  fd_readdir: full({ asks: ["files"] }, files.fdReaddir),
  fd_renumber: full({ asks: [] }, descriptors.fdRenumber),
  fd_seek: full({ asks: ["files"] }, descriptors.fdSeek),
  fd_sync: full({ asks: ["files"] }, descriptors.fdSync),
  fd_tell: full({ asks: [] }, reading.fdTell),
  fd_write: full({ asks: ["files", "streams"], waits: true }, writing.fdWrite),
  path_create_directory: full({ asks: ["files"] }, files.pathCreateDirectory),
  path_filestat_get: full({ asks: ["files"] }, files.pathFilestatGet),
  path_filestat_set_times: full({ asks: ["files", "clock"] }, files.pathFilestatSetTimes),
  path_link: partial(
    "within one file system; a symbolic link is linked itself, never followed",
    { asks: ["files"] },
    files.pathLink,
  ),
  path_open: full({ asks: ["files"] }, files.pathOpen),
  path_readlink: full({ asks: ["files"] }, files.pathReadlink),
  path_remove_directory: full({ asks: ["files"] }, files.pathRemoveDirectory),
  path_rename: partial("within one file system", { asks: ["files"] }, files.pathRename),
  path_symlink: partial(
    "relative targets; an absolute one could only lead out of what was granted",
    { asks: ["files"] },
    files.pathSymlink,
  ),
  path_unlink_file: full({ asks: ["files"] }, files.pathUnlinkFile),
  poll_oneoff: partial(
    "real-time and monotonic clocks, streams, sockets, pipes and files; not CPU-time clocks",
    { asks: ["clock", "timers", "streams", "files"], waits: true },
    pollOneoff,
  ),
  proc_exit: full({ asks: [] }, ending.procExit),
  proc_raise: partial(
    "there are no signals: only signal 0 is accepted",
    { asks: [] },
    ending.procRaise,
  ),
  sched_yield: full({ asks: [], waits: true }, ending.schedYield),
  random_get: full({ asks: ["entropy"] }, ending.randomGet),
  sock_accept: full({ asks: ["streams"], waits: true }, sockets.sockAccept),
  sock_recv: full({ asks: ["streams"], waits: true }, sockets.sockRecv),
  sock_send: full({ asks: ["streams"], waits: true }, sockets.sockSend),
  sock_shutdown: full({ asks: ["streams"] }, sockets.sockShutdown),
};
